package io.whorl.core.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.whorl.core.message.LivenessMessage.Status;
import io.whorl.core.ring.Address;
import io.whorl.core.ring.Change;
import io.whorl.core.ring.ClusterId;
import io.whorl.core.ring.ClusterState;
import io.whorl.core.ring.Member;
import io.whorl.core.ring.NodeId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AbsencesTest {
    private static final long LONGEST = 100;
    private static final NodeId SELF = new NodeId(1);

    private final Absences absences = new Absences(LONGEST);
    private ClusterState state = ClusterState.found(
            new ClusterId(7), "absences", List.of(member(1), member(2), member(3), member(4), member(5)), 1, List.of());

    private static Member member(int id) {
        return Member.of(new NodeId(id), new Address("n" + id, 7701));
    }

    /** What is held of nodes 2, 3 … */
    private Optional<NodeId> look(long now, Status... statuses) {
        List<MemberSnapshot> seen = new ArrayList<>();
        for (int i = 0; i < statuses.length; i++) {
            seen.add(new MemberSnapshot(new NodeId(i + 2), statuses[i], 0, 1, 0, true, true, 0));
        }
        return absences.overdue(now, state, seen, SELF);
    }

    private static Status[] all(Status status) {
        Status[] statuses = new Status[4];
        Arrays.fill(statuses, status);
        return statuses;
    }

    @Test
    void a_member_is_overdue_once_it_was_dead_for_so_long_without_a_break() {
        Status[] oneDead = all(Status.ALIVE);
        oneDead[0] = Status.DEAD;
        assertThat(look(0, oneDead)).isEmpty();
        assertThat(look(99, oneDead)).isEmpty();
        assertThat(look(100, oneDead)).contains(new NodeId(2));
        assertThat(look(101, all(Status.ALIVE))).isEmpty();
        assertThat(look(102, oneDead)).isEmpty();
        assertThat(look(201, oneDead)).isEmpty();
        assertThat(look(202, oneDead)).contains(new NodeId(2));
    }

    @Test
    void nobody_is_overdue_unless_more_than_half_answer() {
        Status[] threeDead = all(Status.DEAD);
        threeDead[0] = Status.ALIVE;
        look(0, threeDead);
        assertThat(look(1_000, threeDead)).isEmpty();
        Status[] suspected = all(Status.DEAD);
        suspected[0] = Status.ALIVE;
        suspected[1] = Status.SUSPECT;
        assertThat(look(1_001, suspected)).isEmpty();
        suspected[1] = Status.ALIVE;
        assertThat(look(1_002, suspected)).contains(new NodeId(4));
    }

    @Test
    void the_one_that_died_first_goes_first_and_who_was_removed_does_not_count() {
        Status[] dead = all(Status.ALIVE);
        dead[3] = Status.DEAD;
        look(0, dead);
        dead[0] = Status.DEAD;
        look(50, dead);
        assertThat(look(200, dead)).contains(new NodeId(5));
        state = state.after(new Change.Remove(new NodeId(5))).state();
        assertThat(look(201, dead)).contains(new NodeId(2));
        state = state.after(new Change.Remove(new NodeId(2))).state();
        assertThat(look(202, dead)).isEmpty();
    }
}
