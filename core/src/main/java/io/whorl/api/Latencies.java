package io.whorl.api;

import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;

/**
 * How long requests took, as counts in cells that are each a small part wider than the one before; every percentile is therefore
 * exact to about 3 %, and never too low. Immutable.
 *
 * <p>Two of them can be subtracted, which gives the latencies of the time between: percentiles since the start of a node say
 * little about the last minute.
 */
public final class Latencies {
    private static final double NANOS_PER_MILLI = 1e6;

    private final long[] upTo;
    private final long[] counts;
    private final long maxNanos;

    private Latencies(long[] upTo, long[] counts, long maxNanos) {
        this.upTo = upTo;
        this.counts = counts;
        this.maxNanos = maxNanos;
    }

    /**
     * From cells.
     *
     * @param upTo the longest time that each cell counts, in nanoseconds, ascending
     * @param counts how many requests each cell has
     * @param maxNanos the longest time of all, exactly
     * @throws IllegalArgumentException if there are not as many counts as cells, or the cells do not ascend
     */
    public static Latencies of(long[] upTo, long[] counts, long maxNanos) {
        if (upTo.length != counts.length) {
            throw new IllegalArgumentException("there were " + upTo.length + " cells and " + counts.length + " counts");
        }
        for (int i = 1; i < upTo.length; i++) {
            if (upTo[i] <= upTo[i - 1]) {
                throw new IllegalArgumentException("cell " + i + " does not lie above the one before");
            }
        }
        return new Latencies(upTo.clone(), counts.clone(), maxNanos);
    }

    /** How many requests there were. */
    public long count() {
        return Arrays.stream(counts).sum();
    }

    /**
     * The time within which so many of a hundred requests ended; zero when there was none.
     *
     * @param percent above 0 and at most 100
     * @throws IllegalArgumentException if it is not
     */
    public Duration percentile(double percent) {
        if (!(percent > 0 && percent <= 100)) {
            throw new IllegalArgumentException("percent was " + percent + "; expected more than 0 and at most 100");
        }
        long total = count();
        if (total == 0) {
            return Duration.ZERO;
        }
        long rank = Math.max(1, (long) Math.ceil(total * (percent / 100.0)));
        long passed = 0;
        for (int i = 0; i < counts.length; i++) {
            passed += counts[i];
            if (passed >= rank) {
                return Duration.ofNanos(Math.min(upTo[i], maxNanos));
            }
        }
        return max();
    }

    /** Half of the requests took at most this. */
    public Duration p50() {
        return percentile(50);
    }

    /** Nine of ten requests took at most this. */
    public Duration p90() {
        return percentile(90);
    }

    /** Ninety-nine of a hundred requests took at most this. */
    public Duration p99() {
        return percentile(99);
    }

    /** All but one in a thousand requests took at most this. */
    public Duration p999() {
        return percentile(99.9);
    }

    /** The longest; exact since the start of the node, to about 3 % between two snapshots. */
    public Duration max() {
        return Duration.ofNanos(maxNanos);
    }

    /**
     * What has been added since an earlier snapshot of the same node.
     *
     * @throws IllegalArgumentException if that one has what this one lacks, and so is not an earlier one of the same node
     */
    public Latencies since(Latencies earlier) {
        Objects.requireNonNull(earlier, "earlier");
        long[] rest = counts.clone();
        for (int i = 0; i < earlier.upTo.length; i++) {
            int cell = Arrays.binarySearch(upTo, earlier.upTo[i]);
            if (earlier.counts[i] != 0 && (cell < 0 || rest[cell] < earlier.counts[i])) {
                throw new IllegalArgumentException("the other snapshot is not an earlier one of the same node");
            }
            if (cell >= 0) {
                rest[cell] -= earlier.counts[i];
            }
        }
        long longest = 0;
        for (int i = 0; i < rest.length; i++) {
            longest = rest[i] > 0 ? Math.min(upTo[i], maxNanos) : longest;
        }
        return new Latencies(upTo, rest, longest);
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "p50=%.3fms p90=%.3fms p99=%.3fms p99.9=%.3fms max=%.3fms",
                millis(p50()),
                millis(p90()),
                millis(p99()),
                millis(p999()),
                millis(max()));
    }

    private static double millis(Duration duration) {
        return duration.toNanos() / NANOS_PER_MILLI;
    }
}
