package io.whorl.benchmarks.sidebyside.engine;

import java.util.Arrays;

/**
 * A batch of puts in RocksDB's own form, so that it is handed over in one call: a number of 8 bytes that RocksDB fills in, the
 * count of entries in 4, little-endian, then for each put its tag and key and value behind their lengths.
 */
public final class BatchBytes {
    private static final int HEADER = 12;
    private static final int COUNT_AT = 8;
    private static final byte PUT = 1;
    private static final int LONGEST_LENGTH = 5;

    private byte[] bytes = new byte[1 << 12];
    private int length = HEADER;
    private int count;

    /** Adds a put. */
    public void put(byte[] key, byte[] value) {
        int most = length + 1 + 2 * LONGEST_LENGTH + key.length + value.length;
        if (most > bytes.length) {
            bytes = Arrays.copyOf(bytes, 2 * most);
        }
        bytes[length++] = PUT;
        append(key);
        append(value);
        count++;
    }

    private void append(byte[] part) {
        int rest = part.length;
        while (rest >= 0x80) {
            bytes[length++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[length++] = (byte) rest;
        System.arraycopy(part, 0, bytes, length, part.length);
        length += part.length;
    }

    /** How many puts there are. */
    public int count() {
        return count;
    }

    /** The batch. */
    byte[] finished() {
        for (int i = 0; i < Integer.BYTES; i++) {
            bytes[COUNT_AT + i] = (byte) (count >>> (8 * i));
        }
        return Arrays.copyOf(bytes, length);
    }

    /** Empties it, to be filled anew. */
    public void clear() {
        length = HEADER;
        count = 0;
    }
}
