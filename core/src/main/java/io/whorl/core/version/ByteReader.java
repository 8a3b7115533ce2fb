package io.whorl.core.version;

import io.whorl.core.version.MalformedBytesException.Kind;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;

/**
 * Reads what {@link ByteWriter} wrote. Every length is checked against the bytes that are left before anything of that
 * length is made, so that hostile bytes cannot cost more memory than their own size. The array is not copied; arrays that
 * are read are new. For one thread.
 */
public final class ByteReader {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private final byte[] buffer;
    private final int start;
    private final int end;
    private int at;

    /** A reader of the whole array. */
    public ByteReader(byte[] buffer) {
        this(buffer, 0, buffer.length);
    }

    /**
     * A reader of a part of the array.
     *
     * @param buffer the bytes
     * @param start the first one
     * @param end the one after the last
     * @throws IndexOutOfBoundsException if the array has no such part
     */
    public ByteReader(byte[] buffer, int start, int end) {
        Objects.checkFromToIndex(start, end, buffer.length);
        this.buffer = buffer;
        this.start = start;
        this.end = end;
        this.at = start;
    }

    /** How many bytes were read. */
    public int offset() {
        return at - start;
    }

    /** How many bytes are left. */
    public int remaining() {
        return end - at;
    }

    /**
     * Reads one byte, 0 … 255.
     *
     * @throws MalformedBytesException if none is left
     */
    public int u8() {
        require(1, "a byte");
        return buffer[at++] & 0xff;
    }

    /**
     * Reads four bytes.
     *
     * @throws MalformedBytesException if fewer are left
     */
    public int i32() {
        require(4, "a number of 4 bytes");
        int value = 0;
        for (int i = 0; i < 4; i++) {
            value = value << 8 | (buffer[at++] & 0xff);
        }
        return value;
    }

    /**
     * Reads eight bytes.
     *
     * @throws MalformedBytesException if fewer are left
     */
    public long i64() {
        require(8, "a number of 8 bytes");
        long value = (long) LONGS.get(buffer, at);
        at += 8;
        return value;
    }

    /**
     * Reads an unsigned number; negative results are those from 2^63 on.
     *
     * @throws MalformedBytesException if the bytes end within it, it exceeds 64 bits, or has needless bytes
     */
    public long varint() {
        if (at < end && buffer[at] >= 0) {
            return buffer[at++]; // the most frequent length by far
        }
        return longVarint();
    }

    private long longVarint() {
        int began = offset();
        long value = 0;
        for (int shift = 0; shift < 70; shift += 7) {
            int next = u8();
            if (shift == 63 && next > 1) {
                throw new MalformedBytesException(
                        Kind.NOT_CANONICAL, "a varint beyond 64 bits", began, "at most 2^64-1");
            }
            value |= (long) (next & 0x7f) << shift;
            if (next < 0x80) {
                if (next == 0 && shift > 0) {
                    throw new MalformedBytesException(
                            Kind.NOT_CANONICAL, "a varint with a needless last byte", began, "the shortest form");
                }
                return value;
            }
        }
        throw new AssertionError("the tenth byte of a varint either ends it or is refused");
    }

    /**
     * Reads a varint that must lie within 0 and a limit.
     *
     * @param max the highest permitted value, not negative
     * @param what what the number is, for the message
     * @throws MalformedBytesException if it is no varint or above the limit
     */
    public long varint(long max, String what) {
        int began = offset();
        long value = varint();
        if (value < 0 || value > max) {
            throw new MalformedBytesException(
                    Kind.NOT_CANONICAL, what + " of " + Long.toUnsignedString(value), began, "at most " + max);
        }
        return value;
    }

    /**
     * Reads how many items follow, each of which takes at least so many bytes. It never exceeds what the bytes left can
     * hold, so the caller may make an array of that length.
     *
     * @param bytesEach the least size of an item, at least 1
     * @param what what is counted, for the message
     * @throws MalformedBytesException if the bytes left cannot hold that many
     */
    public int count(int bytesEach, String what) {
        int began = offset();
        long count = varint();
        if (count < 0 || count > remaining() / bytesEach) {
            throw new MalformedBytesException(
                    Kind.TOO_SHORT,
                    "a count of " + Long.toUnsignedString(count) + " " + what,
                    began,
                    "at most what the remaining " + remaining() + " bytes can hold, " + bytesEach + " or more each");
        }
        return (int) count;
    }

    /**
     * Reads a length as a varint, then so many bytes, into a new array.
     *
     * @throws MalformedBytesException if fewer are left
     */
    public byte[] bytes() {
        return raw(count(1, "bytes"));
    }

    /**
     * Reads so many bytes into a new array.
     *
     * @throws MalformedBytesException if fewer are left
     * @throws IllegalArgumentException if the length is negative
     */
    public byte[] raw(int length) {
        if (length < 0) {
            throw new IllegalArgumentException("length " + length + "; expected 0 or more");
        }
        if (remaining() < length) {
            require(length, length + " bytes"); // apart, so that the text is made for the message alone
        }
        at += length;
        return Arrays.copyOfRange(buffer, at - length, at);
    }

    /**
     * Reads a text written by {@link ByteWriter#text}.
     *
     * @throws MalformedBytesException if the bytes end within it or are not UTF-8
     */
    public String text() {
        int length = count(1, "bytes of text");
        int began = offset();
        try {
            at += length;
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(buffer, at - length, length))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new MalformedBytesException(Kind.NOT_CANONICAL, "a text that is not UTF-8", began, "UTF-8");
        }
    }

    /**
     * Makes sure that everything was read.
     *
     * @throws MalformedBytesException if bytes are left
     */
    public void expectEnd() {
        if (at != end) {
            throw new MalformedBytesException(
                    Kind.NOT_CANONICAL, remaining() + " bytes more than needed", offset(), "the end");
        }
    }

    private void require(int count, String what) {
        if (end - at < count) {
            throw new MalformedBytesException(
                    Kind.TOO_SHORT, "the end, " + remaining() + " bytes ahead,", offset(), what);
        }
    }
}
