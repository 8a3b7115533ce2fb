package io.whorl.benchmarks.overload;

/**
 * The instants at which requests of an even rate are due.
 *
 * @param beginNanos the first of them, by {@link System#nanoTime}
 * @param perSecond how many are due in a second
 */
record Pace(long beginNanos, double perSecond) {
    private static final double NANOS = 1e9;

    Pace {
        if (!(perSecond > 0)) {
            throw new IllegalArgumentException("a rate must be positive, " + perSecond + " per second was given");
        }
    }

    /** When the request of this number is due, counted from 0. */
    long at(long index) {
        return beginNanos + (long) (index * NANOS / perSecond);
    }

    /** How many requests are due before so many seconds have passed. */
    long within(int seconds) {
        return (long) Math.ceil(seconds * perSecond);
    }

    /** In which second, counted from 0, an instant lies. */
    int second(long nanos) {
        return (int) Math.floorDiv(nanos - beginNanos, (long) NANOS);
    }
}
