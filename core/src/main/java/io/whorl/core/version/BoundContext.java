package io.whorl.core.version;

import java.util.Objects;

/**
 * What a caller's causal context holds: the set of dots that was read, bound to where it was read. Elsewhere it is refused,
 * since counters mean something only within one replica set.
 *
 * <p>Bytes: {@code u8 format (1) | i64 cluster | i64 bucket | i64 keyHash | dotset | CRC32C of all before, i32}.
 *
 * @param cluster the cluster's number
 * @param bucket the bucket's number, the epoch that created it
 * @param keyHash the hash of the key
 * @param dots what was seen
 */
public record BoundContext(long cluster, long bucket, long keyHash, DotSet dots) {
    /** The version of the format, the first byte of {@link #encode}. */
    public static final byte FORMAT = 1;

    /** Checks the parts. */
    public BoundContext {
        Objects.requireNonNull(dots, "dots");
    }

    /** The bytes, sealed with a checksum. */
    public byte[] encode() {
        ByteWriter out = new ByteWriter().i64(cluster).i64(bucket).i64(keyHash);
        DotSetCodec.write(out, dots);
        return Sealed.seal(FORMAT, out.toByteArray());
    }

    /**
     * The context of these bytes.
     *
     * @throws MalformedBytesException if {@link #encode} does not write these, or they are those of a newer version
     */
    public static BoundContext decode(byte[] bytes) {
        ByteReader in = new ByteReader(Sealed.open(FORMAT, bytes));
        BoundContext context = new BoundContext(in.i64(), in.i64(), in.i64(), DotSetCodec.read(in));
        in.expectEnd();
        return context;
    }
}
