package io.whorl.core.meter;

import java.util.concurrent.atomic.AtomicLongArray;

/** One lane's part of a node's gauges: set by the lane, read by anybody. */
public final class Gauges {
    private final AtomicLongArray values = new AtomicLongArray(Gauge.values().length);

    /** The lane has so many now. */
    public void set(Gauge gauge, long value) {
        values.set(gauge.ordinal(), value);
    }

    /** How many the lane had when it last said so; zero before. */
    public long get(Gauge gauge) {
        return values.get(gauge.ordinal());
    }
}
