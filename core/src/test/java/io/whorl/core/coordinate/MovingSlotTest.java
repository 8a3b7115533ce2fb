package io.whorl.core.coordinate;

import static org.assertj.core.api.Assertions.assertThat;

import io.whorl.api.BucketOptions;
import io.whorl.api.Quorums;
import io.whorl.core.message.Failure.Kind;
import io.whorl.core.message.HintMessage;
import io.whorl.core.message.Refusal;
import io.whorl.core.message.ReplicaMessage;
import io.whorl.core.message.Write;
import io.whorl.core.meter.Counter;
import io.whorl.core.ring.BucketDefinition;
import io.whorl.core.ring.Change;
import io.whorl.core.ring.ClusterState;
import io.whorl.core.ring.Move;
import io.whorl.core.ring.NodeId;
import io.whorl.core.ring.ReplicaSlots;
import io.whorl.core.testing.Answer;
import io.whorl.core.testing.TestNode;
import io.whorl.core.testing.World;
import io.whorl.core.testing.World.Sent;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Requests for a key one of whose slots moves from one holder to another. */
class MovingSlotTest {
    private static final long TIMEOUT = 5_000 * World.MILLISECOND;

    private final World world = new World(17);
    private List<TestNode> nodes;
    private BucketDefinition bucket;
    private Epochs epochs;
    private ClusterState atRest;
    private ClusterState moving;
    private String key;
    private Move move;
    private TestNode outgoing;
    private TestNode incoming;
    /** Holders that stay what they are. */
    private TestNode first;

    private TestNode second;
    /** A node without a slot of the key. */
    private TestNode other;

    @BeforeEach
    void found() {
        nodes = world.cluster(6);
        bucket = nodes.get(0).bucket("b", BucketOptions.defaults());
        world.run(3_000);
        world.loses = Epochs.PROGRESS;
        epochs = new Epochs(world, nodes);
        atRest = nodes.get(0).node.state().orElseThrow();
        moving = epochs.leaving(atRest);
        move = moving.layout().moves().get(0);
        key = epochs.keyOf(move.partition());
        outgoing = epochs.node(move.outgoing().orElseThrow());
        incoming = epochs.node(move.incoming().orElseThrow());
        List<NodeId> readers = slots(moving).readers();
        List<TestNode> staying = readers.stream()
                .map(epochs::node)
                .filter(node -> node != outgoing)
                .toList();
        first = staying.get(0);
        second = staying.get(1);
        other = nodes.stream()
                .filter(node -> !slots(moving).isWriter(node.id()))
                .findFirst()
                .orElseThrow();
    }

    private ReplicaSlots slots(ClusterState state) {
        return state.slots(bucket, move.partition());
    }

    private ClusterState finished() {
        return moving.after(new Change.FinishMoves(List.of(new Change.MoveId(move.partition(), move.begun()))))
                .state();
    }

    @Test
    void a_write_goes_to_both_holders_and_the_slot_acknowledges_only_when_both_have() {
        epochs.tellAll(moving);
        world.loses =
                Epochs.PROGRESS.or(message -> message.to() == second && message.is(ReplicaMessage.Replicate.class));
        world.holds = message -> message.to() == incoming && message.is(ReplicaMessage.Replicate.class);
        Answer<WriteResult> put = write(first, 2, Quorums.STRICT);
        world.run(500);
        assertThat(put.ended()).isFalse();
        assertThat(epochs.holds(outgoing, bucket, key)).isTrue();
        world.holds = message -> false;
        world.release();
        world.run(10);
        assertThat(put.result).isNotNull();
        assertThat(epochs.holds(incoming, bucket, key)).isTrue();
    }

    @Test
    void the_new_holder_is_not_read_and_does_not_coordinate() {
        epochs.tellAll(moving);
        Answer<WriteResult> put = write(incoming, 3, Quorums.STRICT);
        world.until(put::ended);
        assertThat(put.failure).isNull();
        assertThat(world.count(ReplicaMessage.Forward.class)).isEqualTo(1);
        Answer<ReadResult> read = incoming.read(bucket, key, 3);
        world.until(read::ended);
        assertThat(read.failure).isNull();
        assertThat(epochs.sentTo(incoming, ReplicaMessage.Read.class)).isEmpty();
        assertThat(epochs.sentTo(incoming, ReplicaMessage.Forward.class)).isEmpty();
    }

