package io.whorl.core.version;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A growing buffer of bytes; numbers are big endian. Everything given is copied. For one thread. */
public final class ByteWriter {
    private static final int MAX_SIZE = Integer.MAX_VALUE - 8; // the largest array that every JVM can make
    private static final int LONGEST_VARINT = 10;
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private byte[] buffer;
    private int size;

    /** A writer for a few dozen bytes at first. */
    public ByteWriter() {
        this(64);
    }

    /**
     * A writer.
     *
     * @param capacity for how many bytes to make room at first
     * @throws IllegalArgumentException if the capacity is negative
     */
    public ByteWriter(int capacity) {
        if (capacity < 0) {
            throw new IllegalArgumentException("capacity " + capacity + "; expected 0 or more");
        }
        buffer = new byte[capacity];
    }

    /**
     * Writes one byte.
     *
     * @throws IllegalArgumentException if the value is not within 0 … 255
     */
    public ByteWriter u8(int value) {
        if ((value & ~0xff) != 0) {
            throw new IllegalArgumentException("byte " + value + "; expected 0..255");
        }
        reserve(1);
        buffer[size++] = (byte) value;
        return this;
    }

    /** Writes four bytes. */
    public ByteWriter i32(int value) {
        reserve(4);
        for (int shift = 24; shift >= 0; shift -= 8) {
            buffer[size++] = (byte) (value >>> shift);
        }
        return this;
    }

    /** Writes eight bytes. */
    public ByteWriter i64(long value) {
        reserve(8);
        LONGS.set(buffer, size, value);
        size += 8;
        return this;
    }

    /** Writes an unsigned number in 1 to 10 bytes, seven bits each, the lowest first; negative ones are those from 2^63 on. */
    public ByteWriter varint(long value) {
        if (buffer.length - size < LONGEST_VARINT) {
            reserve(varintSize(value)); // not more, so that a buffer of the right size never grows
        }
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            buffer[size++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        buffer[size++] = (byte) rest;
        return this;
    }

    /** How many bytes {@link #varint} writes for this number. */
    public static int varintSize(long value) {
        int bits = Long.SIZE - Long.numberOfLeadingZeros(value | 1);
        return (bits + 6) / 7;
    }

    /** Writes the length as a varint, then the bytes. */
    public ByteWriter bytes(byte[] value) {
        return varint(value.length).raw(value);
    }

    /** Writes the bytes without their length. */
    public ByteWriter raw(byte[] value) {
        reserve(value.length);
        System.arraycopy(value, 0, buffer, size, value.length);
        size += value.length;
        return this;
    }

    /**
     * Writes a text as the length and bytes of its UTF-8.
     *
     * @throws IllegalArgumentException if the text holds half of a surrogate pair
     */
    public ByteWriter text(String value) {
        try {
            ByteBuffer encoded = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(value));
            byte[] bytes = new byte[encoded.remaining()];
            encoded.get(bytes);
            return bytes(bytes);
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("a text holds half of a surrogate pair; expected valid Unicode", e);
        }
    }

    /** The CRC32C of what was written. */
    int crc32c() {
        return Sealed.crc(buffer, size);
    }

    /** How many bytes were written. */
    public int size() {
        return size;
    }

    /**
     * Leaves out so many bytes, which are 0 in what was written.
     *
     * @throws IllegalArgumentException if the number is negative
     */
    public ByteWriter skip(int count) {
        if (count < 0) {
            throw new IllegalArgumentException("skipping " + count + " bytes; expected 0 or more");
        }
        reserve(count);
        size += count;
        return this;
    }

    /** What was written; not copied if it fills the capacity exactly. Nothing may be written after this. */
    public byte[] finish() {
        return size == buffer.length ? buffer : toByteArray();
    }

    /** A copy of what was written. */
    public byte[] toByteArray() {
        return Arrays.copyOf(buffer, size);
    }

    private void reserve(int more) {
        if (buffer.length - size >= more) {
            return;
        }
        long needed = (long) size + more;
        if (needed > MAX_SIZE) {
            throw new IllegalStateException("an encoding of " + needed + " bytes; expected at most " + MAX_SIZE);
        }
        buffer = Arrays.copyOf(buffer, (int) Math.min(MAX_SIZE, Math.max(needed, 2L * buffer.length)));
    }
}
