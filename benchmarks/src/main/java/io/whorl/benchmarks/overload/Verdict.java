package io.whorl.benchmarks.overload;

import java.util.List;
import java.util.Locale;

/**
 * One thing that is demanded of an overloaded cluster, and whether it is so.
 *
 * @param demand what is demanded
 * @param found what was found
 * @param holds whether that is enough
 */
record Verdict(String demand, String found, boolean holds) {
    private static final double SHARE_OF_PEAK = 0.8;
    private static final double SOON_MILLIS = 10;
    private static final double BOUND_MILLIS = 250;
    private static final double SLOWER = 2;
    private static final double SLACK_MILLIS = 5;
    private static final double ALL = 0.99;

    /**
     * Judges.
     *
     * @param peak how many requests a second succeed when callers wait
     * @param before at half of the peak, before the overload
     * @param over at three times the peak
     * @param after at half of the peak, after the overload
     */
    static List<Verdict> of(double peak, Phase before, Phase over, Phase after, Samples.Comparison samples) {
        Ends ends = over.from(0);
        double share = over.acceptedPerSecond() / peak;
        double soon = ends.refusedMillis(99);
        double slow = ends.acceptedMillis(99);
        Ends first = after.second(0);
        Ends rest = after.from(1);
        double answered = (double) rest.acceptedCount() / rest.offeredCount();
        double tail = rest.acceptedMillis(99);
        double tailBefore = before.from(1).acceptedMillis(99);
        return List.of(
                new Verdict(
                        "throughput within 20 % of the peak",
                        text("%.0f %% of it", 100 * share), share >= SHARE_OF_PEAK),
                new Verdict("refusals at once: p99 within 10 ms", text("p99 %.2f ms", soon), soon <= SOON_MILLIS),
                new Verdict(
                        "refusals truthful, and acknowledgements",
                        text(
                                "%d of %d refused puts are stored, %d of %d acknowledged ones are not",
                                samples.stored(), samples.refused(), samples.lost(), samples.acknowledged()),
                        samples.holds()),
                new Verdict(
                        "what is accepted ends in time: p99 within 250 ms, nothing fails by its deadline or otherwise",
                        text("p99 %.1f ms, %d timed out, %d other", slow, ends.timedOutCount(), ends.otherCount()),
                        slow <= BOUND_MILLIS && ends.timedOutCount() == 0 && ends.otherCount() == 0),
                new Verdict(
                        "recovery within a second: then 99 % accepted, p99 at most twice that of before, or 5 ms",
                        text(
                                "%d refused in the first second, then %.1f %% accepted, p99 %.2f ms, before %.2f ms",
                                first.refusedCount(), 100 * answered, tail, tailBefore),
                        answered >= ALL && tail <= Math.max(SLOWER * tailBefore, SLACK_MILLIS)));
    }

    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }

    @Override
    public String toString() {
        return (holds ? "holds: " : "DOES NOT HOLD: ") + demand + " (" + found + ")";
    }
}
