package io.whorl.core.coordinate;

import static org.assertj.core.api.Assertions.assertThat;

import io.whorl.api.BucketOptions;
import io.whorl.api.Outcome;
import io.whorl.core.message.Failure.Kind;
import io.whorl.core.message.ReplicaMessage;
import io.whorl.core.node.ReplicaSnapshot;
import io.whorl.core.ring.BucketDefinition;
import io.whorl.core.testing.Answer;
import io.whorl.core.testing.TestNode;
import io.whorl.core.testing.World;
import io.whorl.core.testing.World.Sent;
import io.whorl.core.version.Sibling;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How a get asks, and what it repairs. */
class ReadingTest {
    private final World world = new World(6);
    private List<TestNode> nodes;
    private BucketDefinition bucket;

    @BeforeEach
    void found() {
        nodes = world.cluster(3);
        bucket = nodes.get(0).bucket("b", BucketOptions.defaults());
        world.run(3_000);
    }

    @Test
    void only_one_replica_answers_with_values_while_all_agree() {
        nodes.get(0).put(bucket, "k", "v");
        world.run(100);
        int before = world.sent.size();
        assertThat(nodes.get(1).values(bucket, "k", 3)).containsExactly("v");
        assertThat(since(before, ReplicaMessage.Read.class))
                .hasSize(2)
                .noneMatch(message -> ((ReplicaMessage.Read) message.envelope().message()).values());
        assertThat(since(before, ReplicaMessage.ReadAnswer.class))
                .allMatch(message -> values(message).stream().allMatch(Sibling::isWithheld));
    }

    @Test
    void values_are_fetched_where_the_dots_differ_and_the_replica_that_lacks_them_is_repaired() {
        world.loses = message -> message.to() == nodes.get(0) && message.is(ReplicaMessage.class);
        nodes.get(1).put(bucket, "k", "v");
        world.loses = message -> message.is(ReplicaMessage.Pull.class);
        assertThat(nodes.get(0).values(bucket, "k", 1)).isEmpty();
        assertThat(nodes.get(0).values(bucket, "k", 3)).containsExactly("v");
        assertThat(nodes.get(0).values(bucket, "k", 1)).containsExactly("v");
        int before = world.sent.size();
        assertThat(nodes.get(0).values(bucket, "k", 3)).containsExactly("v");
        world.run(100);
        assertThat(since(before, ReplicaMessage.Replicate.class)).isEmpty();
    }

    @Test
    void another_replica_that_lacks_something_gets_the_joined_record() {
        world.loses = message -> message.to() == nodes.get(2) && message.is(ReplicaMessage.class);
        nodes.get(0).put(bucket, "k", "v");
        world.loses = message -> message.is(ReplicaMessage.Pull.class);
        assertThat(nodes.get(0).values(bucket, "k", 3)).containsExactly("v");
        world.run(10);
        assertThat(nodes.get(2).values(bucket, "k", 1)).containsExactly("v");
        assertThat(nodes.get(2).delete(bucket, "k").failure).isNull();
        assertThat(nodes.get(0).values(bucket, "k", 3)).isEmpty();
    }

    @Test
    void a_repair_does_not_claim_that_writes_were_seen_whose_records_did_not_come() {
        world.loses = message -> message.to() == nodes.get(2) && message.is(ReplicaMessage.class);
        nodes.get(0).put(bucket, "k", "1");
        nodes.get(0).put(bucket, "k", "2");
        world.loses = message -> message.is(ReplicaMessage.Pull.class);
        nodes.get(0).values(bucket, "k", 3);
        world.run(10);
        ReplicaSnapshot repaired = nodes.get(2).replicas().stream()
                .filter(replica -> !replica.seen().isEmpty())
                .findFirst()
                .orElseThrow();
        assertThat(repaired.seen().size()).isEqualTo(1);
        world.loses = message -> false;
        world.run(5_000);
        assertThat(nodes.get(2).replicas().stream()
                        .mapToLong(each -> each.seen().size())
                        .sum())
                .isEqualTo(2);
    }

    @Test
    void values_come_from_another_replica_when_the_one_that_was_asked_for_them_is_gone() {
        world.loses = message -> message.to() == nodes.get(0) && message.is(ReplicaMessage.class);
        nodes.get(1).put(bucket, "k", "v");
        world.loses = message -> message.is(ReplicaMessage.Pull.class);
        world.holds = message -> message.is(ReplicaMessage.Read.class)
                && ((ReplicaMessage.Read) message.envelope().message()).values();
        Answer<ReadResult> read = nodes.get(0).read(bucket, "k", 3);
        world.run(10);
        assertThat(world.held).hasSize(1);
        world.holds = message -> false;
        world.held.get(0).to().kill();
        world.run(10);
        assertThat(read.result.siblings()).hasSize(1);
    }

    @Test
    void a_read_fails_when_too_many_replicas_refuse_and_times_out_when_they_are_silent() {
        nodes.get(0).put(bucket, "k", "v");
        world.run(100);
        world.loses = message -> message.is(ReplicaMessage.ReadAnswer.class);
        Answer<ReadResult> silent = nodes.get(0).read(bucket, "k", 2);
        world.run(6_000);
        assertThat(silent.failure.kind()).isEqualTo(Kind.TIMED_OUT);
        assertThat(silent.failure.count()).isEqualTo(1);
        world.loses = message -> false;
        ForwardingTest.flip(nodes.get(1));
        ForwardingTest.flip(nodes.get(2));
        Answer<ReadResult> refused = nodes.get(0).read(bucket, "k", 2);
        world.run(100);
        assertThat(refused.failure.kind()).isEqualTo(Kind.REPLICAS_FAILED);
        assertThat(refused.failure.outcome()).isEqualTo(Outcome.NOT_APPLIED);
        assertThat(refused.failure.detail()).contains("IN_DOUBT");
    }

    @Test
    void a_replica_in_doubt_is_routed_around_and_never_says_absent() {
        for (TestNode node : nodes) {
            assertThat(node.put(bucket, "k", "v").failure).isNull();
        }
        world.run(3_000);
        ForwardingTest.flip(nodes.get(0));
        for (TestNode node : nodes) {
            assertThat(node.values(bucket, "k", 2)).as("read at %s", node).containsExactly("v");
        }
        Answer<ReadResult> all = nodes.get(0).read(bucket, "k", 3);
        world.run(10);
        assertThat(all.failure.kind()).isEqualTo(Kind.QUORUM_UNAVAILABLE);
        Answer<WriteResult> put = nodes.get(0).put(bucket, "k", "w");
        assertThat(put.failure).isNull();
        assertThat(nodes.get(0).values(bucket, "k", 2)).containsExactly("w");
        assertThat(nodes.get(0).replicas()).filteredOn(ReplicaSnapshot::inDoubt).hasSize(1);
        assertThat(nodes.get(0).stopReason).isNull();
    }

    @Test
    void inspecting_a_replica_that_cannot_be_read_tells_so() {
        nodes.get(0).put(bucket, "k", "v");
        world.run(100);
        ForwardingTest.flip(nodes.get(1));
        assertThat(nodes.get(1).replicas()).filteredOn(ReplicaSnapshot::inDoubt).hasSize(1);
    }

    private List<Sent> since(int before, Class<?> kind) {
        return world.sent.subList(before, world.sent.size()).stream()
                .filter(message -> message.is(kind))
                .toList();
    }

    private static List<Sibling> values(Sent message) {
        return ((ReplicaMessage.ReadAnswer) message.envelope().message())
                .record()
                .siblings();
    }
}
