package io.whorl.core.quorum;

import static org.assertj.core.api.Assertions.assertThat;

import io.whorl.api.BucketOptions;
import io.whorl.core.ring.Address;
import io.whorl.core.ring.BucketDefinition;
import io.whorl.core.ring.ClusterId;
import io.whorl.core.ring.ClusterState;
import io.whorl.core.ring.Member;
import io.whorl.core.ring.NodeId;
import io.whorl.core.ring.ReplicaSlots;
import io.whorl.core.ring.Slot;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ZonesTest {
    private static final NodeId A1 = new NodeId(1);
    private static final NodeId A2 = new NodeId(2);
    private static final NodeId B1 = new NodeId(3);
    private static final NodeId B2 = new NodeId(4);
    private static final NodeId C1 = new NodeId(5);

    private final ClusterState state = state("a", "a", "b", "b", "c");

    private static ClusterState state(String... zones) {
        List<Member> members = new ArrayList<>();
        for (int i = 0; i < zones.length; i++) {
            members.add(new Member(new NodeId(i + 1), new Address("n" + i, 1), zones[i], 1, Member.Status.ACTIVE));
        }
        BucketDefinition bucket = new BucketDefinition(1, "b", BucketOptions.defaults());
        return ClusterState.found(new ClusterId(9), "zones", members, 4, List.of(bucket));
    }

    private static ReplicaSlots slots(NodeId... holders) {
        return new ReplicaSlots(List.of(holders).stream().map(Slot::atRest).toList(), 2, 2);
    }

    private static SlotTally asked(ReplicaSlots slots) {
        SlotTally tally = SlotTally.of(2, slots.slots(), false);
        for (NodeId writer : slots.writers()) {
            tally = tally.ask(writer, List.of(writer));
        }
        return tally;
    }

    @Test
    void no_more_zones_are_required_than_the_slots_are_in() {
        assertThat(Zones.of(state, slots(A1, A2, B1), 3).required()).isEqualTo(2);
        assertThat(Zones.of(state, slots(A1, B1, C1), 3).required()).isEqualTo(3);
        assertThat(Zones.of(state, slots(A1, A2), 2).required()).isEqualTo(1);
        assertThat(Zones.of(state, slots(A1, B1), 0).required()).isEqualTo(1);
        assertThat(Zones.of(state("", "", ""), slots(A1, A2, B1), 2).required()).isEqualTo(1);
    }

    @Test
    void a_quorum_in_one_zone_waits_for_another_zone() {
        ReplicaSlots slots = slots(A1, A2, B1);
        Zones zones = Zones.of(state, slots, 2);
        SlotTally tally = asked(slots).acknowledge(A1).acknowledge(A2);
        assertThat(tally.verdict(0)).isEqualTo(Verdict.SATISFIED);
        assertThat(zones.verdict(tally, List.of())).isEqualTo(Verdict.WAITING);
        assertThat(zones.verdict(tally.acknowledge(B1), List.of())).isEqualTo(Verdict.SATISFIED);
        SlotTally failed = tally.fail(B1);
        assertThat(zones.verdict(failed, List.of())).isEqualTo(Verdict.IMPOSSIBLE);
        assertThat(zones.verdict(failed, List.of(B2))).isEqualTo(Verdict.WAITING);
        assertThat(zones.isNew(B2, failed.expectedKeepers())).isTrue();
        SlotTally stoodFor = failed.ask(B2, List.of(B1)).acknowledge(B2);
        assertThat(zones.verdict(stoodFor, List.of())).isEqualTo(Verdict.SATISFIED);
        SlotTally nearby = failed.ask(new NodeId(99), List.of(B1)).acknowledge(new NodeId(99));
        assertThat(zones.verdict(nearby, List.of(C1)))
                .as("every writer is covered, so nobody else is asked")
                .isEqualTo(Verdict.SATISFIED);
    }

    @Test
    void a_moving_slot_is_where_its_new_holder_is() {
        Slot moving = new Slot(Optional.of(B1), List.of(B1, A2), true, false);
        ReplicaSlots slots = new ReplicaSlots(List.of(Slot.atRest(A1), moving, Slot.atRest(C1)), 2, 2);
        Zones zones = Zones.of(state, slots, 2);
        SlotTally tally = asked(slots).acknowledge(A1).acknowledge(B1);
        assertThat(zones.verdict(tally, List.of())).isEqualTo(Verdict.WAITING);
        assertThat(zones.verdict(tally.acknowledge(A2), List.of()))
                .as("two slots, both in zone a in the end")
                .isEqualTo(Verdict.WAITING);
        assertThat(zones.verdict(tally.acknowledge(C1), List.of())).isEqualTo(Verdict.SATISFIED);
    }
}