    @Test
    void the_new_holder_refuses_strict_reads_and_forwards_that_reach_it_all_the_same() {
        epochs.tellAll(moving);
        assertThat(write(first, 3, Quorums.STRICT).failure).isNull();
        world.run(100);
        Sent asked = epochs.sentTo(second, ReplicaMessage.Replicate.class).get(0);
        ReplicaMessage.Replicate write =
                (ReplicaMessage.Replicate) asked.envelope().message();
        epochs.deliver(
                asked,
                incoming,
                moving.epoch(),
                new ReplicaMessage.Read(77, write.replica(), write.fingerprint(), write.key(), true, true, TIMEOUT));
        epochs.deliver(
                asked,
                incoming,
                moving.epoch(),
                new ReplicaMessage.Forward(
                        1L << 62,
                        write.replica(),
                        write.fingerprint(),
                        write.key(),
                        new Write(TestNode.bytes("w"), null, 0),
                        1,
                        true,
                        TIMEOUT,
                        0,
                        1));
        world.run(10);
        assertThat(epochs.refusalsOf(incoming)).containsExactly(Refusal.NOT_A_HOLDER, Refusal.NOT_A_HOLDER);
    }

    @Test
    void a_replica_that_knows_of_the_change_refuses_what_was_asked_before_and_tells_the_asker() {
        epochs.tell(second, moving);
        Answer<WriteResult> put = write(first, 3, Quorums.STRICT);
        world.until(put::ended);
        assertThat(put.failure).isNull();
        assertThat(epochs.refusalsOf(second)).containsExactly(Refusal.STALE_EPOCH);
        assertThat(first.node.state().orElseThrow().epoch()).isGreaterThanOrEqualTo(moving.epoch());
        assertThat(first.node.meters().get(Counter.REQUESTS_PLANNED_ANEW)).isEqualTo(1);
        assertThat(epochs.holds(incoming, bucket, key)).isTrue();
        assertThat(epochs.holds(outgoing, bucket, key)).isTrue();
        assertThat(epochs.dotsOf(first, bucket, key)).isEqualTo(1);
        assertThat(epochs.dotsOf(second, bucket, key)).isEqualTo(1);
    }

    @Test
    void acknowledgements_of_before_the_change_do_not_count_and_the_same_dot_is_sent_again() {
        world.loses =
                Epochs.PROGRESS.or(message -> message.to() == second && message.is(ReplicaMessage.Replicate.class));
        Answer<WriteResult> put = write(first, 3, Quorums.STRICT);
        world.run(100);
        assertThat(put.ended()).isFalse();
        world.loses = Epochs.PROGRESS;
        world.holds = message -> message.to() == outgoing && message.is(ReplicaMessage.Replicate.class);
        epochs.tell(first, moving);
        world.run(300);
        assertThat(put.ended()).as("without the old holder's second word").isFalse();
        world.holds = message -> false;
        world.release();
        world.run(20);
        assertThat(put.result).isNotNull();
        assertThat(epochs.dotsOf(outgoing, bucket, key)).isEqualTo(1);
    }

    @Test
    void a_read_is_begun_anew_with_the_slots_of_the_new_epoch() {
        assertThat(outgoing.put(bucket, key, "v").failure).isNull();
        world.run(500);
        epochs.tell(second, moving);
        Answer<ReadResult> read = read(other, 3, Quorums.STRICT);
        world.until(read::ended);
        assertThat(read.failure).isNull();
        assertThat(read.result.siblings()).hasSize(1);
        assertThat(epochs.refusalsOf(second)).containsExactly(Refusal.STALE_EPOCH);
        assertThat(other.node.meters().get(Counter.REQUESTS_PLANNED_ANEW)).isEqualTo(1);
    }

    @Test
    void a_forward_that_is_refused_as_stale_was_not_executed_and_is_sent_anew() {
        nodes.stream().filter(node -> node != other).forEach(node -> epochs.tell(node, moving));
        Answer<WriteResult> put = write(other, 3, Quorums.STRICT);
        world.until(put::ended);
        assertThat(put.failure).isNull();
        assertThat(world.count(ReplicaMessage.Forward.class)).isEqualTo(2);
        assertThat(epochs.dotsOf(first, bucket, key)).isEqualTo(1);
        assertThat(other.node.state().orElseThrow().epoch()).isGreaterThanOrEqualTo(moving.epoch());
    }

