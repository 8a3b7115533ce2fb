package io.whorl.benchmarks.overload;

import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/** How requests ended in some time. Safe for use by many threads. */
final class Ends {
    private static final int DIGITS = 2;

    private final LongAdder offered = new LongAdder();
    private final LongAdder timedOut = new LongAdder();
    private final LongAdder other = new LongAdder();
    private final Histogram accepted = new ConcurrentHistogram(DIGITS);
    private final Histogram refused = new ConcurrentHistogram(DIGITS);

    /** A request was made. */
    void offered() {
        offered.increment();
    }

    /** A request has succeeded, so long after it was due. */
    void succeeded(long nanosSinceDue) {
        accepted.recordValue(Math.max(0, nanosSinceDue));
    }

    /** A request was refused for overload, so long after it was made. */
    void refused(long nanosSinceMade) {
        refused.recordValue(Math.max(0, nanosSinceMade));
    }

    /** A request has failed by its deadline. */
    void timedOut() {
        timedOut.increment();
    }

    /** A request has failed otherwise. */
    void failed() {
        other.increment();
    }

    /** Adds what another has counted. */
    void add(Ends more) {
        offered.add(more.offered.sum());
        timedOut.add(more.timedOut.sum());
        other.add(more.other.sum());
        accepted.add(more.accepted);
        refused.add(more.refused);
    }

    long offeredCount() {
        return offered.sum();
    }

    long timedOutCount() {
        return timedOut.sum();
    }

    long otherCount() {
        return other.sum();
    }

    long acceptedCount() {
        return accepted.getTotalCount();
    }

    long refusedCount() {
        return refused.getTotalCount();
    }

    /** In milliseconds, from when requests were due. */
    double acceptedMillis(double percentile) {
        return accepted.getValueAtPercentile(percentile) / 1e6;
    }

    /** In milliseconds, from when requests were made. */
    double refusedMillis(double percentile) {
        return refused.getValueAtPercentile(percentile) / 1e6;
    }
}
