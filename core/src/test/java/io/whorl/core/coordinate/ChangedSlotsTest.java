package io.whorl.core.coordinate;

import static org.assertj.core.api.Assertions.assertThat;

import io.whorl.api.BucketOptions;
import io.whorl.api.Conflicts;
import io.whorl.api.Durability;
import io.whorl.api.Quorums;
import io.whorl.core.message.Failure.Kind;
import io.whorl.core.message.HintMessage;
import io.whorl.core.message.MoveMessage;
import io.whorl.core.message.Refusal;
import io.whorl.core.message.ReplicaMessage;
import io.whorl.core.message.Write;
import io.whorl.core.meter.Counter;
import io.whorl.core.replica.PlantedBug;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What becomes of requests, hints and buckets when the cluster state changes; it changes only as each test says. */
class ChangedSlotsTest {
    private static final long TIMEOUT = 5_000 * World.MILLISECOND;

    private final World world = new World(23);
    private List<TestNode> nodes;
    private BucketDefinition bucket;
    private Epochs epochs;
    private ClusterState moving;
    private Move move;
    private String key;
    private TestNode outgoing;
    private TestNode incoming;
    private TestNode first;
    private TestNode second;
    private List<TestNode> others;

    private void found(BucketOptions options, PlantedBug bug) {
        nodes = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            nodes.add(world.node(i));
        }
        nodes.forEach(each -> each.contacts(nodes.toArray(TestNode[]::new)));
        nodes.forEach(
                each -> each.options = builder -> (bug == null ? builder : builder.plantedBug(bug)).movesAtOnce(1));
        nodes.forEach(TestNode::start);
        world.until(() -> nodes.stream().allMatch(each -> each.ready));
        bucket = nodes.get(0).bucket("b", options);
        world.run(3_000);
        world.loses = Epochs.PROGRESS;
        epochs = new Epochs(world, nodes);
        moving = epochs.leaving(nodes.get(0).node.state().orElseThrow());
        move = moving.layout().moves().get(0);
        key = epochs.keyOf(move.partition());
        outgoing = epochs.node(move.outgoing().orElseThrow());
        incoming = epochs.node(move.incoming().orElseThrow());
        List<TestNode> staying = slots(moving).readers().stream()
                .map(epochs::node)
                .filter(node -> node != outgoing)
                .toList();
        first = staying.get(0);
        second = staying.get(1);
        others = nodes.stream()
                .filter(node -> !slots(moving).isWriter(node.id()))
                .toList();
    }

    private ReplicaSlots slots(ClusterState state) {
        return state.slots(bucket, move.partition());
    }

    private ClusterState finished() {
        return moving.after(new Change.FinishMoves(List.of(new Change.MoveId(move.partition(), move.begun()))))
                .state();
    }

    /** The old holder is told to stop; nobody gets to propose the end of the move. */
    private void stop() {
        Sent like = world.sent.stream()
                .filter(message -> message.from() == incoming && message.to() == outgoing)
                .findFirst()
                .orElseThrow();
        epochs.deliver(like, outgoing, moving.epoch(), new MoveMessage.Ask(move.partition(), move.begun(), true));
        world.run(200);
    }

    @Test
    void a_holder_that_has_stopped_is_neither_read_nor_coordinates_and_others_do() {
        found(BucketOptions.defaults(), null);
        epochs.tellAll(moving);
        assertThat(first.put(bucket, key, "v").failure).isNull();
        stop();
        Answer<ReadResult> read = read(outgoing, 2);
        world.until(read::ended);
        assertThat(read.failure).isNull();
        Answer<WriteResult> put = write(outgoing, 3);
        world.until(put::ended);
        assertThat(put.failure).isNull();
        assertThat(world.count(ReplicaMessage.Forward.class)).isEqualTo(1);
        assertThat(epochs.holds(outgoing, bucket, key)).isTrue();
    }

    @Test
    void a_read_that_needs_a_stopped_holder_waits_for_the_epoch_that_ends_the_move() {
        found(BucketOptions.defaults(), null);
        epochs.tellAll(moving);
        stop();
        for (TestNode reader : List.of(first, outgoing)) {
            Answer<ReadResult> read = read(reader, 3);
            world.run(500);
            assertThat(read.ended()).isFalse();
            if (reader == first) {
                assertThat(epochs.refusalsOf(outgoing)).contains(Refusal.MOVING);
                Answer<ReadResult> late = read(others.get(0), 3);
                world.until(late::ended);
                assertThat(late.failure.kind()).isEqualTo(Kind.TIMED_OUT);
                assertThat(read.ended()).isTrue();
            }
        }
        Answer<ReadResult> read = read(second, 3);
        world.run(100);
        epochs.tellAll(finished());
        world.run(100);
        assertThat(read.result).isNotNull();
    }

    @Test
    void old_acknowledgements_count_with_the_planted_bug_alone() {
        for (PlantedBug bug : new PlantedBug[] {null, PlantedBug.OLD_ACKNOWLEDGEMENT_COUNTS}) {
            ChangedSlotsTest test = new ChangedSlotsTest();
            test.found(BucketOptions.defaults(), bug);
            assertThat(test.acknowledgesThoughTheOldHolderIsSilentNow()).isEqualTo(bug != null);
        }
    }

    private boolean acknowledgesThoughTheOldHolderIsSilentNow() {
        world.loses =
                Epochs.PROGRESS.or(message -> message.to() == second && message.is(ReplicaMessage.Replicate.class));
        Answer<WriteResult> put = write(first, 3);
        world.run(50);
        world.loses =
                Epochs.PROGRESS.or(message -> message.to() == outgoing && message.is(ReplicaMessage.Replicate.class));
        epochs.tellAll(moving);
        world.run(500);
        assertThat(put.failure).isNull();
        return put.ended();
    }

    @Test
    void one_of_two_holders_is_enough_with_the_planted_bug_alone() {
        for (PlantedBug bug : new PlantedBug[] {null, PlantedBug.MOVING_SLOT_ACKNOWLEDGED_BY_ONE}) {
            ChangedSlotsTest test = new ChangedSlotsTest();
            test.found(BucketOptions.defaults(), bug);
            test.epochs.tellAll(test.moving);
            test.world.loses = Epochs.PROGRESS.or(
                    message -> message.to() == test.incoming && message.is(ReplicaMessage.Replicate.class));
            Answer<WriteResult> put = test.write(test.first, 3);
            test.world.run(500);
            assertThat(put.ended()).isEqualTo(bug != null);
        }
    }

    @Test
    void what_is_stale_is_served_with_the_planted_bug_alone() {
        for (PlantedBug bug : new PlantedBug[] {null, PlantedBug.STALE_EPOCH_ACCEPTED}) {
            ChangedSlotsTest test = new ChangedSlotsTest();
            test.found(BucketOptions.defaults(), bug);
            test.world.loses = Epochs.PROGRESS.or(test.epochs::isState);
            test.epochs.tell(test.second, test.moving);
            Answer<WriteResult> put = test.write(test.first, 3);
            test.world.run(500);
            assertThat(put.ended()).isEqualTo(bug != null);
        }
    }

    @Test
    void a_synced_bucket_acknowledges_anew_only_after_another_sync() {
        found(BucketOptions.builder().durability(Durability.FSYNC).build(), null);
        world.holds = message -> message.to() == second && message.is(ReplicaMessage.Replicate.class);
        Answer<WriteResult> put = write(first, 3);
        world.run(50);
        epochs.tellAll(moving);
        world.run(50);
        assertThat(put.ended()).isFalse();
        world.holds = message -> false;
        world.release();
        world.until(put::ended);
        assertThat(put.failure).isNull();
        for (TestNode node : List.of(first, second, outgoing, incoming)) {
            assertThat(epochs.dotsOf(node, bucket, key)).isEqualTo(1);
        }
    }

    @Test
    void a_hint_for_a_node_without_a_slot_goes_to_all_who_have_one_now() {
        found(BucketOptions.defaults(), null);
        outgoing.kill();
        world.run(10);
        assertThat(first.put(bucket, key, "v").failure).isNull();
        world.run(50);
        Sent keep = world.sent.stream()
                .filter(message -> message.is(HintMessage.Keep.class))
                .findFirst()
                .orElseThrow();
        TestNode keeper = keep.to();
        assertThat(keeper.node.hintBudget().bytes()).isPositive();
        nodes.stream().filter(TestNode::isAlive).forEach(node -> epochs.tell(node, moving));
        world.run(5_000);
        assertThat(keeper.node.hintBudget().bytes())
                .as("while it moves, both holders are to have it")
                .isPositive();
        nodes.stream().filter(TestNode::isAlive).forEach(node -> epochs.tell(node, finished()));
        world.run(5_000);
        assertThat(keeper.node.hintBudget().bytes()).isZero();
        List<NodeId> handedTo = world.sent.stream()
                .filter(message -> message.is(HintMessage.HandOver.class))
                .map(message -> message.to().id())
                .distinct()
                .toList();
        List<NodeId> holders = new ArrayList<>(slots(finished()).writers());
        holders.remove(keeper.id());
        assertThat(handedTo).containsExactlyInAnyOrderElementsOf(holders);
        assertThat(epochs.holds(incoming, bucket, key)).isTrue();
    }

    @Test
    void hints_of_a_dropped_bucket_go_and_requests_for_it_say_so() {
        found(BucketOptions.defaults(), null);
        outgoing.kill();
        world.run(10);
        assertThat(first.put(bucket, key, "v").failure).isNull();
        world.run(50);
        world.holds = message -> message.is(ReplicaMessage.Replicate.class);
        Answer<WriteResult> under = write(first, 2);
        world.run(50);
        ClusterState state = first.node.state().orElseThrow();
        ClusterState dropped =
                state.after(new Change.DropBucket(bucket.number())).state();
        nodes.stream().filter(TestNode::isAlive).forEach(node -> epochs.tell(node, dropped));
        world.run(50);
        assertThat(under.failure.kind()).isEqualTo(Kind.BUCKET_MISMATCH);
        assertThat(under.failure.detail()).contains("was dropped");
        Answer<WriteResult> put = write(first, 2);
        world.until(put::ended);
        assertThat(put.failure.kind()).isEqualTo(Kind.BUCKET_MISMATCH);
        assertThat(put.failure.detail()).contains("was dropped");
        long removed = 0;
        for (TestNode node : nodes) {
            if (node.isAlive()) {
                removed += node.node.meters().get(Counter.HINTS_OF_DROPPED_BUCKETS);
                assertThat(node.node.hintBudget().bytes()).isZero();
            }
        }
        assertThat(removed).isPositive();
    }

    @Test
    void the_newest_quorums_of_a_bucket_count_whoever_opened_it_with_which() {
        found(BucketOptions.defaults(), null);
        ClusterState state = first.node.state().orElseThrow();
        BucketOptions all =
                new BucketOptions(3, 3, 3, Conflicts.SIBLINGS, bucket.options().durability(), Quorums.STRICT);
        ClusterState changed = state.after(new Change.ChangeBucket("b", all)).state();
        epochs.tell(first, changed);
        second.kill();
        world.run(10);
        Answer<WriteResult> put = new Answer<>();
        first.node.write(
                bucket,
                TestNode.bytes(key),
                new Write(TestNode.bytes("v"), null, 0),
                RequestOptions.of(0, TIMEOUT),
                put);
        world.until(put::ended);
        assertThat(put.failure.kind()).isEqualTo(Kind.QUORUM_UNAVAILABLE);
        assertThat(put.failure.bound()).isEqualTo(3);
    }

    private Answer<WriteResult> write(TestNode node, int quorum) {
        Answer<WriteResult> answer = new Answer<>();
        RequestOptions options = new RequestOptions(quorum, Optional.of(Quorums.STRICT), TIMEOUT);
        node.node.write(bucket, TestNode.bytes(key), new Write(TestNode.bytes("v"), null, 0), options, answer);
        return answer;
    }

    private Answer<ReadResult> read(TestNode node, int quorum) {
        Answer<ReadResult> answer = new Answer<>();
        RequestOptions options = new RequestOptions(quorum, Optional.of(Quorums.STRICT), TIMEOUT);
        node.node.read(bucket, TestNode.bytes(key), options, answer);
        return answer;
    }
}
