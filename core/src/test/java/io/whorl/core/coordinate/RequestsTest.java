package io.whorl.core.coordinate;

import static org.assertj.core.api.Assertions.assertThat;

import io.whorl.api.BucketOptions;
import io.whorl.api.Conflicts;
import io.whorl.api.Durability;
import io.whorl.api.Outcome;
import io.whorl.core.message.Failure.Kind;
import io.whorl.core.message.ReplicaMessage;
import io.whorl.core.message.Write;
import io.whorl.core.ring.BucketDefinition;
import io.whorl.core.ring.KeyHash;
import io.whorl.core.ring.NodeId;
import io.whorl.core.testing.Answer;
import io.whorl.core.testing.TestNode;
import io.whorl.core.testing.World;
import io.whorl.core.version.Sibling;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Puts and gets through real nodes, as their callers see them. */
class RequestsTest {
    private final World world = new World(1);

    @Test
    void what_was_put_at_one_node_is_read_at_every_other() {
        List<TestNode> nodes = world.cluster(5);
        BucketDefinition bucket = nodes.get(0).bucket("b", BucketOptions.defaults());
        world.run(100);
        for (int i = 0; i < 20; i++) {
            nodes.get(i % 5).put(bucket, "k" + i, "v" + i);
        }
        for (int i = 0; i < 20; i++) {
            assertThat(nodes.get((i + 2) % 5).values(bucket, "k" + i, 0)).containsExactly("v" + i);
        }
        assertThat(nodes.get(3).values(bucket, "absent", 3)).isEmpty();
    }

    @Test
    void a_delete_is_seen_by_every_later_read() {
        List<TestNode> nodes = world.cluster(3);
        BucketDefinition bucket = nodes.get(0).bucket("b", BucketOptions.defaults());
        world.run(100);
        nodes.get(0).put(bucket, "k", "v");
        assertThat(nodes.get(1).delete(bucket, "k").failure).isNull();
        assertThat(nodes.get(2).values(bucket, "k", 2)).isEmpty();
    }

    @Test
    void too_few_reachable_replicas_are_told_before_anything_is_sent() {
        List<TestNode> nodes = world.cluster(3);
        BucketDefinition bucket = nodes.get(0).bucket("b", BucketOptions.defaults());
        world.run(100);
        nodes.get(0).put(bucket, "k", "old");
        world.isolate(nodes.get(0));
        world.run(10);
        long sentBefore = world.count(ReplicaMessage.class);

        Answer<WriteResult> put = nodes.get(0).put(bucket, "k", "new");
        assertThat(put.failure.kind()).isEqualTo(Kind.QUORUM_UNAVAILABLE);
        assertThat(put.failure.outcome()).isEqualTo(Outcome.NOT_APPLIED);
        assertThat(put.failure.count()).isEqualTo(1);
        assertThat(put.failure.bound()).isEqualTo(2);
        Answer<ReadResult> get = nodes.get(0).read(bucket, "k", 0);
        world.until(get::ended);
        assertThat(get.failure.kind()).isEqualTo(Kind.QUORUM_UNAVAILABLE);
        assertThat(world.count(ReplicaMessage.class)).isEqualTo(sentBefore);
        assertThat(nodes.get(0).values(bucket, "k", 1)).containsExactly("old");
    }

    @Test
    void a_request_can_ask_for_another_quorum_than_the_buckets_and_at_most_all_slots() {
        List<TestNode> nodes = world.cluster(3);
        BucketDefinition bucket = nodes.get(0).bucket("b", BucketOptions.defaults());
        world.run(100);
        world.loses = message -> message.is(ReplicaMessage.Replicate.class);
        assertThat(ended(nodes.get(0).write(bucket, "k", put("v"), 1)).failure).isNull();
        assertThat(nodes.get(0).values(bucket, "k", 1)).containsExactly("v");
        assertThat(ended(nodes.get(0).write(bucket, "k", put("v"), 99)).failure.bound())
                .isEqualTo(3);
    }

