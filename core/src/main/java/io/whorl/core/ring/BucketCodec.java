package io.whorl.core.ring;

import io.whorl.api.BucketOptions;
import io.whorl.api.Conflicts;
import io.whorl.api.Durability;
import io.whorl.api.Quorums;
import io.whorl.core.version.ByteReader;
import io.whorl.core.version.ByteWriter;
import io.whorl.core.version.MalformedBytesException;
import io.whorl.core.version.MalformedBytesException.Kind;

/**
 * The bytes of bucket definitions.
 *
 * <pre>
 * bucket  = varint number | text name | options
 * options = varint N | varint R | varint W | u8 conflicts (0 siblings, 1 last write wins)
 *         | u8 durability (0 async, 1 fsync) + 2 if quorums are strict
 * </pre>
 *
 * <p>An option to come must leave the bytes of a bucket that does not use it as they are: they enter the fingerprint.
 */
final class BucketCodec {
    static final int MIN_BUCKET_BYTES = 8;
    /** Added to the durability's code. */
    private static final int STRICT = 2;

    private BucketCodec() {}

    static byte[] encode(long number, String name, BucketOptions options) {
        ByteWriter out = new ByteWriter();
        write(out, number, name, options);
        return out.toByteArray();
    }

    static void write(ByteWriter out, BucketDefinition bucket) {
        write(out, bucket.number(), bucket.name(), bucket.options());
    }

    private static void write(ByteWriter out, long number, String name, BucketOptions options) {
        out.varint(number).text(name);
        write(out, options);
    }

    static void write(ByteWriter out, BucketOptions options) {
        out.varint(options.replicas())
                .varint(options.readQuorum())
                .varint(options.writeQuorum())
                .u8(code(options.conflicts()))
                .u8(code(options.durability()) + (options.quorums() == Quorums.STRICT ? STRICT : 0));
    }

    /** Throws IllegalArgumentException where a well-formed field is out of its bounds; the caller translates it. */
    static BucketDefinition read(ByteReader in) {
        long number = in.varint(Long.MAX_VALUE, "a bucket number");
        return new BucketDefinition(number, in.text(), readOptions(in));
    }

    static BucketOptions readOptions(ByteReader in) {
        int replicas = (int) in.varint(BucketOptions.MAX_REPLICAS, "N");
        int readQuorum = (int) in.varint(BucketOptions.MAX_REPLICAS, "R");
        int writeQuorum = (int) in.varint(BucketOptions.MAX_REPLICAS, "W");
        Conflicts conflicts = conflicts(in);
        int at = in.offset();
        int code = in.u8();
        Durability durability = durability(code & ~STRICT, at);
        Quorums quorums = (code & STRICT) == 0 ? Quorums.SLOPPY : Quorums.STRICT;
        return new BucketOptions(replicas, readQuorum, writeQuorum, conflicts, durability, quorums);
    }

    private static int code(Conflicts conflicts) {
        return switch (conflicts) {
            case SIBLINGS -> 0;
            case LAST_WRITE_WINS -> 1;
        };
    }

    private static Conflicts conflicts(ByteReader in) {
        int at = in.offset();
        int code = in.u8();
        return switch (code) {
            case 0 -> Conflicts.SIBLINGS;
            case 1 -> Conflicts.LAST_WRITE_WINS;
            default -> throw unknown("conflicts", code, at);
        };
    }

    private static int code(Durability durability) {
        return switch (durability) {
            case ASYNC -> 0;
            case FSYNC -> 1;
        };
    }

    private static Durability durability(int code, int at) {
        return switch (code) {
            case 0 -> Durability.ASYNC;
            case 1 -> Durability.FSYNC;
            default -> throw unknown("durability", code, at);
        };
    }

    private static MalformedBytesException unknown(String what, int code, int at) {
        return new MalformedBytesException(Kind.UNKNOWN_FORMAT, what + " of code " + code, at, "0 or 1");
    }
}
