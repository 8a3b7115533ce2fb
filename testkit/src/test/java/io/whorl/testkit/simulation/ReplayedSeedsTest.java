package io.whorl.testkit.simulation;

import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Seeds that failed once are replayed for ever. What a seed draws may change with the simulator; then it is one more seed. */
class ReplayedSeedsTest {

    @TestFactory
    Stream<DynamicTest> seeds_that_failed_once_pass() {
        return RecordedSeeds.lines("replayed-seeds.txt").stream()
                .map(line -> DynamicTest.dynamicTest(
                        line, () -> simulation(line).run().check()));
    }

    private static Simulation simulation(String line) {
        String[] parts = line.split("\\s+");
        return Simulation.seed(Long.parseLong(parts[0]))
                .lasting(Duration.ofMillis(Math.round(Double.parseDouble(parts[1]) * 60_000)))
                .faults(Faults.parse(parts[2]));
    }
}
