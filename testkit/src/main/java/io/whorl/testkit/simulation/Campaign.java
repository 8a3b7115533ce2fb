package io.whorl.testkit.simulation;

import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;

/** Many seeds, on several threads; each simulation has a thread of its own and shares nothing. */
final class Campaign {
    private final int threads;
    private final Consumer<SimulationResult> onEach;

    /**
     * @param threads how many simulations run at a time
     * @param onEach told of every result, on several threads
     */
    Campaign(int threads, Consumer<SimulationResult> onEach) {
        this.threads = threads;
        this.onEach = onEach;
    }

    /** Runs them all, and returns the summary. */
    Summary run(List<Simulation> simulations) throws InterruptedException {
        long began = System.nanoTime();
        Map<Integer, SimulationResult> results = new ConcurrentSkipListMap<>();
        AtomicInteger next = new AtomicInteger();
        Thread[] workers = new Thread[threads];
        for (int i = 0; i < threads; i++) {
            workers[i] = new Thread(
                    () -> {
                        for (int mine = next.getAndIncrement();
                                mine < simulations.size();
                                mine = next.getAndIncrement()) {
                            SimulationResult result = simulations.get(mine).run();
                            results.put(mine, result);
                            onEach.accept(result);
                        }
                    },
                    "simulation-" + i);
            workers[i].setDaemon(true);
            workers[i].start();
        }
        for (Thread worker : workers) {
            worker.join();
        }
        return new Summary(results, System.nanoTime() - began, simulations.size(), threads);
    }

    /** What came of many seeds. */
    static final class Summary {
        private final Map<Integer, SimulationResult> results;
        private final long tookNanos;
        private final int asked;
        private final int threads;

        private Summary(Map<Integer, SimulationResult> results, long tookNanos, int asked, int threads) {
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

        private double clusterHours() {
            return results.values().stream()
                            .filter(SimulationResult::counts)
                            .mapToLong(SimulationResult::simulatedNanos)
                            .sum()
                    / 3.6e12;
        }

        /** All traces in one number. */
        long traceHash() {
            Trace trace = new Trace();
            results.values().forEach(each -> trace.add(each.traceHash()));
            return trace.hash();
        }

        /** A few lines, of which the last has a fixed form. */
        String text() {
            long requests = sum(SimulationResult::requests);
            long acknowledged = sum(SimulationResult::acknowledged);
            Map<FaultClass, Long> fired = new EnumMap<>(FaultClass.class);
            results.values()
                    .forEach(each -> each.fired().forEach((fault, times) -> fired.merge(fault, times, Long::sum)));
            Map<Checker, Long> checkers = new TreeMap<>();
            results.values().stream()
                    .filter(each -> !each.violations().isEmpty())
                    .forEach(each -> checkers.merge(each.violations().get(0).checker(), 1L, Long::sum));
            double speed = sum(SimulationResult::simulatedNanos) / (double) Math.max(1, tookNanos) / threads;
            return String.format(
                    Locale.ROOT,
                    "requests: %d, acknowledged %.1f %%%nruns that count: %d of %d (at least half of the requests"
                            + " acknowledged, every class of faults that was on happened)%nfaults: %s%nacknowledged writes"
                            + " lost with as many disks as excuse it: %d%nspeed: %.0f times real time on each of %d"
                            + " threads%ntrace hash of all: %016x%n%ssimulation: %d seeds, %.1f cluster-hours, %d violations",
                    requests,
                    100.0 * acknowledged / Math.max(1, requests),
                    results.values().stream().filter(SimulationResult::counts).count(),
                    asked,
                    fired,
                    sum(SimulationResult::excused),
                    speed,
                    threads,
                    traceHash(),
                    checkers.isEmpty() ? "" : String.format(Locale.ROOT, "found by: %s%n", checkers),
                    asked,
                    clusterHours(),
                    violations());
        }

        private long sum(ToLongFunction<SimulationResult> part) {
            return results.values().stream().mapToLong(part).sum();
        }
    }
}
