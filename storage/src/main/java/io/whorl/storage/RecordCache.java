package io.whorl.storage;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.function.ToLongFunction;

/**
 * Values by their keys, as many as fit into so many bytes on the heap: a row cache. Taken as they come, up to the bound, and never given
 * back. Safe for use by any thread.
 *
 * <p>It never holds a value that is not the stored one, however reads and changes come across each other, if
 *
 * <ul>
 *   <li>whoever changes a stored value calls {@link #changing} before and {@link #changed} after it;
 *   <li>whoever reads one to {@link #keep} it asks for the {@link #version} before that.
 * </ul>
 *
 * <p>Between the two calls of a change the value is not known here.
 */
final class RecordCache {
    /** No segment is smaller, so that an entry of some KiB fits; and there are no more than so many. */
    private static final int LEAST_SEGMENT = 64 << 10;

    private static final int MOST_SEGMENTS = 64;
    private static final int LARGEST_SEGMENT = 1 << 30;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long MULTIPLIER = 0x9E3779B97F4A7C15L;

    private final CacheSegment[] segments;
    private final long seed;

    /**
     * @param bytes the bound; with 0 nothing is ever known
     * @param seed differs in every cache, so that nobody can choose keys that fall together
     * @param lengths how much of a value is kept
     */
    RecordCache(long bytes, long seed, CacheSegment.Lengths lengths) {
        this.seed = seed;
        int count = (int) Math.max(1, Math.min(MOST_SEGMENTS, Long.highestOneBit(Math.max(1, bytes / LEAST_SEGMENT))));
        segments = new CacheSegment[count];
        // The rest is for the buckets.
        long each = Math.min(LARGEST_SEGMENT, bytes / count / 33 * 32);
        Arrays.setAll(segments, i -> new CacheSegment((int) each, lengths));
    }

    /** A key's hash, which goes with it. */
    int hash(byte[] key) {
        long hash = (seed ^ key.length) * MULTIPLIER;
        int at = 0;
        for (; at + Long.BYTES <= key.length; at += Long.BYTES) {
            hash = mixed(hash ^ (long) LONGS.get(key, at));
        }
        for (; at < key.length; at++) {
            hash = mixed(hash ^ key[at]);
        }
        return (int) (hash >>> Integer.SIZE);
    }

    private static long mixed(long hash) {
        long product = (hash ^ (hash >>> Integer.SIZE)) * MULTIPLIER;
        return product ^ (product >>> 29);
    }

    private CacheSegment segment(int hash) {
        return segments[(hash >>> 26) & (segments.length - 1)];
    }

    /** The value of a key, a copy of it; null if it is not known here. */
    byte[] get(byte[] key, int hash) {
        return segment(hash).get(key, hash);
    }

    /** The beginning of a key's value, perhaps all of it; null if it is not known here. */
    byte[] beginning(byte[] key, int hash) {
        return segment(hash).beginning(key, hash);
    }

    /** To be asked for before a value is read that is to be kept. */
    long version(int hash) {
        return segment(hash).version(hash);
    }

    /** Keeps a value that was read, unless it may have changed since. */
    void keep(byte[] key, int hash, byte[] value, long version) {
        segment(hash).keep(key, hash, value, version);
    }

    /** A value is about to change. */
    void changing(byte[] key, int hash) {
        segment(hash).changing(key, hash);
    }

    /** A value has changed, perhaps: null if there is none now, or nobody knows. */
    void changed(byte[] key, int hash, byte[] value) {
        segment(hash).changed(key, hash, value);
    }

    /** Nothing is known any more. To be called before and after many values change. */
    void clear() {
        for (CacheSegment segment : segments) {
            segment.clear();
        }
    }

    /** How many bytes it takes now. */
    long bytes() {
        return sum(CacheSegment::bytes);
    }

    /** How many values were asked for that were known. */
    long hits() {
        return sum(CacheSegment::hits);
    }

    /** How many were asked for that were not. */
    long misses() {
        return sum(CacheSegment::misses);
    }

    private long sum(ToLongFunction<CacheSegment> part) {
        return Arrays.stream(segments).mapToLong(part).sum();
    }
}
