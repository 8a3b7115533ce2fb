package io.whorl.core.meter;

import io.whorl.api.Latencies;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Counts durations in cells whose width grows with the duration: exact nanoseconds up to {@value #LINEAR}, from there on that many
 * cells for each doubling, so that a cell's end lies at most a 32nd above any duration in it. Callable on any thread; recording
 * allocates nothing and takes no lock.
 */
public final class LatencyHistogram {
    private static final int LINEAR_BITS = 5;
    private static final int LINEAR = 1 << LINEAR_BITS;
    /** Two to this many nanoseconds are two and a half hours; no request takes as long. */
    private static final int LONGEST_BITS = 43;

    private static final int CELLS = LINEAR * (LONGEST_BITS - LINEAR_BITS + 1);

    private final AtomicLongArray cells = new AtomicLongArray(CELLS);
    private final AtomicLong max = new AtomicLong();

    /** Counts one duration; a negative one counts as none, one beyond the last cell in the last cell. */
    public void record(long nanos) {
        long duration = Math.max(0, nanos);
        // First, so that no snapshot has a counted duration above its maximum.
        if (duration > max.get()) {
            max.accumulateAndGet(duration, Math::max);
        }
        cells.incrementAndGet(Math.min(CELLS - 1, cell(duration)));
    }

    /** What has been counted; durations that are recorded meanwhile are in it or not. */
    public Latencies snapshot() {
        long[] upTo = new long[CELLS];
        long[] counts = new long[CELLS];
        int used = 0;
        for (int i = 0; i < CELLS; i++) {
            long count = cells.get(i);
            if (count > 0) {
                upTo[used] = i == CELLS - 1 ? Long.MAX_VALUE : end(i);
                counts[used++] = count;
            }
        }
        return Latencies.of(Arrays.copyOf(upTo, used), Arrays.copyOf(counts, used), max.get());
    }

    private static int cell(long duration) {
        if (duration < LINEAR) {
            return (int) duration;
        }
        int doublings = Long.SIZE - 1 - Long.numberOfLeadingZeros(duration) - LINEAR_BITS;
        return (doublings << LINEAR_BITS) + (int) (duration >>> doublings);
    }

    /** The longest duration that the cell counts. */
    private static long end(int cell) {
        if (cell < 2 * LINEAR) {
            return cell;
        }
        int doublings = (cell >>> LINEAR_BITS) - 1;
        long mantissa = LINEAR + (cell & (LINEAR - 1));
        return ((mantissa + 1) << doublings) - 1;
    }
}
