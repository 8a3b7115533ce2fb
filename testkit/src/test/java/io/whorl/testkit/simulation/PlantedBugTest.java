package io.whorl.testkit.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.whorl.core.replica.PlantedBug;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The checkers are tested too: each fault of the protocol that can be planted is caught, by a checker that is named for it. */
class PlantedBugTest {
    private static final int TRIALS = 9;
    private static final int MOST_SEEDS = 400;
    private static final int NEAR_SEEDS = 20;

    @Test
    void every_one_has_a_line_that_says_whether_it_was_caught() {
        assertThat(PlantedBugs.recorded()).containsOnlyKeys(PlantedBug.values());
    }

    /** Those that a hunt has caught. */
    static Stream<PlantedBug> caught() {
        return Arrays.stream(PlantedBug.values())
                .filter(bug -> PlantedBugs.recorded().get(bug).seed().isPresent());
    }

    /** From the recorded seed on, because any change of the protocol gives every seed another run. */
    @ParameterizedTest
    @MethodSource("caught")
    void a_checker_that_is_named_catches_it_within_twenty_seeds_of_the_recorded_one(PlantedBug bug) {
        PlantedBugs.Recorded recorded = PlantedBugs.recorded().get(bug);
        long seed = recorded.seed().orElseThrow();

        assertThat(seedsUntilCaught(bug, recorded.checkers(), seed - 1, NEAR_SEEDS))
                .as("seeds that it took to catch " + bug + " from seed " + seed + " on")
                .isLessThanOrEqualTo(NEAR_SEEDS);
    }

    @Test
    void the_recorded_seeds_find_nothing_without_them() {
        PlantedBugs.recorded().values().stream()
                .flatMapToLong(each -> each.seed().stream())
                .distinct()
                .forEach(seed -> Simulation.seed(seed).run().check());
    }

    /** Hunts each bug anew, from seeds that no one has looked at; takes minutes. */
    @Test
    @EnabledIfSystemProperty(named = "deep", matches = "true")
    void fresh_seeds_catch_each_within_200_in_the_median() {
        for (PlantedBug bug : PlantedBug.values()) {
            Set<Checker> named = PlantedBugs.recorded().get(bug).checkers();
            List<Integer> needed = new ArrayList<>();
            for (int trial = 0; trial < TRIALS; trial++) {
                needed.add(seedsUntilCaught(bug, named, 1_000_000L * (trial + 1), MOST_SEEDS));
            }
            Collections.sort(needed);
            int median = needed.get(TRIALS / 2);
            System.out.println(bug + ": caught after " + needed + " seeds, median " + median);
            assertThat(median).as("median number of seeds that catch " + bug).isLessThanOrEqualTo(200);
        }
    }

    private static int seedsUntilCaught(PlantedBug bug, Set<Checker> named, long first, int most) {
        for (int tried = 1; tried <= most; tried++) {
            SimulationResult result =
                    Simulation.seed(first + tried).plantedBug(bug).run();
            if (!result.violations().isEmpty()) {
                assertThat(result.violations())
                        .as(result.report())
                        .allSatisfy(each -> assertThat(each.checker()).isIn(named));
                return tried;
            }
        }
        return most + 1;
    }
}
