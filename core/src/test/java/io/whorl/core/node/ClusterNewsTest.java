package io.whorl.core.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.whorl.api.BucketOptions;
import io.whorl.api.MoveKind;
import io.whorl.api.NodeEvent;
import io.whorl.core.ring.Address;
import io.whorl.core.ring.BucketDefinition;
import io.whorl.core.ring.Change;
import io.whorl.core.ring.ClusterId;
import io.whorl.core.ring.ClusterState;
import io.whorl.core.ring.Member;
import io.whorl.core.ring.Move;
import io.whorl.core.ring.NodeId;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ClusterNewsTest {
    private static final NodeId A = new NodeId(1);
    private static final NodeId B = new NodeId(2);
    private static final NodeId C = new NodeId(3);

    private ClusterState state = ClusterState.found(
            new ClusterId(7),
            "news",
            List.of(member(A), member(B)),
            1,
            List.of(new BucketDefinition(
                    1, "b", BucketOptions.builder().replicas(1).build())));

    private static Member member(NodeId node) {
        return Member.of(node, new Address("n" + node.value(), 7701));
    }

    private List<NodeEvent> after(NodeId self, Change... changes) {
        ClusterState before = state;
        for (Change change : changes) {
            Change.Result result = state.after(change);
            assertThat(result.judgement()).isEqualTo(Change.DONE);
            state = result.state();
        }
        return ClusterNews.between(self, before, state);
    }

    private long changed() {
        return state.layout().changed(0);
    }

    private Change.MoveId onlyMove() {
        Move move = state.layout().moves().get(0);
        return new Change.MoveId(move.partition(), move.begun());
    }

    @Test
    void a_member_that_leaves_is_followed_to_its_end() {
        NodeId holder = state.ring().preferenceList(0).get(0);
        NodeId other = holder.equals(A) ? B : A;
        String from = holder.toString();
        String to = other.toString();

        assertThat(after(other, new Change.Leave(holder))).containsExactly(new NodeEvent.MemberLeaving(from));
        assertThat(after(other, new Change.BeginMoves(other, 1)))
                .containsExactly(new NodeEvent.MoveBegun(0, MoveKind.TAKEN, Optional.of(from), Optional.of(to)));
        assertThat(after(other, new Change.FinishMoves(List.of(onlyMove()))))
                .containsExactly(new NodeEvent.MoveEnded(0, MoveKind.TAKEN, Optional.of(from), Optional.of(to), true));
        assertThat(after(other, new Change.Dropped(holder, List.of(new Change.Retired(0, changed())))))
                .isEmpty();
        assertThat(after(other, new Change.Left(holder)))
                .containsExactly(new NodeEvent.MemberLeft(from), new NodeEvent.ClusterAtRest(state.epoch()));
    }

    @Test
    void moves_of_others_are_not_told_and_aborted_ones_are_not_done() {
        NodeId holder = state.ring().preferenceList(0).get(0);
        NodeId other = holder.equals(A) ? B : A;
        after(other, new Change.Leave(holder));

        assertThat(after(C, new Change.BeginMoves(other, 1))).isEmpty();
        assertThat(after(holder, new Change.AbortMove(onlyMove())))
                .containsExactly(new NodeEvent.MoveEnded(
                        0, MoveKind.TAKEN, Optional.of(holder.toString()), Optional.of(other.toString()), false));
    }

    @Test
    void several_epochs_at_once_are_told_as_one() {
        assertThat(after(A, new Change.Admit(member(C), Optional.empty()), new Change.Remove(B)))
                .contains(
                        new NodeEvent.MemberJoined(C.toString(), "n3:7701"), new NodeEvent.MemberRemoved(B.toString()));
    }
}
