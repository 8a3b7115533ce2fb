package io.whorl.testkit.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ShrinkerTest {

    @Test
    void leaves_the_faults_and_the_time_that_the_failure_needs() {
        Faults needed = Faults.of(FaultClass.LOSS, FaultClass.CRASH);
        Shrinker shrinker = new Shrinker(each -> {
            boolean both = each.faults().toString().contains("LOSS")
                    && each.faults().toString().contains("CRASH");
            return both && each.duration().toSeconds() >= 20;
        });

        Simulation small = shrinker.shrink(
                Simulation.seed(1).lasting(Duration.ofMinutes(3)),
                List.of(FaultClass.LOSS, FaultClass.DELAY, FaultClass.CRASH, FaultClass.CLOCK));

        assertThat(small.faults()).isEqualTo(needed);
        assertThat(small.duration()).isBetween(Duration.ofSeconds(20), Duration.ofSeconds(25));
    }

    @Test
    void gives_back_what_cannot_be_made_smaller() {
        Simulation simulation = Simulation.seed(1).faults(Faults.none());
        assertThat(new Shrinker(each -> false).shrink(simulation, List.of(FaultClass.LOSS)))
                .isSameAs(simulation);
    }
}
