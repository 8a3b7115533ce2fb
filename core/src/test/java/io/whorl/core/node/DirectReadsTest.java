package io.whorl.core.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.whorl.api.BucketOptions;
import io.whorl.api.Conflicts;
import io.whorl.api.NodeEvent;
import io.whorl.api.Quorums;
import io.whorl.core.coordinate.ReadResult;
import io.whorl.core.coordinate.RequestOptions;
import io.whorl.core.message.Failure.Kind;
import io.whorl.core.message.ReplicaMessage;
import io.whorl.core.message.Write;
import io.whorl.core.meter.Counter;
import io.whorl.core.replica.ByteKey;
import io.whorl.core.ring.BucketDefinition;
import io.whorl.core.ring.Change;
import io.whorl.core.ring.KeyHash;
import io.whorl.core.spi.Space;
import io.whorl.core.spi.StorageException;
import io.whorl.core.testing.Answer;
import io.whorl.core.testing.TestNode;
import io.whorl.core.testing.World;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a node answers alone is answered before the call returns, and only what its lane would have answered. */
class DirectReadsTest {
    private static final BucketOptions R1 =
            BucketOptions.builder().readQuorum(1).build();
    private static final long SECOND = 1_000 * World.MILLISECOND;
    private final World world = new World(3);
    private TestNode node;
    private BucketDefinition bucket;

    private void begin(int nodes, BucketOptions options) {
        List<TestNode> all = world.cluster(nodes);
        node = all.get(0);
        bucket = node.bucket("b", options);
        world.run(100);
        node.put(bucket, "k", "v");
        world.run(100);
    }

    private Answer<ReadResult> read(RequestOptions how) {
        Answer<ReadResult> answer = new Answer<>();
        node.node.read(bucket, TestNode.bytes("k"), how, answer);
        return answer;
    }

    /** A read whose answer is not there when the call returns: the lane is asked. */
    private Answer<ReadResult> byTheLane(RequestOptions how) {
        Answer<ReadResult> answer = read(how);
        assertThat(answer.ended()).as("answered at once").isFalse();
        world.until(answer::ended);
        return answer;
    }

    private void assertDirect() {
        Answer<ReadResult> answer = read(RequestOptions.of(0, SECOND));
        assertThat(answer.ended()).as("answered at once").isTrue();
        assertThat(values(answer)).containsExactly("v");
        assertThat(answer.result.history().actors()).isNotEmpty();
    }

    private static List<String> values(Answer<ReadResult> answer) {
        return answer.result.siblings().stream()
                .map(sibling -> new String(sibling.value()))
                .toList();
    }

    @Test
    void a_read_of_one_node_that_holds_the_key_is_answered_at_once_and_asks_nobody() {
        begin(3, R1);
        long asked = world.count(ReplicaMessage.Read.class);
        long answered = node.node.meters().get(Counter.READS_ANSWERED);
        assertDirect();
        assertThat(world.count(ReplicaMessage.Read.class)).isEqualTo(asked);
        assertThat(node.node.meters().get(Counter.READS_ANSWERED)).isEqualTo(answered + 1);
    }

    @Test
    void so_is_one_that_says_so_itself_and_any_read_of_a_single_node() {
        begin(3, BucketOptions.defaults());
        assertThat(read(RequestOptions.of(1, SECOND)).ended()).isTrue();
        assertThat(values(byTheLane(RequestOptions.of(0, SECOND)))).containsExactly("v");
    }

    @Test
    void a_single_node_answers_every_read_at_once() {
        begin(1, BucketOptions.defaults());
        assertDirect();
    }

    @Test
    void a_node_that_does_not_hold_the_key_asks() {
        begin(
                3,
                BucketOptions.builder().replicas(1).readQuorum(1).writeQuorum(1).build());
        long direct = 0;
        for (TestNode each : List.of(world.node(0), world.node(1), world.node(2))) {
            node = each;
            Answer<ReadResult> answer = read(RequestOptions.of(0, SECOND));
            direct += answer.ended() ? 1 : 0;
            world.until(answer::ended);
            assertThat(values(answer)).containsExactly("v");
        }
        assertThat(direct).isEqualTo(1);
    }

    @Test
    void a_last_write_wins_bucket_gives_one_value() {
        begin(1, BucketOptions.builder().conflicts(Conflicts.LAST_WRITE_WINS).build());
        node.put(bucket, "k", "w");
        assertThat(values(read(RequestOptions.of(0, SECOND)))).containsExactly("w");
    }

    @Test
    void siblings_come_newest_first() {
        begin(1, BucketOptions.defaults());
        Answer<ReadResult> before = read(RequestOptions.of(0, SECOND));
        world.run(5);
        for (String value : List.of("1", "2")) {
            Write write = new Write(TestNode.bytes(value), before.result.history(), 0);
            world.until(node.write(bucket, "k", write, 0)::ended);
            world.run(5);
        }
        assertThat(values(read(RequestOptions.of(0, SECOND)))).containsExactly("2", "1");
    }

    @Test
    void what_was_acknowledged_is_read() {
        begin(3, R1);
        for (int i = 0; i < 20; i++) {
            assertThat(node.put(bucket, "k", "v" + i).failure).isNull();
            assertThat(values(read(RequestOptions.of(0, SECOND)))).containsExactly("v" + i);
        }
        node.delete(bucket, "k");
        assertThat(values(read(RequestOptions.of(0, SECOND)))).isEmpty();
    }

