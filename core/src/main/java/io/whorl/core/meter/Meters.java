package io.whorl.core.meter;

import java.util.concurrent.atomic.AtomicLongArray;

/** The counts of one node. Callable on any thread. */
public final class Meters {
    private final AtomicLongArray counts = new AtomicLongArray(Counter.values().length);

    /** Counts one. */
    public void add(Counter counter) {
        counts.incrementAndGet(counter.ordinal());
    }

    /** Counts so many. */
    public void add(Counter counter, long times) {
        counts.addAndGet(counter.ordinal(), times);
    }

    /** How many there have been. */
    public long get(Counter counter) {
        return counts.get(counter.ordinal());
    }
}
