package io.whorl.examples.quickstart;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;

/** How long each of a known number of requests took. Noting is safe for use by many threads. */
final class Latencies {
    private static final double NANOS_PER_MILLISECOND = 1e6;

    private final long[] nanos;
    private final AtomicInteger noted = new AtomicInteger();

    Latencies(int requests) {
        this.nanos = new long[requests];
    }

    void note(long duration) {
        nanos[noted.getAndIncrement()] = duration;
    }

    /** The time within which {@code percent} of the requests were answered, in milliseconds; called when all have ended. */
    double percentile(double percent) {
        long[] sorted = Arrays.copyOf(nanos, noted.get());
        if (sorted.length == 0) {
            return 0;
        }
        Arrays.sort(sorted);
        int rank = (int) Math.ceil(percent / 100 * sorted.length);
        return sorted[Math.max(0, rank - 1)] / NANOS_PER_MILLISECOND;
    }
}
