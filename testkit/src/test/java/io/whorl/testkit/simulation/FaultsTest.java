package io.whorl.testkit.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FaultsTest {

    @Test
    void text_is_read_back() {
        for (Faults each : new Faults[] {
            Faults.swarm(), Faults.none(), Faults.of(FaultClass.SPLIT, FaultClass.LOSS), Faults.of(FaultClass.values())
        }) {
            assertThat(Faults.parse(each.toString())).isEqualTo(each).hasSameHashCodeAs(each);
        }
        assertThat(Faults.parse("crash, LOSS")).isEqualTo(Faults.of(FaultClass.LOSS, FaultClass.CRASH));
        assertThatIllegalArgumentException().isThrownBy(() -> Faults.parse("RAIN"));
    }

    @Test
    void a_swarm_has_each_class_in_about_half_of_the_seeds() {
        Map<FaultClass, Integer> on = new EnumMap<>(FaultClass.class);
        for (int seed = 0; seed < 1_000; seed++) {
            Faults.swarm().drawn(new Draws(seed)).forEach(each -> on.merge(each, 1, Integer::sum));
        }
        assertThat(on).hasSize(FaultClass.values().length - Faults.NOT_IN_THE_SWARM.size());
        assertThat(on.values()).allSatisfy(times -> assertThat(times).isBetween(430, 570));
    }

    @Test
    void given_classes_do_not_depend_on_the_seed() {
        assertThat(Faults.of(FaultClass.PAUSE).drawn(new Draws(5))).containsExactly(FaultClass.PAUSE);
        assertThat(Faults.none().drawn(new Draws(5))).isEmpty();
    }
}
