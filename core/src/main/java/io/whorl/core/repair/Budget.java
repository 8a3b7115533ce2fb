package io.whorl.core.repair;

/**
 * How many bytes repair may move now: so many a second, less the more callers' requests are under way on the lane, but never
 * nothing for ever. What is spent in advance is made up for by waiting.
 */
final class Budget {
    private static final long SECOND = 1_000_000_000L;
    /** So many requests under way halve the rate. */
    private static final int HALVING = 16;
    /** Foreground work leaves repair this part of its rate in any case. */
    private static final int LEAST_SHARE = 16;
    /** What is not used in this part of a second is lost. */
    private static final int BURST = 4;

    private final long bytesPerSecond;
    private final long most;
    private double left;
    private long last;
    private boolean begun;

    Budget(long bytesPerSecond, int batchBytes) {
        this.bytesPerSecond = Math.max(1, bytesPerSecond);
        this.most = Math.max(batchBytes, this.bytesPerSecond / BURST);
        this.left = most;
    }

    /** Whether another batch may be moved now, with so many of the lane's requests under way. */
    boolean grants(long now, int underWay) {
        if (begun) {
            left = Math.min(most, left + (double) rate(underWay) * (now - last) / SECOND);
        }
        begun = true;
        last = now;
        return left > 0;
    }

    /** After how many nanoseconds {@link #grants} may say yes. */
    long wait(int underWay) {
        return left > 0 ? 0 : (long) ((1 - left) * SECOND / rate(underWay)) + 1;
    }

    /** So many bytes were moved; negative: were not moved after all. */
    void spend(long bytes) {
        left = Math.min(most, left - bytes);
    }

    private long rate(int underWay) {
        return Math.max(1, bytesPerSecond / Math.min(LEAST_SHARE, 1 + underWay / HALVING));
    }
}
