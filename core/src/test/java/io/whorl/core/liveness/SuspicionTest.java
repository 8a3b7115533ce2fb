package io.whorl.core.liveness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whorl.core.ring.NodeId;
import org.junit.jupiter.api.Test;

class SuspicionTest {
    private static final long SECOND = 1_000_000_000L;
    private static final LivenessSettings SETTINGS = new LivenessSettings(SECOND, SECOND / 2, 3, 4);

    @Test
    void lasts_the_shorter_the_more_have_found_the_same_by_themselves() {
        Suspicion suspicion = new Suspicion(SETTINGS, new NodeId(1), 0, false);
        long before = suspicion.endsAt(10);
        assertThat(before).isEqualTo(24 * SECOND);
        for (int accuser = 2; accuser <= 4; accuser++) {
            assertThat(suspicion.confirm(new NodeId(accuser), 10)).isTrue();
            assertThat(suspicion.endsAt(10)).isLessThan(before);
            before = suspicion.endsAt(10);
        }
        assertThat(before).isEqualTo(4 * SECOND);
        assertThat(suspicion.confirm(new NodeId(5), 10)).as("enough have").isFalse();
    }

    @Test
    void the_same_accuser_counts_once() {
        Suspicion suspicion = new Suspicion(SETTINGS, new NodeId(1), 0, false);
        assertThat(suspicion.confirm(new NodeId(1), 10)).isFalse();
        assertThat(suspicion.endsAt(10)).isEqualTo(24 * SECOND);
    }

    @Test
    void where_nobody_else_could_confirm_it_is_as_short_as_if_all_had() {
        assertThat(new Suspicion(SETTINGS, new NodeId(1), 0, false).endsAt(2)).isEqualTo(4 * SECOND);
        assertThat(SETTINGS.longestSuspicion(2)).isEqualTo(SETTINGS.shortestSuspicion(2));
    }

    @Test
    void grows_with_the_logarithm_of_the_members() {
        assertThat(SETTINGS.shortestSuspicion(10)).isEqualTo(4 * SECOND);
        assertThat(SETTINGS.shortestSuspicion(1_000)).isEqualTo(12 * SECOND);
        assertThat(SETTINGS.tellings(9)).isEqualTo(4);
        assertThat(SETTINGS.tellings(1_000)).isEqualTo(16);
    }

    @Test
    void settings_without_sense_are_refused() {
        assertThatThrownBy(() -> new LivenessSettings(SECOND, SECOND, 3, 4))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("probeTimeout");
        assertThatThrownBy(() -> new LivenessSettings(0, 1, 3, 4)).hasMessageContaining("probeInterval");
        assertThatThrownBy(() -> new LivenessSettings(SECOND, 1, 0, 4)).hasMessageContaining("indirectProbes");
        assertThatThrownBy(() -> new LivenessSettings(SECOND, 1, 3, 0)).hasMessageContaining("suspicionMultiplier");
    }
}
