package io.whorl.storage;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A part of a {@link RecordCache}: keys and values in one array of bytes, which is a ring. Its memory is bounded to the byte, and the
 * collector never looks into it.
 *
 * <p>New entries are added at the head; when there is no room, the oldest go, but for those that were asked for since they were added or
 * were last spared (the second chance of CLOCK: Corbató, A Paging Experiment with the Multics System, 1968). A value that is replaced by
 * one that fits stays where it is. Entries with the same bucket are chained.
 *
 * <p>Of a long value that was written, only the beginning is kept, unless it has been read since it was last written: whoever writes needs
 * no more of what he replaces, and so the keys of many more long values are known.
 */
final class CacheSegment {
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.nativeOrder());

    // Where an entry's numbers are, from its beginning.
    private static final int SIZE = 0;
    private static final int HASH = 4;
    private static final int NEXT = 8;
    private static final int KEY_LENGTH = 12;
    private static final int VALUE_LENGTH = 16;
    private static final int FLAGS = 20;
    private static final int HEADER = 24;

    /** Was asked for since it was added or last spared. */
    private static final int REFERENCED = 1;

    /** All of the value was asked for since it was last written. */
    private static final int READ = 2;

    /** Only the value's beginning is here. */
    private static final int PARTIAL = 4;

    /** Is what was given to be stored, not what was read back. */
    private static final int WRITTEN = 8;

    /** Beside the hash of a change that is under way: another one that may be of the same key is or was, and nobody knows which was the last. */
    private static final long UNCLEAR = 1L << Integer.SIZE;

    /** As the next of an entry: there is none. */
    private static final int NONE = -1;

    /** As the next of an entry: it is in no chain any more. */
    private static final int UNLINKED = -2;

    /** As the length of a value: it is not known. */
    private static final int UNKNOWN = -1;

    private static final int BYTES_PER_BUCKET = 128;
    private static final int FIRST_BYTES = 4 << 10;
    private static final int VERSIONS = 64;
    private static final int MOST_SPARED = 8;

    /** No entry takes a larger part of the segment. */
    private static final int LARGEST_PART = 8;

    private final ReentrantLock lock = new ReentrantLock();
    private final int most;
    private final Lengths lengths;
    /** How often the values of keys with equal hashes, by their last bits, were about to change or have changed. */
    private final long[] versions = new long[VERSIONS];

    /** The hashes of the keys whose values are changing now. */
    private long[] changing = new long[4];

    private int changes;
    private byte[] data = new byte[0];
    private int[] buckets = new int[0];
    private int head;
    private int tail;
    /** Entries lie from {@code tail} to {@code head}; or, if wrapped, from {@code tail} to {@code end} and from 0 to {@code head}. */
    private boolean wrapped;

    private int end;
    private long hits;
    private long misses;

    /**
     * How much of a value is kept.
     *
     * @param whole written values of up to so many bytes are kept as a whole
     * @param beginning of longer ones, so many bytes
     */
    record Lengths(int whole, int beginning) {
        Lengths {
            if (beginning < 0 || beginning > whole) {
                throw new IllegalArgumentException("beginnings of " + beginning + " bytes; expected 0.." + whole);
            }
        }
    }

    /** @param most how many bytes it may take */
    CacheSegment(int most, Lengths lengths) {
        this.most = most;
        this.lengths = lengths;
    }

    /** The value of a key; null if it is not known, or somebody else is at work here. */
    byte[] get(byte[] key, int hash) {
        if (!lock.tryLock()) {
            return null;
        }
        try {
            int entry = known(key, hash);
            if (entry == NONE || has(entry, PARTIAL)) {
                misses++;
                return null;
            }
            return taken(entry, key.length, REFERENCED | READ);
        } finally {
            lock.unlock();
        }
    }

    /** The beginning of a key's value as it was written, perhaps all of it; null if it is not known, or somebody else is at work here. */
    byte[] beginning(byte[] key, int hash) {
        if (!lock.tryLock()) {
            return null;
        }
        try {
            int entry = known(key, hash);
            return entry == NONE || !has(entry, WRITTEN) ? null : taken(entry, key.length, REFERENCED);
        } finally {
            lock.unlock();
        }
    }

    private int known(byte[] key, int hash) {
        int entry = find(key, hash);
        return entry == NONE || number(entry, VALUE_LENGTH) == UNKNOWN ? NONE : entry;
    }

    private byte[] taken(int entry, int keyLength, int flags) {
        hits++;
        number(entry, FLAGS, number(entry, FLAGS) | flags);
        int from = entry + HEADER + keyLength;
        return Arrays.copyOfRange(data, from, from + number(entry, VALUE_LENGTH));
    }

    private boolean has(int entry, int flag) {
        return (number(entry, FLAGS) & flag) != 0;
    }

    /** What {@link #keep} is to be told about a value that is read after this. */
    long version(int hash) {
        lock.lock();
        try {
            return versions[hash & (VERSIONS - 1)];
        } finally {
            lock.unlock();
        }
    }

    /** Keeps a value that was read, unless it may have changed since that version. */
    void keep(byte[] key, int hash, byte[] value, long version) {
        lock.lock();
        try {
            if (versions[hash & (VERSIONS - 1)] == version) {
                put(find(key, hash), key, hash, value, value.length, 0);
            }
        } finally {
            lock.unlock();
        }
    }

    /** The value of a key is about to change: it is not known until {@link #changed}. */
    void changing(byte[] key, int hash) {
        lock.lock();
        try {
            int entry = find(key, hash);
            if (entry != NONE) {
                number(entry, VALUE_LENGTH, UNKNOWN);
            }
            versions[hash & (VERSIONS - 1)]++;
            begin(hash);
        } finally {
            lock.unlock();
        }
    }

    /**
     * The value of a key has changed. If another change of it was under way meanwhile, nobody knows which was the last.
     *
     * @param value what it is now; null if there is none, or if it is not known
     */
    void changed(byte[] key, int hash, byte[] value) {
        lock.lock();
        try {
            versions[hash & (VERSIONS - 1)]++;
            if (end(hash) && value != null) {
                int entry = find(key, hash);
                boolean whole = value.length <= lengths.whole() || (entry != NONE && has(entry, READ));
                put(entry, key, hash, value, whole ? value.length : lengths.beginning(), WRITTEN);
            } else {
                remove(key, hash);
            }
        } finally {
            lock.unlock();
        }
    }

    private void begin(int hash) {
        long mine = Integer.toUnsignedLong(hash);
        for (int i = 0; i < changes; i++) {
            if ((int) changing[i] == hash) {
                changing[i] |= UNCLEAR;
                mine |= UNCLEAR;
            }
        }
        if (changes == changing.length) {
            changing = Arrays.copyOf(changing, 2 * changes);
        }
        changing[changes++] = mine;
    }

    /** Whether no other change with the same hash was under way at the same time. Where two were, it does not matter which ends first. */
    private boolean end(int hash) {
        int at = changes - 1;
        while ((int) changing[at] != hash) {
            at--;
        }
        boolean clear = (changing[at] & UNCLEAR) == 0;
        changing[at] = changing[--changes];
        return clear;
    }

    /** Nothing is known any more, and what is being read or is changing now is not to be kept. */
    void clear() {
        lock.lock();
        try {
            for (int i = 0; i < changes; i++) {
                changing[i] |= UNCLEAR;
            }
            Arrays.fill(buckets, NONE);
            head = 0;
            tail = 0;
            wrapped = false;
            for (int i = 0; i < VERSIONS; i++) {
                versions[i]++;
            }
        } finally {
            lock.unlock();
        }
    }

    /** How many bytes it takes now. */
    long bytes() {
        lock.lock();
        try {
            return data.length + (long) Integer.BYTES * buckets.length;
        } finally {
            lock.unlock();
        }
    }

    long hits() {
        lock.lock();
        try {
            return hits;
        } finally {
            lock.unlock();
        }
    }

    long misses() {
        lock.lock();
        try {
            return misses;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Keeps the first {@code wanted} bytes of a value, or its beginning if that is too much.
     *
     * @param entry the key's; {@code NONE} if it has none
     */
    private void put(int entry, byte[] key, int hash, byte[] value, int wanted, int origin) {
        boolean large = HEADER + key.length + wanted > most / LARGEST_PART;
        int length = large ? Math.min(wanted, lengths.beginning()) : wanted;
        int flags = length < value.length ? origin | PARTIAL : origin;
        int size = HEADER + key.length + length;
        if (entry != NONE) {
            int room = number(entry, SIZE);
            if (size <= room && room / 2 <= size) {
                fill(entry, key, value, length, flags | REFERENCED);
                return;
            }
            unlink(entry);
        }
        if (size <= most / LARGEST_PART) {
            int at = allocate(size);
            number(at, KEY_LENGTH, key.length);
            System.arraycopy(key, 0, data, at + HEADER, key.length);
            fill(at, key, value, length, flags);
            link(at, size, hash);
        }
    }

    private void fill(int entry, byte[] key, byte[] value, int length, int flags) {
        System.arraycopy(value, 0, data, entry + HEADER + key.length, length);
        number(entry, VALUE_LENGTH, length);
        number(entry, FLAGS, flags);
    }

    private void remove(byte[] key, int hash) {
        int entry = find(key, hash);
        if (entry != NONE) {
            unlink(entry);
        }
    }

    private int find(byte[] key, int hash) {
        if (buckets.length == 0) {
            return NONE;
        }
        int entry = buckets[bucket(hash)];
        while (entry != NONE && !holds(entry, key, hash)) {
            entry = number(entry, NEXT);
        }
        return entry;
    }

    private boolean holds(int entry, byte[] key, int hash) {
        int from = entry + HEADER;
        return number(entry, HASH) == hash
                && number(entry, KEY_LENGTH) == key.length
                && Arrays.equals(data, from, from + key.length, key, 0, key.length);
    }

    /** Room for so many bytes at the head. */
    private int allocate(int size) {
        int spared = 0;
        while (true) {
            if (wrapped ? head + size <= tail : head + size <= most && grown(head + size)) {
                int at = head;
                head += size;
                return at;
            }
            if (wrapped) {
                spared += evict(spared < MOST_SPARED) ? 1 : 0;
            } else {
                end = head;
                head = 0;
                wrapped = true;
            }
        }
    }

    /** The oldest entry goes, or, if it may be spared and was asked for, to the head. Whether it was spared. */
    private boolean evict(boolean mayBeSpared) {
        int oldest = tail;
        int size = number(oldest, SIZE);
        boolean linked = number(oldest, NEXT) != UNLINKED;
        boolean spared = linked && mayBeSpared && has(oldest, REFERENCED);
        int hash = number(oldest, HASH);
        if (linked) {
            unlink(oldest);
        }
        tail += size;
        boolean straight = tail == end;
        if (straight) {
            tail = 0;
            wrapped = false;
        }
        if (!spared || straight) {
            return false;
        }
        // There is as much room before the tail as this entry took, at least.
        System.arraycopy(data, oldest, data, head, size);
        int at = head;
        head += size;
        number(at, FLAGS, number(at, FLAGS) & ~REFERENCED);
        link(at, size, hash);
        return true;
    }

    private void link(int entry, int size, int hash) {
        int bucket = bucket(hash);
        number(entry, SIZE, size);
        number(entry, HASH, hash);
        number(entry, NEXT, buckets[bucket]);
        buckets[bucket] = entry;
    }

    private void unlink(int entry) {
        int bucket = bucket(number(entry, HASH));
        int next = number(entry, NEXT);
        if (buckets[bucket] == entry) {
            buckets[bucket] = next;
        } else {
            int before = buckets[bucket];
            while (number(before, NEXT) != entry) {
                before = number(before, NEXT);
            }
            number(before, NEXT, next);
        }
        number(entry, NEXT, UNLINKED);
    }

    /** Sees to it that the array has so many bytes, while it has never been full. */
    private boolean grown(int bytes) {
        if (data.length < bytes) {
            int doubled = (int) Math.min(most, Math.max(FIRST_BYTES, 2L * data.length));
            data = Arrays.copyOf(data, Math.max(bytes, doubled));
            buckets = new int[Math.max(1, Integer.highestOneBit(data.length / BYTES_PER_BUCKET))];
            Arrays.fill(buckets, NONE);
            for (int entry = tail; entry < head; entry += number(entry, SIZE)) {
                if (number(entry, NEXT) != UNLINKED) {
                    int bucket = bucket(number(entry, HASH));
                    number(entry, NEXT, buckets[bucket]);
                    buckets[bucket] = entry;
                }
            }
        }
        return true;
    }

    private int bucket(int hash) {
        return (hash >>> 6) & (buckets.length - 1);
    }

    private int number(int entry, int field) {
        return (int) INTS.get(data, entry + field);
    }

    private void number(int entry, int field, int value) {
        INTS.set(data, entry + field, value);
    }
}
