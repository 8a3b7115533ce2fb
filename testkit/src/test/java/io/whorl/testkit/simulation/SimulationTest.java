package io.whorl.testkit.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.whorl.core.replica.PlantedBug;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class SimulationTest {

    @Test
    void equal_seeds_give_equal_runs_and_others_do_not() {
        Simulation simulation = Simulation.seed(42).nodes(3).lasting(Duration.ofSeconds(20));
        SimulationResult first = simulation.run().check();
        SimulationResult second = simulation.run().check();

        assertThat(second.traceHash()).isEqualTo(first.traceHash());
        assertThat(second.requests()).isEqualTo(first.requests()).isPositive();
        assertThat(Simulation.seed(43)
                        .nodes(3)
                        .run(Duration.ofSeconds(20))
                        .check()
                        .traceHash())
                .isNotEqualTo(first.traceHash());
    }

    @Test
    void without_faults_every_request_succeeds() {
        SimulationResult result = Simulation.seed(7)
                .nodes(5)
                .workload(Workload.mixed())
                .faults(Faults.none())
                .run(Duration.ofMinutes(1))
                .check();

        assertThat(result.acknowledged()).isEqualTo(result.requests());
        assertThat(result.counts()).isTrue();
        assertThat(result.fired()).isEmpty();
    }

    @Test
    void a_merge_function_of_ones_own_loses_nothing_and_leaves_one_value() {
        Workload workload = Workload.merging(values -> values.stream()
                .map(value -> new String(value, StandardCharsets.UTF_8))
                .flatMap(text -> Arrays.stream(text.split(",")))
                .collect(Collectors.toCollection(TreeSet::new))
                .stream()
                .collect(Collectors.joining(","))
                .getBytes(StandardCharsets.UTF_8));

        SimulationResult result = Simulation.seed(11)
                .nodes(3)
                .workload(workload)
                .faults(Faults.of(FaultClass.LOSS, FaultClass.SPLIT, FaultClass.REORDER))
                .run(Duration.ofSeconds(30))
                .check();

        assertThat(result.values()).isNotEmpty();
        assertThat(result.values())
                .anySatisfy(each -> assertThat(each.values())
                        .anySatisfy(value -> assertThat(new String(value, StandardCharsets.UTF_8))
                                .contains(",")));
    }

    @Test
    void a_violation_fails_the_check_with_the_command_that_replays_it() {
        SimulationResult result = Simulation.seed(1)
                .nodes(3)
                .plantedBug(PlantedBug.FILL_OF_ANOTHER_INSTANT)
                .run(Duration.ofMinutes(1));

        assertThat(result.violations()).isNotEmpty();
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(result::check)
                .withMessageContaining("mvn -q -Psimulate -Dseed=1 -Dminutes=1.0")
                .withMessageContaining("-Dbug=FILL_OF_ANOTHER_INSTANT")
                .withMessageContaining(result.violations().get(0).checker().name());
    }

    @Test
    void impossible_sizes_are_refused() {
        assertThatIllegalArgumentException().isThrownBy(() -> Simulation.seed(1).nodes(0));
        assertThatIllegalArgumentException().isThrownBy(() -> Simulation.seed(1).run(Duration.ofMillis(1)));
    }
}
