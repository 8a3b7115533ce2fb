package io.whorl.testkit.simulation;

/** One node's idea of the time: a monotonic clock that drifts, and a wall clock that is off and may jump. */
final class HostClock {
    private static final long EPOCH_MILLIS = 1_700_000_000_000L;
    private static final long MILLION = 1_000_000L;

    private final Kernel kernel;
    private final long monotonicBase;
    private long driftPpm;
    private long wallOffsetMillis;

    HostClock(Kernel kernel, long monotonicBase) {
        this.kernel = kernel;
        this.monotonicBase = monotonicBase;
    }

    /** Fixes the drift in millionths; at the beginning only, since it would make the monotonic clock jump. */
    void drift(long ppm) {
        this.driftPpm = ppm;
    }

    /** Moves the wall clock. */
    void jump(long millis) {
        wallOffsetMillis += millis;
    }

    long nanoTime() {
        long now = kernel.now();
        return monotonicBase + now + now / MILLION * driftPpm;
    }

    /** How long it really takes until this clock has advanced by so much. */
    long realNanos(long nanos) {
        return Math.max(0, nanos - nanos / MILLION * driftPpm + 1);
    }

    long wallMillis() {
        return EPOCH_MILLIS + kernel.now() / Kernel.MILLI + wallOffsetMillis;
    }
}
