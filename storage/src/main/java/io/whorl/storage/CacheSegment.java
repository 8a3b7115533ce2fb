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
 */
final class CacheSegment {
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.nativeOrder());

    // Where an entry's numbers are, from its beginning.
    private static final int SIZE = 0;
    private static final int HASH = 4;
    private static final int NEXT = 8;
    private static final int KEY_LENGTH = 12;
    private static final int VALUE_LENGTH = 16;
    private static final int REFERENCED = 20;
    private static final int HEADER = 24;

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
    /** How often the values of keys with equal hashes, by their last bits, were about to change or have changed. */
    private final long[] versions = new long[VERSIONS];

    private byte[] data = new byte[0];
    private int[] buckets = new int[0];
    private int head;
    private int tail;
    /** Entries lie from {@code tail} to {@code head}; or, if wrapped, from {@code tail} to {@code end} and from 0 to {@code head}. */
    private boolean wrapped;

    private int end;
    private long hits;
    private long misses;

    /** @param most how many bytes it may take */
    CacheSegment(int most) {
        this.most = most;
    }

    /** The value of a key; null if it is not known, or somebody else is at work here. */
    byte[] get(byte[] key, int hash) {
        if (!lock.tryLock()) {
            return null;
        }
        try {
            int entry = find(key, hash);
            if (entry == NONE || number(entry, VALUE_LENGTH) == UNKNOWN) {
                misses++;
                return null;
            }
            hits++;
            number(entry, REFERENCED, 1);
            int from = entry + HEADER + key.length;
            return Arrays.copyOfRange(data, from, from + number(entry, VALUE_LENGTH));
        } finally {
            lock.unlock();
        }
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
                put(key, hash, value);
            }
        } finally {
            lock.unlock();
        }
    }

    /** The value of a key is about to change: it is not known until then. Returns what {@link #changed} is to be told. */
    long changing(byte[] key, int hash) {
        lock.lock();
        try {
            int entry = find(key, hash);
            if (entry != NONE) {
                number(entry, VALUE_LENGTH, UNKNOWN);
            }
            return ++versions[hash & (VERSIONS - 1)];
        } finally {
            lock.unlock();
        }
    }

    /**
     * The value of a key has changed.
     *
     * @param value what it is now; null if there is none, or if it is not known
     * @param version what {@link #changing} returned: if another change began since, nobody knows which was the last
     */
    void changed(byte[] key, int hash, byte[] value, long version) {
        lock.lock();
        try {
            int index = hash & (VERSIONS - 1);
            if (value != null && versions[index] == version) {
                put(key, hash, value);
            } else {
                remove(key, hash);
            }
            versions[index]++;
        } finally {
            lock.unlock();
        }
    }

    /** Nothing is known any more, and what is being read now is not to be kept. */
    void clear() {
        lock.lock();
        try {
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

    private void put(byte[] key, int hash, byte[] value) {
        int size = HEADER + key.length + value.length;
        int entry = find(key, hash);
        if (entry != NONE) {
            int room = number(entry, SIZE);
            if (size <= room && room / 2 <= size) {
                System.arraycopy(value, 0, data, entry + HEADER + key.length, value.length);
                number(entry, VALUE_LENGTH, value.length);
                number(entry, REFERENCED, 1);
                return;
            }
            unlink(entry);
        }
        if (size <= most / LARGEST_PART) {
            int at = allocate(size);
            number(at, KEY_LENGTH, key.length);
            number(at, VALUE_LENGTH, value.length);
            System.arraycopy(key, 0, data, at + HEADER, key.length);
            System.arraycopy(value, 0, data, at + HEADER + key.length, value.length);
            link(at, size, hash);
        }
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
        boolean spared = linked && mayBeSpared && number(oldest, REFERENCED) != 0;
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
        link(at, size, hash);
        return true;
    }

    private void link(int entry, int size, int hash) {
        int bucket = bucket(hash);
        number(entry, SIZE, size);
        number(entry, HASH, hash);
        number(entry, NEXT, buckets[bucket]);
        number(entry, REFERENCED, 0);
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
