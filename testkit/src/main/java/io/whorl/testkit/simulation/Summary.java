package io.whorl.testkit.simulation;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToLongFunction;

/** What came of many seeds. */
final class Summary {
    private static final int MOST_SEEDS_NAMED = 12;

    private final Map<Integer, SimulationResult> results;
    private final long tookNanos;
    private final int asked;
    private final int threads;

    /**
     * @param results those that ended, by their place
     * @param asked how many were to be run
     */
    Summary(Map<Integer, SimulationResult> results, long tookNanos, int asked, int threads) {
        this.results = results;
        this.tookNanos = tookNanos;
        this.asked = asked;
        this.threads = threads;
    }

    /** How many seeds broke a promise, or did not end at all. */
    long violations() {
        return asked
                - results.values().stream()
                        .filter(each -> each.violations().isEmpty())
                        .count();
    }

    /** All traces in one number. */
    long traceHash() {
        Trace trace = new Trace();
        results.values().forEach(each -> trace.add(each.traceHash()));
        return trace.hash();
    }

    /** The probes that no run has hit. */
    List<Probe> neverHit() {
        Map<String, Long> hits = hits();
        List<Probe> never = new ArrayList<>();
        for (Probe probe : Probe.values()) {
            if (!hits.containsKey(probe.name())) {
                never.add(probe);
            }
        }
        return never;
    }

    private Map<String, Long> hits() {
        Map<String, Long> hits = new TreeMap<>();
        results.values().forEach(each -> each.probes().forEach((probe, times) -> hits.merge(probe, times, Long::sum)));
        return hits;
    }

    /** Some lines, of which the last has a fixed form. */
    String text() {
        List<String> lines = new ArrayList<>();
        long requests = sum(SimulationResult::requests);
        lines.add(format(
                "requests: %d, acknowledged %.1f %%",
                requests, 100.0 * sum(SimulationResult::acknowledged) / Math.max(1, requests)));
        lines.add(format(
                "runs that count: %d of %d; %d with less than half of the requests acknowledged; without a fault of a class that"
                        + " was on: %s",
                count(SimulationResult::counts), asked, count(each -> !each.isMostlyAcknowledged()), missing()));
        lines.add("faults: " + fired());
        lines.add(format(
                "excused: %.2f %% of the runs lost acknowledged writes with as many disks as excuse it (%d writes); of %d reads that"
                        + " P5 binds, %d were excused by a lost copy",
                100.0 * count(each -> each.excused() > 0) / Math.max(1, asked),
                sum(SimulationResult::excused),
                sum(SimulationResult::regularReads),
                sum(SimulationResult::excusedReads)));
        if (excusedSeeds().length() > 0) {
            lines.add("excused in the runs of seeds" + excusedSeeds());
        }
        lines.add(format(
                "probes: %d of %d hit%s",
                Probe.values().length - neverHit().size(),
                Probe.values().length,
                neverHit().isEmpty() ? "" : "; never: " + neverHit()));
        lines.add(PlantedBugs.text());
        lines.add(format("speed: %.0f times real time on each of %d threads", speed(), threads));
        lines.add(format("trace hash of all: %016x", traceHash()));
        if (violations() > 0) {
            lines.add("found by: " + foundBy());
        }
        lines.add(
                format("simulation: %d seeds, %.1f cluster-hours, %d violations", asked, clusterHours(), violations()));
        return String.join(System.lineSeparator(), lines);
    }

    private static String format(String text, Object... values) {
        return String.format(Locale.ROOT, text, values);
    }

    private double clusterHours() {
        return results.values().stream()
                        .filter(SimulationResult::counts)
                        .mapToLong(SimulationResult::simulatedNanos)
                        .sum()
                / 3.6e12;
    }

    private double speed() {
        return sum(SimulationResult::simulatedNanos) / (double) Math.max(1, tookNanos) / threads;
    }

    private Map<FaultClass, Long> fired() {
        Map<FaultClass, Long> fired = new EnumMap<>(FaultClass.class);
        results.values().forEach(each -> each.fired().forEach((fault, times) -> fired.merge(fault, times, Long::sum)));
        return fired;
    }

    /** In how many runs a class was on and did not happen. */
    private Map<FaultClass, Long> missing() {
        Map<FaultClass, Long> missing = new EnumMap<>(FaultClass.class);
        results.values()
                .forEach(each -> each.fired().forEach((fault, times) -> {
                    if (times == 0) {
                        missing.merge(fault, 1L, Long::sum);
                    }
                }));
        return missing;
    }

    private Map<Checker, Long> foundBy() {
        Map<Checker, Long> checkers = new TreeMap<>();
        results.values().stream()
                .filter(each -> !each.violations().isEmpty())
                .forEach(each -> checkers.merge(each.violations().get(0).checker(), 1L, Long::sum));
        return checkers;
    }

    private interface Condition {
        boolean holds(SimulationResult result);
    }

    private long count(Condition condition) {
        return results.values().stream().filter(condition::holds).count();
    }

    private String excusedSeeds() {
        StringBuilder seeds = new StringBuilder();
        results.values().stream()
                .filter(each -> each.excused() > 0)
                .limit(MOST_SEEDS_NAMED)
                .forEach(each -> seeds.append(' ').append(each.seed()));
        return seeds.toString();
    }

    private long sum(ToLongFunction<SimulationResult> part) {
        return results.values().stream().mapToLong(part).sum();
    }
}
