package io.whorl.core.ring;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReplicaSlotsTest {
    /** N slots of which the last is excluded, and is rebuilt by another node. */
    private static ReplicaSlots excluded(int replicas, int readQuorum, int writeQuorum) {
        List<Slot> slots = new ArrayList<>();
        for (int i = 1; i < replicas; i++) {
            slots.add(Slot.atRest(new NodeId(i)));
        }
        slots.add(Slot.excluded(List.of(new NodeId(99))));
        return new ReplicaSlots(slots, readQuorum, writeQuorum);
    }

    @Test
    void an_excluded_slot_is_rebuilt_from_so_many_that_nothing_acknowledged_is_missed() {
        for (int n = 2; n <= 7; n++) {
            for (int r = 1; r <= n; r++) {
                for (int w = 1; w <= n; w++) {
                    int sources = excluded(n, r, w).sourcesOfAnExcluded(n - 1);
                    // The excluded holder may be one of the W that have it.
                    assertThat(sources == n - 1 || sources + (w - 1) > n - 1).isTrue();
                    assertThat(sources == n - 1 || sources >= r).isTrue();
                }
            }
        }
    }
}
