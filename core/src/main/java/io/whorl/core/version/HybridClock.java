package io.whorl.core.version;

import java.util.concurrent.atomic.AtomicLong;

/**
 * A node's hybrid clock: gives timestamps near the wall clock's time that are above everything it gave or accepted before,
 * even when the wall clock stands still or steps back (Kulkarni et al., Logical Physical Clocks, OPODIS 2014, figure 5).
 * It reads no clock itself; the caller says what time it is.
 *
 * <p>Thread-safe, through one {@link AtomicLong}: all lanes of a node share one clock, because a client that writes to two
 * partitions of the same node may expect the second write to be the later; and a lane must not wait for another.
 *
 * <p>More than 65,536 timestamps in a millisecond carry over into the next one, which keeps the order.
 */
public final class HybridClock {
    /** How far ahead of the wall clock an observed timestamp may be, unless told otherwise: one minute. */
    public static final long DEFAULT_MAX_AHEAD_MILLIS = 60_000;

    private final long maxAheadMillis;
    private final AtomicLong latest = new AtomicLong();

    /** A clock with the {@linkplain #DEFAULT_MAX_AHEAD_MILLIS default} bound. */
    public HybridClock() {
        this(DEFAULT_MAX_AHEAD_MILLIS);
    }

    /**
     * A clock.
     *
     * @param maxAheadMillis how far ahead of the wall clock a timestamp may be and still be followed, in milliseconds: a
     *     neighbour whose clock is wrong must not drag this node's time along
     * @throws IllegalArgumentException if the bound is negative
     */
    public HybridClock(long maxAheadMillis) {
        if (maxAheadMillis < 0) {
            throw new IllegalArgumentException("bound of " + maxAheadMillis + " ms ahead; expected 0 or more");
        }
        this.maxAheadMillis = maxAheadMillis;
    }

    /**
     * A timestamp above everything given or accepted before.
     *
     * @param wallMillis the wall clock, in milliseconds since 1970 UTC; what lies outside of 0 … 2^47-1 counts as the nearest
     *     of these
     * @throws IllegalStateException if there is no higher timestamp (the year is 6429)
     */
    public long next(long wallMillis) {
        long now = HybridTimestamp.of(clamped(wallMillis), 0);
        while (true) {
            long before = latest.get();
            if (before == Long.MAX_VALUE) {
                throw new IllegalStateException(
                        "hybrid time has run out at its highest timestamp; check the wall clock");
            }
            long next = Math.max(before + 1, now);
            if (latest.compareAndSet(before, next)) {
                return next;
            }
        }
    }

    /**
     * Takes note of a timestamp that came from elsewhere, so that the next one here is above it.
     *
     * @param timestamp the other's timestamp
     * @param wallMillis the wall clock, in milliseconds since 1970 UTC
     * @return false if it is negative or further ahead of the wall clock than the bound; it is not followed then
     */
    public boolean observe(long timestamp, long wallMillis) {
        if (timestamp < 0 || HybridTimestamp.wallMillis(timestamp) - clamped(wallMillis) > maxAheadMillis) {
            return false;
        }
        long before = latest.get();
        while (timestamp > before && !latest.compareAndSet(before, timestamp)) {
            before = latest.get();
        }
        return true;
    }

    /** The highest timestamp given or accepted so far; 0 if none. */
    public long latest() {
        return latest.get();
    }

    private static long clamped(long wallMillis) {
        return Math.max(0, Math.min(wallMillis, HybridTimestamp.MAX_WALL_MILLIS));
    }
}