    @Test
    void what_is_not_stored_yet_is_not_read() {
        begin(1, R1);
        Answer<?> writing = node.write(bucket, "k", new Write(TestNode.bytes("w"), null, 0), 0);
        while (!writing.ended()) {
            assertThat(values(read(RequestOptions.of(0, SECOND))).get(0)).isEqualTo(stored() > 1 ? "w" : "v");
            world.run(0);
        }
    }

    private long stored() {
        return node.storage.entries(Space.DOTS).size();
    }

    @Test
    void the_lane_says_that_the_bucket_is_another_one() {
        begin(1, R1);
        bucket = new BucketDefinition(
                bucket.number(),
                bucket.name(),
                BucketOptions.builder().conflicts(Conflicts.LAST_WRITE_WINS).build());
        assertThat(byTheLane(RequestOptions.of(0, SECOND)).failure.kind()).isEqualTo(Kind.BUCKET_MISMATCH);
    }

    @Test
    void the_lane_says_that_the_bucket_was_dropped() {
        begin(1, R1);
        Answer<?> dropped = node.change(new Change.DropBucket(bucket.number()));
        world.until(dropped::ended);
        assertThat(dropped.failure).isNull();
        assertThat(byTheLane(RequestOptions.of(0, SECOND)).failure.kind()).isEqualTo(Kind.BUCKET_MISMATCH);
    }

    @Test
    void nothing_is_answered_by_an_older_state_than_the_node_has_shown() {
        begin(1, R1);
        assertDirect();
        long epoch = node.node.state().orElseThrow().epoch();
        node.taskNanos = 50 * World.MILLISECOND;
        node.createBucket("later", BucketOptions.defaults());
        world.until(() -> node.node.state().orElseThrow().epoch() > epoch);
        assertThat(values(byTheLane(RequestOptions.of(0, SECOND)))).containsExactly("v");
        world.run(1_000);
        assertDirect();
    }

    @Test
    void a_replica_that_cannot_be_read_is_found_out_by_its_lane() {
        begin(3, R1);
        damage();
        assertThat(values(byTheLane(RequestOptions.of(0, SECOND))))
                .as("by way of the others")
                .containsExactly("v");
        world.until(() -> node.events.stream().anyMatch(NodeEvent.ReplicaInDoubt.class::isInstance));
        world.until(() -> node.events.stream().anyMatch(NodeEvent.ReplicaCaughtUp.class::isInstance));
        assertDirect();
    }

    @Test
    void a_replica_in_doubt_is_asked_nothing_though_its_record_could_be_read() {
        begin(3, R1);
        world.loses = message -> message.is(ReplicaMessage.PullAnswer.class) && message.to() == node;
        Map<ByteKey, byte[]> kept = Map.copyOf(node.storage.entries(Space.RECORDS));
        damage();
        byTheLane(RequestOptions.of(0, SECOND));
        node.storage.entries(Space.RECORDS).putAll(kept);
        assertThat(values(byTheLane(RequestOptions.of(0, SECOND)))).containsExactly("v");
    }

    private void damage() {
        node.storage.entries(Space.RECORDS).replaceAll((key, stored) -> {
            byte[] other = stored.clone();
            other[other.length - 1] ^= 1;
            return other;
        });
    }

    @Test
    void a_strict_read_is_not_answered_by_who_may_have_lost_what_it_acknowledged() {
        begin(3, BucketOptions.builder().readQuorum(1).quorums(Quorums.STRICT).build());
        node.crash();
        world.loses = message -> message.is(ReplicaMessage.Pull.class) || message.is(ReplicaMessage.Stream.class);
        node.start();
        world.until(() -> node.ready);
        assertThat(values(byTheLane(RequestOptions.of(0, SECOND)))).containsExactly("v");
        assertThat(read(new RequestOptions(0, Optional.of(Quorums.SLOPPY), SECOND))
                        .ended())
                .as("a sloppy one")
                .isTrue();
        world.loses = message -> false;
        world.run(60_000);
        assertDirect();
    }

    @Test
    void nothing_is_answered_once_the_node_has_ended() {
        begin(1, R1);
        node.close();
        assertThat(read(RequestOptions.of(0, SECOND)).failure.kind()).isEqualTo(Kind.NODE_CLOSED);
    }

    @Test
    void a_disk_that_fails_while_it_is_read_ends_the_node_and_nothing_is_answered() {
        begin(1, R1);
        node.storage.failure = new StorageException(StorageException.Kind.IO, "the disk does not answer");
        Answer<ReadResult> answer = read(RequestOptions.of(0, SECOND));
        world.until(answer::ended);
        assertThat(answer.result).isNull();
        assertThat(node.stopReason).contains("the disk does not answer");
    }

    @Test
    void a_read_without_any_time_left_times_out() {
        begin(1, R1);
        Answer<ReadResult> answer = read(RequestOptions.of(0, 0));
        assertThat(answer.failure.kind()).isEqualTo(Kind.TIMED_OUT);
    }

    @Test
    void who_has_stopped_to_be_read_asks_though_it_is_a_holder_still() {
        begin(4, R1);
        assertThat(node.change(new Change.Leave(node.id())).failure).isNull();
        PartitionLane lane = lane();
        world.until(() -> lane.hasStopped(partition()));
        assertThat(node.node.state()).containsSame(lane.state());
        assertThat(lane.state().slots(bucket, partition()).isReader(node.id())).isTrue();
        assertThat(values(byTheLane(RequestOptions.of(0, SECOND)))).containsExactly("v");
    }

    private int partition() {
        return KeyHash.partition(
                KeyHash.of(TestNode.bytes("k")),
                node.node.state().orElseThrow().ring().partitions());
    }

    private PartitionLane lane() {
        return node.node.lane(partition());
    }
}