    @Test
    void a_write_that_is_not_acknowledged_by_its_deadline_has_an_unknown_outcome() {
        List<TestNode> nodes = world.cluster(3);
        BucketDefinition bucket = nodes.get(0).bucket("b", BucketOptions.defaults());
        world.run(100);
        world.loses = message -> message.is(ReplicaMessage.Replicate.class);
        long began = world.now();
        Answer<WriteResult> put = nodes.get(0).put(bucket, "k", "v");
        assertThat(put.failure.kind()).isEqualTo(Kind.TIMED_OUT);
        assertThat(put.failure.outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(put.failure.count()).isEqualTo(1);
        assertThat(put.failure.bound()).isEqualTo(2);
        assertThat(world.now() - began).isEqualTo(5_000 * World.MILLISECOND);
    }

    @Test
    void a_write_fails_as_soon_as_its_quorum_cannot_be_reached_any_more() {
        List<TestNode> nodes = world.cluster(3);
        BucketDefinition bucket = nodes.get(0).bucket("b", BucketOptions.defaults());
        world.run(100);
        world.holds = message -> message.is(ReplicaMessage.Replicate.class);
        Answer<WriteResult> put = nodes.get(0).write(bucket, "k", put("v"), 3);
        world.run(5);
        assertThat(put.ended()).isFalse();
        nodes.get(2).kill();
        world.run(5);
        assertThat(put.failure.kind()).isEqualTo(Kind.REPLICAS_FAILED);
        assertThat(put.failure.outcome()).isEqualTo(Outcome.UNKNOWN);
    }

    @Test
    void a_fsync_bucket_acknowledges_only_what_is_on_disk_on_w_nodes() {
        List<TestNode> nodes = world.cluster(3);
        BucketDefinition bucket = nodes.get(0)
                .bucket(
                        "b",
                        BucketOptions.builder().durability(Durability.FSYNC).build());
        world.run(500);
        nodes.forEach(node -> node.storage.holdsSyncs = true);
        Answer<WriteResult> put = nodes.get(0).write(bucket, "k", put("v"), 2);
        world.run(100);
        assertThat(put.ended()).isFalse();
        nodes.get(1).storage.finishSyncs();
        world.run(100);
        assertThat(put.ended()).isFalse();
        nodes.get(2).storage.finishSyncs();
        world.run(100);
        assertThat(put.result).isNotNull();
    }

    @Test
    void concurrent_writes_become_siblings_and_a_write_with_their_context_replaces_them() {
        List<TestNode> nodes = world.cluster(3);
        BucketDefinition bucket = nodes.get(0).bucket("b", BucketOptions.defaults());
        world.run(100);
        Answer<WriteResult> a = nodes.get(0).write(bucket, "k", put("a"), 0);
        Answer<WriteResult> b = nodes.get(1).write(bucket, "k", put("b"), 0);
        world.run(100);
        assertThat(a.failure).isNull();
        assertThat(b.failure).isNull();
        Answer<ReadResult> both = ended(nodes.get(2).read(bucket, "k", 3));
        assertThat(both.result.siblings()).hasSize(2);

        Write merged = new Write(TestNode.bytes("ab"), both.result.history(), 0);
        assertThat(ended(nodes.get(2).write(bucket, "k", merged, 0)).failure).isNull();
        assertThat(nodes.get(0).values(bucket, "k", 3)).containsExactly("ab");

        Write stale = new Write(TestNode.bytes("late"), a.result.history(), 0);
        assertThat(ended(nodes.get(0).write(bucket, "k", stale, 0)).failure).isNull();
        assertThat(nodes.get(1).values(bucket, "k", 3)).containsExactlyInAnyOrder("ab", "late");
    }

    @Test
    void the_newest_of_concurrent_writes_wins_where_the_bucket_says_so_and_the_next_write_removes_the_others() {
        List<TestNode> nodes = world.cluster(3);
        nodes.get(1).clockOffset = 1_000;
        BucketDefinition bucket = nodes.get(0)
                .bucket(
                        "b",
                        BucketOptions.builder()
                                .conflicts(Conflicts.LAST_WRITE_WINS)
                                .build());
        world.run(100);
        nodes.get(0).write(bucket, "k", put("a"), 0);
        nodes.get(1).write(bucket, "k", put("b"), 0);
        world.run(100);
        assertThat(nodes.get(2).values(bucket, "k", 3)).containsExactly("b");
        Write blind = new Write(TestNode.bytes("c"), io.whorl.core.version.DotSet.empty(), 0);
        assertThat(ended(nodes.get(2).write(bucket, "k", blind, 3)).failure).isNull();
        assertThat(nodes.get(0).values(bucket, "k", 1)).containsExactly("c");
        assertThat(nodes.get(0).replicas().stream()
                        .flatMap(replica -> replica.records().stream())
                        .flatMap(entry -> entry.record().siblings().stream()))
                .hasSize(1);
    }

    @Test
    void a_record_that_would_grow_too_large_is_refused_and_nothing_is_applied() {
        world.node(0).options = builder -> builder.maxRecordBytes(10);
        List<TestNode> nodes = world.cluster(1);
        BucketDefinition bucket = nodes.get(0).bucket("b", BucketOptions.defaults());
        Write blind = new Write(TestNode.bytes("123456"), io.whorl.core.version.DotSet.empty(), 0);
        assertThat(ended(nodes.get(0).write(bucket, "k", blind, 0)).failure).isNull();
        Answer<WriteResult> second = ended(nodes.get(0).write(bucket, "k", blind, 0));
        assertThat(second.failure.kind()).isEqualTo(Kind.VALUE_TOO_LARGE);
        assertThat(second.failure.outcome()).isEqualTo(Outcome.NOT_APPLIED);
        assertThat(second.failure.count()).isEqualTo(12);
        assertThat(second.failure.bound()).isEqualTo(10);
        assertThat(nodes.get(0).put(bucket, "k", "1234567890").failure).isNull();
        assertThat(nodes.get(0).delete(bucket, "k").failure).isNull();
    }

    @Test
    void requests_above_the_bound_are_refused_at_once() {
        world.node(0).options = builder -> builder.maxPending(2);
        world.node(0).lanes = 1;
        List<TestNode> nodes = world.cluster(3);
        BucketDefinition bucket = nodes.get(0).bucket("b", BucketOptions.defaults());
        world.run(100);
        world.holds = message -> message.is(ReplicaMessage.Replicate.class);
        nodes.get(0).write(bucket, "k", put("1"), 0);
        nodes.get(0).write(bucket, "k", put("2"), 0);
        Answer<WriteResult> third = nodes.get(0).write(bucket, "k", put("3"), 0);
        world.run(1);
        assertThat(third.failure.kind()).isEqualTo(Kind.OVERLOADED);
        assertThat(third.failure.outcome()).isEqualTo(Outcome.NOT_APPLIED);
        nodes.get(0).full = true;
        Answer<ReadResult> read = nodes.get(0).read(bucket, "k", 2);
        assertThat(read.failure.kind()).isEqualTo(Kind.OVERLOADED);
        assertThat(nodes.get(0).read(bucket, "k", 1).failure)
                .as("what this node can answer alone needs no room on the lane")
                .isNull();
    }

    @Test
    void a_definition_that_differs_from_the_nodes_is_refused_by_its_fingerprint() {
        List<TestNode> nodes = world.cluster(3);
        BucketDefinition bucket =
                nodes.get(0).bucket("b", BucketOptions.builder().replicas(1).build());
        world.run(100);
        BucketDefinition other = new BucketDefinition(
                bucket.number(),
                "b",
                BucketOptions.builder()
                        .replicas(1)
                        .conflicts(Conflicts.LAST_WRITE_WINS)
                        .build());
        for (TestNode node : nodes) {
            Answer<WriteResult> put = node.put(other, "k", "v");
            assertThat(put.failure).as("put at %s", node).isNotNull();
            assertThat(put.failure.kind()).isEqualTo(Kind.BUCKET_MISMATCH);
            assertThat(put.failure.outcome()).isEqualTo(Outcome.NOT_APPLIED);
            Answer<ReadResult> get = ended(node.read(other, "k", 0));
            assertThat(get.failure).as("get at %s", node).isNotNull();
            assertThat(get.failure.kind()).isEqualTo(Kind.BUCKET_MISMATCH);
        }
    }

    @Test
    void a_writes_timestamp_exceeds_everything_that_its_calling_node_returned_whatever_the_clocks_say() {
        List<TestNode> nodes = world.cluster(5);
        BucketDefinition bucket = nodes.get(0).bucket("b", BucketOptions.defaults());
        world.run(100);
        long[] offsets = {0, 3_600_000, -3_600_000, 900_000, -1};
        for (int i = 0; i < 5; i++) {
            nodes.get(i).clockOffset = offsets[i];
        }
        for (int round = 0; round < 40; round++) {
            TestNode caller = nodes.get(world.random().nextInt(5));
            String key = "k" + world.random().nextInt(6);
            Answer<ReadResult> read = ended(caller.read(bucket, key, 2));
            long highest = read.result.siblings().stream()
                    .mapToLong(Sibling::timestamp)
                    .max()
                    .orElse(0);
            String other = "k" + world.random().nextInt(6);
            Answer<WriteResult> written = caller.put(bucket, other, "v");
            assertThat(written.result.timestamp()).isGreaterThan(highest);
            assertThat(caller.put(bucket, key, "w").result.timestamp()).isGreaterThan(written.result.timestamp());
            nodes.get(world.random().nextInt(5)).put(bucket, key, "x");
        }
    }

    static <T> Answer<T> ended(Answer<T> answer, World world) {
        world.until(answer::ended);
        return answer;
    }

    private <T> Answer<T> ended(Answer<T> answer) {
        return ended(answer, world);
    }

    static Write put(String value) {
        return new Write(TestNode.bytes(value), null, 0);
    }

    /** The key's holders, in the order of the preference list. */
    static List<TestNode> holders(List<TestNode> nodes, BucketDefinition bucket, String key) {
        var ring = nodes.get(0).node.state().orElseThrow().ring();
        int partition = KeyHash.partition(KeyHash.of(TestNode.bytes(key)), ring.partitions());
        List<NodeId> ids = ring.primaries(partition, bucket.options().replicas());
        return ids.stream()
                .map(id -> nodes.stream()
                        .filter(node -> node.id().equals(id))
                        .findFirst()
                        .orElseThrow())
                .toList();
    }
}
