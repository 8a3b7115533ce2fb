package io.whorl.core.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.whorl.api.BucketOptions;
import io.whorl.api.Durability;
import io.whorl.api.Outcome;
import io.whorl.core.coordinate.ReadResult;
import io.whorl.core.coordinate.WriteResult;
import io.whorl.core.message.AgreementMessage;
import io.whorl.core.message.Failure.Kind;
import io.whorl.core.message.ReplicaMessage;
import io.whorl.core.message.Write;
import io.whorl.core.ring.BucketDefinition;
import io.whorl.core.spi.StorageException;
import io.whorl.core.testing.Answer;
import io.whorl.core.testing.TestNode;
import io.whorl.core.testing.World;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** A node that ends, of its own or by its storage: every request ends once and truthfully, and nothing is served afterwards. */
class StoppingTest {
    private static final StorageException BROKEN =
            new StorageException(StorageException.Kind.IO, "the disk does not answer");
    private final World world = new World(2);

    @Test
    void a_write_whose_storing_fails_ends_and_the_node_stops() {
        TestNode node = world.cluster(1).get(0);
        BucketDefinition bucket = node.bucket("b", BucketOptions.defaults());
        world.run(10);
        node.storage.failure = BROKEN;
        Answer<WriteResult> put = node.write(bucket, "k", put("v"), 0);
        world.run(10);
        assertThat(put.failure.kind()).isEqualTo(Kind.STORAGE_FAILURE);
        assertThat(put.failure.outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(node.stopReason).contains("the disk does not answer");
    }

    @Test
    void a_write_that_fails_while_it_is_applied_ends_and_the_node_stops() {
        TestNode node = world.cluster(1).get(0);
        BucketDefinition bucket = node.bucket("b", BucketOptions.defaults());
        node.storage.failingApplies = 1;
        Answer<WriteResult> put = node.write(bucket, "k", put("v"), 0);
        world.run(10);
        assertThat(put.failure.kind()).isEqualTo(Kind.STORAGE_FAILURE);
        assertThat(put.failure.outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(node.stopReason).isNotNull();
    }

    @Test
    void a_read_whose_repair_cannot_be_stored_has_its_answer_before_the_node_stops() {
        List<TestNode> nodes = world.cluster(3);
        BucketDefinition bucket = nodes.get(0).bucket("b", BucketOptions.defaults());
        world.run(100);
        world.loses = message -> message.is(ReplicaMessage.class) && message.to() == nodes.get(0);
        assertThat(nodes.get(1).put(bucket, "k", "v").failure).isNull();
        world.loses = message -> message.is(ReplicaMessage.Pull.class);
        nodes.get(0).storage.failingApplies = 1;
        assertThat(nodes.get(0).values(bucket, "k", 3)).containsExactly("v");
        world.run(10);
        assertThat(nodes.get(0).stopReason).isNotNull();
    }

    @Test
    void nothing_that_waits_on_a_lane_is_done_once_the_storage_has_failed() {
        TestNode node = world.node(0);
        node.lanes = 1;
        world.cluster(1);
        BucketDefinition bucket = node.bucket("b", BucketOptions.defaults());
        node.put(bucket, "before", "v");
        int batches = node.storage.batches();
        node.storage.failingApplies = 1;
        Answer<WriteResult> first = node.write(bucket, "k", put("1"), 0);
        Answer<WriteResult> second = node.write(bucket, "k", put("2"), 0);
        Answer<ReadResult> third = node.read(bucket, "before", 0);
        Answer<BucketDefinition> fourth = node.createBucket("late", BucketOptions.defaults());
        world.run(10);
        assertThat(first.failure.kind()).isEqualTo(Kind.STORAGE_FAILURE);
        assertThat(second.failure.outcome())
                .as("it was in the same batch, of which nobody knows what the disk has")
                .isEqualTo(Outcome.UNKNOWN);
        assertThat(third.result).as("it was answered before anything failed").isNotNull();
        assertThat(node.read(bucket, "before", 0).failure)
                .as("and is not any more")
                .isNotNull();
        assertThat(fourth.failure).isNotNull();
        assertThat(node.storage.batches())
                .as("a dot whose batch failed may be on disk, and must not be given to another write")
                .isEqualTo(batches);
    }

    @Test
    void nothing_is_acknowledged_to_others_once_the_storage_has_failed() {
        List<TestNode> nodes = world.cluster(3);
        BucketDefinition bucket = nodes.get(0)
                .bucket(
                        "b",
                        BucketOptions.builder().durability(Durability.FSYNC).build());
        world.run(500);
        nodes.get(1).storage.holdsSyncs = true;
        nodes.get(2).storage.holdsSyncs = true;
        Answer<WriteResult> put = nodes.get(0).write(bucket, "k", put("v"), 2);
        world.run(10);
        nodes.get(1).storage.failSyncs();
        nodes.get(2).storage.failSyncs();
        world.run(10_000);
        assertThat(put.failure.kind()).isEqualTo(Kind.TIMED_OUT);
        assertThat(nodes.get(1).stopReason).contains("the disk is gone");
        assertThat(nodes.get(1).read(bucket, "k", 1).failure.kind()).isEqualTo(Kind.NODE_CLOSED);
        assertThat(nodes.get(0).values(bucket, "k", 1)).containsExactly("v");
    }

    @Test
    void close_ends_every_request_once_with_what_is_known_of_it() {
        List<TestNode> nodes = world.cluster(5);
        BucketDefinition bucket = nodes.get(0).bucket("b", BucketOptions.defaults());
        world.run(100);
        world.loses = message -> message.is(ReplicaMessage.class) || message.is(AgreementMessage.class);
        TestNode node = nodes.get(4);
        List<Answer<WriteResult>> puts = List.of(
                node.write(bucket, "a", put("v"), 0),
                node.write(bucket, "b", put("v"), 0),
                node.write(bucket, "c", put("v"), 0),
                node.write(bucket, "d", put("v"), 0));
        Answer<ReadResult> read = node.read(bucket, "a", 3);
        Answer<BucketDefinition> created = node.createBucket("other", BucketOptions.defaults());
        world.run(10);
        boolean[] atRest = node.close();
        world.run(10);
        assertThat(atRest[0]).isTrue();
        for (Answer<WriteResult> put : puts) {
            assertThat(put.failure.kind()).isEqualTo(Kind.NODE_CLOSED);
            assertThat(put.failure.outcome()).isEqualTo(Outcome.UNKNOWN);
        }
        assertThat(read.failure.kind()).isEqualTo(Kind.NODE_CLOSED);
        assertThat(created.failure.kind()).isEqualTo(Kind.NODE_CLOSED);
        assertThat(created.failure.outcome()).isEqualTo(Outcome.UNKNOWN);
        Answer<WriteResult> later = node.write(bucket, "a", put("v"), 0);
        assertThat(later.failure.outcome()).isEqualTo(Outcome.NOT_APPLIED);
        int sent = world.sent.size();
        world.run(10_000);
        assertThat(world.sent.subList(sent, world.sent.size())).noneMatch(message -> message.from() == node);
    }

    @Test
    void close_ends_the_creation_of_a_bucket_that_waits_for_the_disk() {
        TestNode node = world.cluster(1).get(0);
        node.storage.holdsSyncs = true;
        Answer<BucketDefinition> first = node.createBucket("a", BucketOptions.defaults());
        Answer<BucketDefinition> second = node.createBucket("b", BucketOptions.defaults());
        world.run(10);
        node.close();
        world.run(10);
        node.storage.finishSyncs();
        world.run(10_000);
        assertThat(first.failure.kind()).isEqualTo(Kind.NODE_CLOSED);
        assertThat(first.failure.outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(second.failure.kind()).isEqualTo(Kind.NODE_CLOSED);
    }

    @Test
    void the_creation_of_a_bucket_ends_by_its_deadline_at_the_voter_too() {
        TestNode node = world.cluster(1).get(0);
        node.storage.holdsSyncs = true;
        Answer<BucketDefinition> created = node.createBucket("a", BucketOptions.defaults());
        world.run(6_000);
        assertThat(created.failure.kind()).isEqualTo(Kind.TIMED_OUT);
        assertThat(created.failure.outcome()).isEqualTo(Outcome.UNKNOWN);
        node.storage.finishSyncs();
        world.run(10);
        assertThat(node.bucket("a", BucketOptions.defaults())).isNotNull();
    }

    @Test
    void closing_twice_or_before_anything_happened_comes_to_rest() {
        TestNode node = world.node(0).contacts(world.node(0), world.node(1));
        node.start();
        assertThat(node.waitingFor()).contains("founding votes");
        boolean[] first = node.close();
        boolean[] second = node.close();
        world.run(100);
        assertThat(first[0]).isTrue();
        assertThat(second[0]).isTrue();
        assertThat(node.ready).isFalse();
    }

    private static Write put(String value) {
        return new Write(TestNode.bytes(value), null, 0);
    }

    @Test
    void an_error_of_the_disk_stops_the_node_whoever_meets_it() {
        List<Consumer<TestNode>> meetings = List.of(
                node -> node.createBucket("other", BucketOptions.defaults()),
                node -> node.write(bucketOf(node), "k", put("w"), 0),
                node -> node.read(bucketOf(node), "k", 1),
                node -> node.storage.failSyncs(),
                TestNode::replicas);
        for (Consumer<TestNode> meeting : meetings) {
            World own = new World(7);
            List<TestNode> nodes = own.cluster(3);
            BucketDefinition bucket = nodes.get(0).bucket("b", BucketOptions.defaults());
            own.run(100);
            TestNode node = nodes.get(1);
            node.storage.holdsSyncs = true;
            node.put(bucket, "k", "v");
            own.run(500);
            node.storage.failure = BROKEN;
            int sent = own.sent.size();
            meeting.accept(node);
            own.run(20_000);
            assertThat(node.stopReason).isNotNull();
            assertThat(own.sent.subList(sent, own.sent.size()))
                    .as("nothing is acknowledged afterwards")
                    .noneMatch(message -> message.from() == node && message.is(ReplicaMessage.Acknowledge.class));
        }
    }

    private static BucketDefinition bucketOf(TestNode node) {
        return node.node.state().orElseThrow().bucket("b").orElseThrow();
    }
}
