package io.whorl.core.ring;

import static org.assertj.core.api.Assertions.assertThat;

import io.whorl.api.BucketOptions;
import io.whorl.core.version.ByteWriter;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a former holder says when it has dropped its replica, and how late that may be heard. */
class DroppedTest {
    private static final NodeId A = new NodeId(1);
    private static final NodeId B = new NodeId(2);

    private ClusterState state = ClusterState.found(
            new ClusterId(7),
            "dropped",
            List.of(Member.of(A, new Address("a", 7701)), Member.of(B, new Address("b", 7701))),
            1,
            List.of(new BucketDefinition(
                    1, "b", BucketOptions.builder().replicas(1).build())));

    private void make(Change change) {
        Change.Result result = state.after(change);
        assertThat(result.judgement()).as("%s", change).isEqualTo(Change.DONE);
        state = result.state();
    }

    /** The other node begins to take the only slot, and gives that up; it has something to drop then. */
    private NodeId retire() {
        NodeId holder = state.ring().preferenceList(0).get(0);
        NodeId other = holder.equals(A) ? B : A;
        if (state.layout().goal().isEmpty()) {
            make(new Change.Leave(holder));
        }
        make(new Change.BeginMoves(other, 1));
        Move move = state.layout().move(0).orElseThrow();
        make(new Change.AbortMove(new Change.MoveId(0, move.begun())));
        assertThat(state.layout().retiring()).extracting(Retiring::node).containsExactly(other);
        return other;
    }

    /** It has begun to take the slot once more, and has other writes since: who took it at its word would let it erase those. */
    @Test
    void what_is_said_of_an_earlier_replica_does_not_end_a_later_one() {
        NodeId node = retire();
        Change.Dropped early = RingFixtures.dropped(state, node, 0);
        make(early);
        assertThat(retire()).isEqualTo(node);

        assertThat(state.after(early).judgement()).isEqualTo(Change.ALREADY);
        make(RingFixtures.dropped(state, node, 0));
        assertThat(state.layout().retiring()).isEmpty();
    }

    @Test
    void what_was_written_before_it_named_an_epoch_is_read_and_believed() {
        NodeId holder = retire();
        byte[] before = new ByteWriter()
                .u8(1)
                .u8(15)
                .i64(holder.value())
                .varint(2)
                .varint(0)
                .varint(3)
                .toByteArray();
        Change read = Change.decode(before);
        assertThat(read)
                .isEqualTo(new Change.Dropped(holder, List.of(new Change.Retired(0, 0), new Change.Retired(3, 0))));
        assertThat(state.after(read).judgement()).isEqualTo(Change.DONE);

        Change.Dropped now = RingFixtures.dropped(state, holder, 0);
        assertThat(Optional.of(Change.decode(now.encode()))).contains(now);
    }
}
