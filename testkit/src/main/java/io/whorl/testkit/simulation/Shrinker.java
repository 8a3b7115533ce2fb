package io.whorl.testkit.simulation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Makes a failing simulation smaller: fewer classes of faults first, then a shorter time, as long as it still fails. */
final class Shrinker {
    private static final Duration SHORTEST = Duration.ofSeconds(2);
    private static final int STEPS = 6;

    private final Predicate<Simulation> fails;

    Shrinker(Predicate<Simulation> fails) {
        this.fails = fails;
    }

    /** The smallest simulation found that still fails; the given one if none does. */
    Simulation shrink(Simulation failing, List<FaultClass> on) {
        List<FaultClass> left = new ArrayList<>(on);
        Simulation smallest = failing;
        for (FaultClass each : on) {
            List<FaultClass> fewer = new ArrayList<>(left);
            fewer.remove(each);
            Simulation candidate = smallest.faults(Faults.of(fewer.toArray(FaultClass[]::new)));
            if (fails.test(candidate)) {
                left = fewer;
                smallest = candidate;
            }
        }
        long bad = smallest.duration().toMillis();
        long good = SHORTEST.toMillis();
        for (int i = 0; i < STEPS && bad - good > 1_000; i++) {
            long middle = (bad + good) / 2;
            Simulation candidate = smallest.lasting(Duration.ofMillis(middle));
            if (fails.test(candidate)) {
                smallest = candidate;
                bad = middle;
            } else {
                good = middle;
            }
        }
        return smallest;
    }
}
