package io.whorl.core.node;

/**
 * How fast a queue is being emptied, from the times between two departures while others wait. One thread at a time writes, any
 * thread reads.
 */
final class DrainRate {
    private static final int MEMORY = 8;
    private static final long SHORTEST = 1_000_000L;
    private static final long LONGEST = 10_000_000_000L;

    private volatile long average;
    private volatile long last;
    private volatile boolean busy;

    /** One has left at that time, and others wait or not. */
    void left(long now, boolean othersWait) {
        left(now, 1, othersWait);
    }

    /** So many have left together. */
    void left(long now, int count, boolean othersWait) {
        if (busy) {
            long sample = Math.max(0, now - last) / count;
            average = average == 0 ? sample : average + (sample - average) / MEMORY;
        }
        last = now;
        busy = othersWait;
    }

    /** After how many nanoseconds so many will have left at this rate; between a millisecond and ten seconds. */
    long nanosFor(long departures, long now) {
        // A queue that stands still is slower than its past.
        long slowest = busy ? Math.max(average, now - last) : average;
        long bounded = slowest > LONGEST / Math.max(1, departures) ? LONGEST : slowest * departures;
        return Math.max(SHORTEST, bounded);
    }
}