    @Test
    void what_is_asked_in_a_newer_epoch_waits_until_the_replica_knows_it() {
        epochs.tell(first, moving);
        world.loses = Epochs.PROGRESS.or(message -> message.to() != first && epochs.isState(message));
        Answer<WriteResult> put = write(first, 3, Quorums.STRICT);
        world.run(300);
        assertThat(put.ended()).isFalse();
        assertThat(epochs.holds(second, bucket, key)).isFalse();
        world.loses = Epochs.PROGRESS;
        world.until(put::ended);
        assertThat(put.failure).isNull();
        assertThat(epochs.holds(incoming, bucket, key)).isTrue();
    }

    @Test
    void a_lane_that_never_catches_up_does_nothing_late() {
        epochs.tell(first, moving);
        world.loses = Epochs.PROGRESS.or(message -> message.to() == second && epochs.isState(message));
        Answer<WriteResult> put = write(first, 3, Quorums.STRICT);
        world.until(put::ended);
        assertThat(put.failure.kind()).isEqualTo(Kind.TIMED_OUT);
        world.run(10);
        long expired = second.node.meters().get(Counter.EXPIRED_IN_QUEUE);
        epochs.tell(second, moving);
        world.run(100);
        assertThat(second.node.meters().get(Counter.EXPIRED_IN_QUEUE)).isGreaterThan(expired);
    }

    @Test
    void a_coordinator_that_has_lost_its_slot_goes_on_as_a_plain_sender() {
        epochs.tellAll(moving);
        world.holds = message -> message.is(ReplicaMessage.Replicate.class);
        Answer<WriteResult> put = write(outgoing, 3, Quorums.STRICT);
        world.run(100);
        epochs.tellAll(finished());
        world.run(100);
        assertThat(put.ended()).isFalse();
        world.holds = message -> false;
        world.release();
        world.run(100);
        assertThat(put.result).isNotNull();
        assertThat(epochs.dotsOf(incoming, bucket, key)).isEqualTo(1);
    }

    @Test
    void a_hint_is_kept_for_the_writer_of_the_moving_slot_that_is_away() {
        epochs.tellAll(moving);
        incoming.kill();
        world.run(10);
        Answer<WriteResult> put = write(first, 3, Quorums.SLOPPY);
        world.until(put::ended);
        assertThat(put.failure).isNull();
        List<Sent> keeps = world.sent.stream()
                .filter(message -> message.is(HintMessage.Keep.class))
                .toList();
        assertThat(keeps).hasSize(1);
        assertThat(((HintMessage.Keep) keeps.get(0).envelope().message()).target())
                .isEqualTo(incoming.id());
    }

    @Test
    void an_excluded_slot_is_neither_read_nor_counted_but_gets_what_is_written() {
        ClusterState excluded = moving.after(
                        new Change.ExcludeHolder(new Change.MoveId(move.partition(), move.begun())))
                .state();
        epochs.tellAll(excluded);
        Answer<WriteResult> all = write(first, 3, Quorums.STRICT);
        world.until(all::ended);
        assertThat(all.failure.kind()).isEqualTo(Kind.QUORUM_UNAVAILABLE);
        assertThat(all.failure.count()).isEqualTo(2);
        Answer<WriteResult> two = write(first, 2, Quorums.STRICT);
        world.until(two::ended);
        assertThat(two.failure).isNull();
        world.run(20);
        assertThat(epochs.holds(incoming, bucket, key)).isTrue();
        assertThat(epochs.holds(outgoing, bucket, key)).isFalse();
        Answer<ReadResult> read = read(first, 3, Quorums.STRICT);
        world.until(read::ended);
        assertThat(read.failure.kind()).isEqualTo(Kind.QUORUM_UNAVAILABLE);
    }

    private Answer<WriteResult> write(TestNode node, int quorum, Quorums quorums) {
        Answer<WriteResult> answer = new Answer<>();
        RequestOptions options = new RequestOptions(quorum, Optional.of(quorums), TIMEOUT);
        node.node.write(bucket, TestNode.bytes(key), new Write(TestNode.bytes("v"), null, 0), options, answer);
        return answer;
    }

    private Answer<ReadResult> read(TestNode node, int quorum, Quorums quorums) {
        Answer<ReadResult> answer = new Answer<>();
        RequestOptions options = new RequestOptions(quorum, Optional.of(quorums), TIMEOUT);
        node.node.read(bucket, TestNode.bytes(key), options, answer);
        return answer;
    }
}
