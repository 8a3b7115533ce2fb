package io.whorl.core.version;

/**
 * A point of hybrid time in one long: 48 bits of milliseconds since 1970 UTC above 16 bits that order events within one
 * millisecond (Kulkarni et al., Logical Physical Clocks, OPODIS 2014, section 6, with milliseconds for NTP's fractions).
 * The top bit stays clear until the year 6429, so timestamps are ordered as plain longs.
 */
public final class HybridTimestamp {
    static final int LOGICAL_BITS = 16;
    static final int MAX_LOGICAL = (1 << LOGICAL_BITS) - 1;
    static final long MAX_WALL_MILLIS = Long.MAX_VALUE >>> LOGICAL_BITS;

    private HybridTimestamp() {}

    /**
     * Makes a timestamp.
     *
     * @param wallMillis milliseconds since 1970 UTC
     * @param logical the order within the millisecond
     * @throws IllegalArgumentException if the milliseconds are not within 0 … 2^47-1, or the order not within 0 … 65535
     */
    public static long of(long wallMillis, int logical) {
        if (wallMillis < 0 || wallMillis > MAX_WALL_MILLIS) {
            throw new IllegalArgumentException(
                    "wall clock " + wallMillis + " ms; expected 0.." + MAX_WALL_MILLIS + " since 1970");
        }
        if (logical < 0 || logical > MAX_LOGICAL) {
            throw new IllegalArgumentException("logical part " + logical + "; expected 0.." + MAX_LOGICAL);
        }
        return wallMillis << LOGICAL_BITS | logical;
    }

    /** The milliseconds since 1970 UTC. */
    public static long wallMillis(long timestamp) {
        return timestamp >>> LOGICAL_BITS;
    }

    /** The order within the millisecond, 0 … 65535. */
    public static int logical(long timestamp) {
        return (int) (timestamp & MAX_LOGICAL);
    }
}
