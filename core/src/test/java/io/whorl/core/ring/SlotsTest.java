package io.whorl.core.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whorl.api.BucketOptions;
import org.junit.jupiter.api.Test;

class SlotsTest {
    private static final BucketOptions FIVE =
            BucketOptions.builder().replicas(5).readQuorum(2).writeQuorum(4).build();

    @Test
    void a_large_enough_cluster_has_n_slots() {
        assertThat(Slots.of(FIVE, 5)).isEqualTo(new Slots(5, 2, 4));
        assertThat(Slots.of(FIVE, 100)).isEqualTo(new Slots(5, 2, 4));
    }

    @Test
    void a_smaller_cluster_caps_n_r_and_w_at_its_members() {
        assertThat(Slots.of(FIVE, 3)).isEqualTo(new Slots(3, 2, 3));
        assertThat(Slots.of(FIVE, 1)).isEqualTo(new Slots(1, 1, 1));
        assertThat(Slots.of(BucketOptions.defaults(), 2)).isEqualTo(new Slots(2, 2, 2));
    }

    @Test
    void a_requests_quorum_is_capped_likewise() {
        Slots slots = Slots.of(FIVE, 3);
        assertThat(slots.capped(5)).isEqualTo(3);
        assertThat(slots.capped(1)).isEqualTo(1);
    }

    @Test
    void no_members_or_unreachable_quorums_are_refused() {
        assertThatThrownBy(() -> Slots.of(FIVE, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Slots(3, 4, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("R=4");
        assertThatThrownBy(() -> new Slots(3, 1, 0)).isInstanceOf(IllegalArgumentException.class);
    }
}
