package io.whorl.core.agreement;

/** The states that a search has met, by a 64-bit hash: ten million of them share one with a chance of about one in 400,000. */
final class StateSet {
    private long[] table = new long[1 << 16];
    private int size;

    /** Adds a state; false if it was there. */
    boolean add(long[] state) {
        if (size * 2 > table.length) {
            grow();
        }
        long hash = hash(state);
        if (!insert(table, hash)) {
            return false;
        }
        size++;
        return true;
    }

    int size() {
        return size;
    }

    private void grow() {
        long[] larger = new long[table.length * 2];
        for (long hash : table) {
            if (hash != 0) {
                insert(larger, hash);
            }
        }
        table = larger;
    }

    private static boolean insert(long[] table, long hash) {
        int at = (int) hash & (table.length - 1);
        while (table[at] != 0) {
            if (table[at] == hash) {
                return false;
            }
            at = (at + 1) & (table.length - 1);
        }
        table[at] = hash;
        return true;
    }

    private static long hash(long[] state) {
        long hash = 0x9E3779B97F4A7C15L;
        for (long word : state) {
            hash = (hash ^ word) * 0xBF58476D1CE4E5B9L;
            hash ^= hash >>> 29;
            hash *= 0x94D049BB133111EBL;
            hash ^= hash >>> 32;
        }
        return hash == 0 ? 1 : hash;
    }
}
