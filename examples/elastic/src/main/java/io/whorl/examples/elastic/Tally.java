package io.whorl.examples.elastic;

import java.util.Arrays;

/** Counts requests and how long they took, for a span of time that somebody else measures. Safe for use by many threads. */
final class Tally {
    /** Steps of latency: each an eighth more than the one before, from a microsecond to a minute and more. */
    private static final int STEPS = 160;

    private static final double FACTOR = 1.125;
    private static final double NANOS_PER_MICROSECOND = 1e3;

    private final long[] byStep = new long[STEPS];
    private long requests;
    private long failed;
    private long wrong;

    synchronized void succeeded(long nanos) {
        requests++;
        double step = Math.log(Math.max(1, nanos / NANOS_PER_MICROSECOND)) / Math.log(FACTOR);
        byStep[(int) Math.min(STEPS - 1, Math.ceil(step))]++;
    }

    synchronized void failed() {
        failed++;
    }

    synchronized void wrong() {
        wrong++;
    }

    /** What was counted up to now. */
    synchronized Counts counts() {
        return new Counts(requests, failed, wrong, byStep.clone());
    }

    /** What was counted in a span. */
    record Counts(long requests, long failed, long wrong, long[] byStep) {

        Counts since(Counts earlier) {
            long[] difference = byStep.clone();
            Arrays.setAll(difference, i -> byStep[i] - earlier.byStep[i]);
            return new Counts(requests - earlier.requests, failed - earlier.failed, wrong - earlier.wrong, difference);
        }

        /** The time in milliseconds within which 99 of 100 requests were answered. */
        double p99() {
            long left = requests / 100;
            for (int i = STEPS - 1; i >= 0; i--) {
                left -= byStep[i];
                if (left < 0) {
                    return Math.pow(FACTOR, i) / 1e3;
                }
            }
            return 0;
        }
    }
}
