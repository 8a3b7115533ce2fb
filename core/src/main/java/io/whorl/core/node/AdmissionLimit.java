package io.whorl.core.node;

/**
 * How many requests of callers a lane has under way at most, as it follows from how those of an interval have fared. A value: each
 * interval makes another one.
 *
 * <p>It falls when two things come together: requests took longer than they should, and before that they waited here for the lane, so that
 * it is this lane which is behind. Then as many are let in as would have taken the time that they should (Little's law: what is under way
 * is throughput times latency). Slow disks and peers elsewhere, or a long way to them, make requests slow too, but nobody waits for the
 * lane then, and to refuse requests would gain nothing. When requests are fast it rises, step by step: to where it began in any case, so that
 * the lane can take a burst, and beyond only when it was reached.
 *
 * <p>Compare CoDel (Nichols and Jacobson, Controlling Queue Delay, ACM Queue 2012): what is measured is the time that requests wait, not
 * how many do; so no number has to fit a machine.
 *
 * @param limits the bounds that it moves between
 * @param requests how many may be under way
 */
record AdmissionLimit(AdmissionLimits limits, int requests) {
    /** Requests wait for the lane if that takes more than this part of the time that a request may take. */
    private static final int WAITING_PART = 20;

    /** By no more than this factor the limit falls at once. */
    private static final int LARGEST_FALL = 2;

    /** By this part of itself it rises. */
    private static final int RISE = 16;

    /**
     * How requests fared in an interval.
     *
     * @param begun how many the lane has begun
     * @param waitedNanos how long these had waited for the lane, together
     * @param ended how many have succeeded
     * @param tookNanos how long these had taken, together
     * @param reached whether one was refused because the limit was reached
     */
    record Interval(long begun, long waitedNanos, long ended, long tookNanos, boolean reached) {
        long meanWaited() {
            return begun == 0 ? 0 : waitedNanos / begun;
        }

        long meanTook() {
            return ended == 0 ? 0 : tookNanos / ended;
        }
    }

    /** As long as nothing is known. */
    static AdmissionLimit first(AdmissionLimits limits) {
        return new AdmissionLimit(limits, limits.first());
    }

    /** After an interval. */
    AdmissionLimit after(Interval interval) {
        long allowed = limits.latencyNanos();
        long took = interval.meanTook();
        if (took > allowed) {
            return interval.meanWaited() > allowed / WAITING_PART ? fallen(took) : this;
        }
        boolean rises = interval.reached() || requests < limits.first();
        return rises && interval.ended() > 0 ? with(requests + 1 + requests / RISE) : this;
    }

    private AdmissionLimit fallen(long took) {
        long fitting = (long) ((double) requests * limits.latencyNanos() / took);
        return with((int) Math.max(fitting, requests / LARGEST_FALL));
    }

    private AdmissionLimit with(int next) {
        int bounded = Math.max(limits.least(), Math.min(limits.most(), next));
        return bounded == requests ? this : new AdmissionLimit(limits, bounded);
    }

    /** How long the next interval has to be: the requests that are let in from now on should have ended in it. */
    long nextNanos(Interval interval) {
        return Math.max(limits.intervalNanos(), interval.meanTook());
    }
}
