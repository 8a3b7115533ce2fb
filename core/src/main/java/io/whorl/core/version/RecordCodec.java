package io.whorl.core.version;

import io.whorl.core.version.MalformedBytesException.Kind;
import java.util.ArrayList;
import java.util.List;

/**
 * The bytes of records, canonical as those of {@link DotSetCodec}. A record of one sibling and no context costs at most 25
 * bytes besides its value, as long as its actor has made fewer than two million dots and the value is below 8 KiB.
 *
 * <pre>
 * encode  = u8 format (1) | record
 * record  = dotset context | varint siblings | sibling … ascending by dot
 * sibling = dot | i64 timestamp | varint head | varint expiry, if it has one | value
 * head    = (0 if the value is withheld, else its length + 1) * 2 + (1 if it has an expiry)
 * </pre>
 */
public final class RecordCodec {
    /** The version of the format, the first byte of {@link #encode(Record)}. */
    public static final byte FORMAT = 1;

    private static final int MIN_SIBLING_BYTES = DotSetCodec.MIN_DOT_BYTES + 8 + 1;

    private RecordCodec() {}

    /** The bytes of a record, the format's version first. */
    public static byte[] encode(Record record) {
        ByteWriter out = new ByteWriter(size(record));
        encode(out, record);
        return out.finish();
    }

    /** Writes what {@link #encode(Record)} gives. */
    public static void encode(ByteWriter out, Record record) {
        out.u8(FORMAT);
        write(out, record);
    }

    /**
     * How many bytes {@link #encode(Record)} makes of a record.
     *
     * @throws ArithmeticException if they are more than an array can have
     */
    public static int size(Record record) {
        int size = 1 + DotSetCodec.size(record.context());
        size += ByteWriter.varintSize(record.siblings().size());
        for (int i = 0; i < record.siblings().size(); i++) {
            size = Math.addExact(size, size(record.siblings().get(i)));
        }
        return size;
    }

    private static int size(Sibling sibling) {
        int size = DotSetCodec.dotSize(sibling.dot()) + 8 + ByteWriter.varintSize(head(sibling));
        if (sibling.expiry() != 0) {
            size += ByteWriter.varintSize(sibling.expiry());
        }
        return sibling.isWithheld() ? size : Math.addExact(size, sibling.value().length);
    }

    private static long head(Sibling sibling) {
        long length = sibling.isWithheld() ? 0 : sibling.value().length + 1L;
        return length * 2 + (sibling.expiry() == 0 ? 0 : 1);
    }

    /**
     * The record of these bytes, all of them.
     *
     * @throws MalformedBytesException if {@link #encode(Record)} does not write these
     */
    public static Record decode(byte[] bytes) {
        return decode(bytes, 0, bytes.length);
    }

    /**
     * The record of a part of an array, all of it.
     *
     * @param bytes the array
     * @param start the part's first byte
     * @param end the one after its last
     * @throws MalformedBytesException if {@link #encode(Record)} does not write these
     * @throws IndexOutOfBoundsException if the array has no such part
     */
    public static Record decode(byte[] bytes, int start, int end) {
        ByteReader in = new ByteReader(bytes, start, end);
        int format = in.u8();
        if (format != FORMAT) {
            throw new MalformedBytesException(Kind.UNKNOWN_FORMAT, "record format " + format, 0, "format " + FORMAT);
        }
        Record record = read(in);
        in.expectEnd();
        return record;
    }

    /** Writes a record, without the format's version. */
    public static void write(ByteWriter out, Record record) {
        DotSetCodec.write(out, record.context());
        out.varint(record.siblings().size());
        for (int i = 0; i < record.siblings().size(); i++) {
            Sibling sibling = record.siblings().get(i);
            DotSetCodec.writeDot(out, sibling.dot());
            out.i64(sibling.timestamp()).varint(head(sibling));
            if (sibling.expiry() != 0) {
                out.varint(sibling.expiry());
            }
            if (!sibling.isWithheld()) {
                out.raw(sibling.value());
            }
        }
    }

    /**
     * Reads a record, without the format's version.
     *
     * @throws MalformedBytesException if {@link #write} does not write these bytes
     */
    public static Record read(ByteReader in) {
        DotSet context = DotSetCodec.read(in);
        int count = in.count(MIN_SIBLING_BYTES, "siblings");
        if (count <= 1) {
            return new Record(count == 0 ? List.of() : List.of(readSibling(in)), context);
        }
        List<Sibling> siblings = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int at = in.offset();
            Sibling sibling = readSibling(in);
            if (i > 0 && siblings.get(i - 1).dot().compareTo(sibling.dot()) >= 0) {
                throw new MalformedBytesException(
                        Kind.NOT_CANONICAL,
                        "sibling " + sibling.dot(),
                        at,
                        "one above " + siblings.get(i - 1).dot());
            }
            siblings.add(sibling);
        }
        return new Record(siblings, context);
    }

    /**
     * Reads a record of at most one sibling up to its value, which is withheld.
     *
     * @return null if there are more siblings
     * @throws MalformedBytesException if {@link #write} does not begin with these bytes, or if they end before
     */
    public static Record readHead(ByteReader in) {
        DotSet context = DotSetCodec.read(in);
        long count = in.varint(Integer.MAX_VALUE, "siblings");
        if (count == 0) {
            return new Record(List.of(), context);
        }
        if (count > 1) {
            return null;
        }
        Head head = readSiblingHead(in);
        return new Record(List.of(new Sibling(head.dot, null, head.timestamp, head.expiry)), context);
    }

    private record Head(Dot dot, long timestamp, long length, long expiry) {}

    private static Head readSiblingHead(ByteReader in) {
        Dot dot = DotSetCodec.readDot(in);
        long timestamp = in.i64();
        int at = in.offset();
        long head = in.varint((Integer.MAX_VALUE + 1L) * 2 + 1, "a length and flags");
        long expiry = (head & 1) == 0 ? 0 : in.varint(Long.MAX_VALUE, "an expiry");
        if ((head & 1) == 1 && expiry == 0) {
            throw new MalformedBytesException(Kind.NOT_CANONICAL, "an expiry of 0", at, "no expiry for never");
        }
        return new Head(dot, timestamp, (head >>> 1) - 1, expiry);
    }

    private static Sibling readSibling(ByteReader in) {
        Head head = readSiblingHead(in);
        byte[] value = head.length < 0 ? null : in.raw((int) head.length);
        return new Sibling(head.dot, value, head.timestamp, head.expiry);
    }
}
