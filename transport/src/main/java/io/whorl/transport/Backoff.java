package io.whorl.transport;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** The growing pauses between attempts to reach one place. For one thread. */
final class Backoff {
    private final Duration min;
    private final Duration max;
    private long nextNanos;

    Backoff(Duration min, Duration max) {
        this.min = min;
        this.max = max;
        reset();
    }

    /** Begins again with the shortest pause. */
    void reset() {
        nextNanos = min.toNanos();
    }

    /** The next pause, shortened by up to half at random so that nodes which lost each other together do not return so. */
    Duration next() {
        long pause = nextNanos;
        nextNanos = Math.min(max.toNanos(), 2 * nextNanos);
        return Duration.ofNanos(pause - ThreadLocalRandom.current().nextLong(pause / 2 + 1));
    }
}
