package io.whorl.testkit.simulation;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

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
}
