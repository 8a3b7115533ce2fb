package io.whorl.storage;

import io.whorl.core.spi.Space;
import io.whorl.core.spi.WriteBatch;
import java.util.Arrays;
import java.util.List;

/**
 * A batch in the bytes in which RocksDB keeps batches itself (and writes them to its log), so that it is handed over in one
 * native call, however many changes it has. The layout is that of RocksDB's {@code write_batch.cc}: a sequence number
 * (8 bytes, zero here), the count of changes (4 bytes, little endian), then each change as a tag, the column family's
 * number, and one or two byte strings with their lengths; numbers and lengths are base-128 varints.
 */
final class BatchBytes {
    private static final int HEADER = 12;
    private static final int COUNT_AT = 8;
    private static final byte DELETE = 0x4;
    private static final byte PUT = 0x5;
    private static final byte DELETE_RANGE = 0xE;

    private final int[] families;
    private byte[] bytes;
    private int at = HEADER;
    private int count;

    private BatchBytes(int[] families) {
        this.families = families;
    }

    /**
     * The batch's bytes; only the header if nothing would change.
     *
     * @param families the column families' numbers, by the ordinal of their space
     * @throws IllegalArgumentException if the batch does not fit an array
     */
    static byte[] of(WriteBatch batch, int[] families) {
        BatchBytes out = new BatchBytes(families);
        out.bytes = new byte[(int) out.size(batch.changes())];
        for (WriteBatch.Change change : batch.changes()) {
            if (change instanceof WriteBatch.Put put) {
                out.change(PUT, put.space(), put.key(), put.value());
            } else if (change instanceof WriteBatch.Delete delete) {
                out.change(DELETE, delete.space(), delete.key(), null);
            } else if (change instanceof WriteBatch.DeleteRange range) {
                if (!isEmpty(range)) {
                    out.change(DELETE_RANGE, range.space(), range.from(), range.to());
                }
            }
        }
        for (int i = 0; i < Integer.BYTES; i++) {
            out.bytes[COUNT_AT + i] = (byte) (out.count >>> (i * Byte.SIZE));
        }
        return out.bytes;
    }

    /** Whether there is no change in these bytes. */
    static boolean isEmpty(byte[] bytes) {
        return bytes.length == HEADER;
    }

    /** RocksDB refuses a range that ends before it begins; for us it is an empty one. */
    private static boolean isEmpty(WriteBatch.DeleteRange range) {
        return Arrays.compareUnsigned(range.from(), range.to()) >= 0;
    }

    /** Exactly how many bytes will be written. */
    private long size(List<WriteBatch.Change> changes) {
        long size = HEADER;
        for (WriteBatch.Change change : changes) {
            if (change instanceof WriteBatch.Put put) {
                size += tagged(put.space()) + size(put.key()) + size(put.value());
            } else if (change instanceof WriteBatch.Delete delete) {
                size += tagged(delete.space()) + size(delete.key());
            } else if (change instanceof WriteBatch.DeleteRange range && !isEmpty(range)) {
                size += tagged(range.space()) + size(range.from()) + size(range.to());
            }
        }
        if (size > Integer.MAX_VALUE - HEADER) {
            throw new IllegalArgumentException("a batch of " + size + " bytes is more than an array holds; split it");
        }
        return size;
    }

    private long tagged(Space space) {
        return 1L + varintSize(families[space.ordinal()]);
    }

    private static long size(byte[] string) {
        return (long) varintSize(string.length) + string.length;
    }

    private static int varintSize(int number) {
        return (Integer.SIZE - Integer.numberOfLeadingZeros(number | 1) + 6) / 7;
    }

    private void change(byte tag, Space space, byte[] first, byte[] second) {
        bytes[at++] = tag;
        varint(families[space.ordinal()]);
        string(first);
        if (second != null) {
            string(second);
        }
        count++;
    }

    private void string(byte[] string) {
        varint(string.length);
        System.arraycopy(string, 0, bytes, at, string.length);
        at += string.length;
    }

    private void varint(int number) {
        int rest = number;
        while ((rest & ~0x7F) != 0) {
            bytes[at++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[at++] = (byte) rest;
    }
}
