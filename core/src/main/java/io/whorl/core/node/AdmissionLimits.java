package io.whorl.core.node;

/**
 * How many requests of callers on this node may be under way on one lane, from the call until the caller is told how it ended. The
 * number moves between bounds: see {@link AdmissionLimit}.
 *
 * @param least how many at least, however long they take; default 32
 * @param first how many as long as nothing is known; default 1,024
 * @param most how many at most; default 4,096
 * @param bytes how many bytes of keys and values they may hold; a request is let in whatever its size if no other is under way; default
 *     64 MiB
 * @param latencyNanos how long a request may take on average while callers wait for the lane; default 100 ms
 * @param intervalNanos over how long that is averaged; default 100 ms
 */
public record AdmissionLimits(int least, int first, int most, long bytes, long latencyNanos, long intervalNanos) {
    /** The defaults. */
    public static final AdmissionLimits DEFAULT =
            new AdmissionLimits(32, 1_024, 4_096, 64L << 20, 100_000_000L, 100_000_000L);

    /** These limits with another one for keys and values. */
    public AdmissionLimits withBytes(long other) {
        return new AdmissionLimits(least, first, most, other, latencyNanos, intervalNanos);
    }

    /**
     * Checks the bounds.
     *
     * @throws IllegalArgumentException unless {@code 1 <= least <= first <= most} and all others are positive
     */
    public AdmissionLimits {
        if (least < 1 || first < least || most < first) {
            throw new IllegalArgumentException("requests under way on a lane: at least " + least + ", first " + first
                    + ", at most " + most + "; expected 1 <= least <= first <= most");
        }
        if (bytes <= 0 || latencyNanos <= 0 || intervalNanos <= 0) {
            throw new IllegalArgumentException("bytes " + bytes + ", latency " + latencyNanos + " ns, interval "
                    + intervalNanos + " ns; expected all to be positive");
        }
    }
}
