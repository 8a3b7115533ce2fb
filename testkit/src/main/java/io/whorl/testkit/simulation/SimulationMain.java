package io.whorl.testkit.simulation;

import io.whorl.core.replica.PlantedBug;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Runs many seeds, or one again. The argument is the number of seeds; system properties choose the rest: {@code seed} runs that
 * one alone and tells more, {@code first} is where to begin counting (1), {@code minutes} is how long the faults last (3),
 * {@code faults} is which ones, {@code bug} plants one, {@code shrink} is how many failures are made smaller (3). Exits with 1 if a promise was broken.
 */
public final class SimulationMain {

    private SimulationMain() {}

    /** Runs the simulations. */
    public static void main(String[] arguments) throws InterruptedException {
        String one = System.getProperty("seed");
        List<Simulation> simulations = new ArrayList<>();
        if (one != null) {
            simulations.add(configured(Long.parseLong(one)));
        } else {
            int seeds = arguments.length == 0 ? 200 : Integer.parseInt(arguments[0]);
            long first = Long.getLong("first", 1);
            for (long seed = first; seed < first + seeds; seed++) {
                simulations.add(configured(seed));
            }
        }
        AtomicInteger failures = new AtomicInteger();
        int threads = Math.max(1, Math.min(Runtime.getRuntime().availableProcessors(), simulations.size()));
        Summary summary = new Campaign(threads, result -> tell(result, one != null, failures)).run(simulations);
        System.out.println(summary.text());
        System.exit(summary.violations() == 0 ? 0 : 1);
    }

    private static Simulation configured(long seed) {
        Simulation simulation = Simulation.seed(seed);
        String minutes = System.getProperty("minutes");
        if (minutes != null) {
            simulation = simulation.lasting(Duration.ofMillis(Math.round(Double.parseDouble(minutes) * 60_000)));
        }
        String faults = System.getProperty("faults");
        if (faults != null) {
            simulation = simulation.faults(Faults.parse(faults));
        }
        String bug = System.getProperty("bug");
        return bug == null ? simulation : simulation.plantedBug(PlantedBug.valueOf(bug));
    }

    private static void tell(SimulationResult result, boolean alone, AtomicInteger failures) {
        if (!result.violations().isEmpty()) {
            String text = result.report();
            if (!alone && failures.incrementAndGet() <= Integer.getInteger("shrink", 3)) {
                Simulation small = new Shrinker(each -> !each.run().violations().isEmpty())
                        .shrink(result.simulation(), List.copyOf(result.fired().keySet()));
                text += "\n  smaller: " + small.command();
            }
            print(text);
        } else if (alone) {
            print(result.options());
            print("faults: " + result.fired());
            print("requests: " + result.requests() + ", acknowledged " + result.acknowledged());
            print("probes: " + result.probes());
            print(String.format(Locale.ROOT, "trace hash: %016x", result.traceHash()));
        }
    }

    private static synchronized void print(String text) {
        System.out.println(text);
    }
}
