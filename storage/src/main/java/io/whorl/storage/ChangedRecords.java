package io.whorl.storage;

import java.util.Arrays;

/** The records that a batch changes, each once, with what it has in the end. For one thread. */
final class ChangedRecords {
    /** So few are searched one by one. */
    private static final int FEW = 8;

    private final RecordCache cache;
    private final byte[][] keys;
    private final int[] hashes;
    private final byte[][] values;
    /** By hash, with linear probing, where a record is, plus one; 0 where none is. */
    private final int[] places;

    private int count;

    /** @param most how many there may be */
    ChangedRecords(RecordCache cache, int most) {
        this.cache = cache;
        this.keys = new byte[most][];
        this.hashes = new int[most];
        this.values = new byte[most][];
        this.places = most <= FEW ? null : new int[2 * Integer.highestOneBit(most) * 2];
    }

    /** The batch stores this, or null for nothing, under this key; from now on the cache does not know what is there. */
    void add(byte[] key, byte[] value) {
        int hash = cache.hash(key);
        int known = places == null ? search(key, hash) : lookUp(key, hash);
        if (known >= 0) {
            values[known] = value;
            return;
        }
        keys[count] = key;
        hashes[count] = hash;
        values[count] = value;
        count++;
        cache.changing(key, hash);
    }

    private int search(byte[] key, int hash) {
        for (int i = 0; i < count; i++) {
            if (is(i, key, hash)) {
                return i;
            }
        }
        return -1;
    }

    /** Where it is; or -1, and then it has the place that the next one added is to have. */
    private int lookUp(byte[] key, int hash) {
        int at = hash & (places.length - 1);
        while (places[at] != 0) {
            if (is(places[at] - 1, key, hash)) {
                return places[at] - 1;
            }
            at = (at + 1) & (places.length - 1);
        }
        places[at] = count + 1;
        return -1;
    }

    private boolean is(int index, byte[] key, int hash) {
        return hashes[index] == hash && Arrays.equals(keys[index], key);
    }

    /** The batch has come to its end: the cache learns what is stored now, or, if it was not applied, that nobody knows. */
    void ended(boolean applied) {
        for (int i = 0; i < count; i++) {
            cache.changed(keys[i], hashes[i], applied ? values[i] : null);
        }
    }
}
