package io.whorl.core.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.whorl.api.BucketOptions;
import io.whorl.api.NodeEvent;
import io.whorl.api.Outcome;
import io.whorl.core.coordinate.WriteResult;
import io.whorl.core.message.Failure.Kind;
import io.whorl.core.message.ReplicaMessage;
import io.whorl.core.ring.BucketDefinition;
import io.whorl.core.testing.Answer;
import io.whorl.core.testing.TestNode;
import io.whorl.core.testing.World;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A full disk refuses writes, and nothing else happens. */
class FullDiskTest {
    private final World world = new World(1);

    @Test
    void a_write_at_a_full_node_is_refused_and_can_be_made_when_there_is_space() {
        List<TestNode> nodes = world.cluster(3);
        BucketDefinition bucket = nodes.get(0).bucket("b", BucketOptions.defaults());
        world.run(100);
        nodes.get(0).put(bucket, "k", "old");

        nodes.get(0).storage.full = true;
        Answer<WriteResult> put = nodes.get(0).put(bucket, "k", "new");
        assertThat(put.failure.kind()).isEqualTo(Kind.STORAGE_FULL);
        assertThat(put.failure.outcome()).isEqualTo(Outcome.NOT_APPLIED);
        assertThat(nodes.get(0).values(bucket, "k", 3)).containsExactly("old");

        nodes.get(0).storage.full = false;
        assertThat(nodes.get(0).put(bucket, "k", "new").failure).isNull();
        assertThat(nodes.get(1).values(bucket, "k", 3)).containsExactly("new");
    }

    @Test
    void a_full_replica_does_not_count_toward_the_quorum_and_makes_up_for_it_later() {
        List<TestNode> nodes = world.cluster(3);
        BucketDefinition bucket = nodes.get(0).bucket("b", BucketOptions.defaults());
        world.run(100);

        nodes.get(2).storage.full = true;
        for (int i = 0; i < 10; i++) {
            assertThat(nodes.get(0).put(bucket, "k" + i, "v").failure).isNull();
        }
        world.run(10_000);
        nodes.get(2).storage.full = false;
        world.run(10_000);

        for (int i = 0; i < 10; i++) {
            assertThat(nodes.get(2).values(bucket, "k" + i, 1)).containsExactly("v");
        }
    }

    @Test
    void a_node_that_was_full_stays_up() {
        List<TestNode> nodes = world.cluster(3);
        BucketDefinition bucket = nodes.get(0).bucket("b", BucketOptions.defaults());
        world.run(100);
        nodes.get(1).storage.full = true;
        nodes.get(0).put(bucket, "k", "v");
        world.run(60_000);
        nodes.get(1).storage.full = false;
        world.run(10_000);
        assertThat(nodes.get(1).values(bucket, "k", 1)).containsExactly("v");
        assertThat(nodes.get(1).put(bucket, "k", "w").failure).isNull();
    }

    @Test
    void a_full_disk_is_told_once_and_so_is_that_there_is_space_again() {
        List<TestNode> nodes = world.cluster(3);
        BucketDefinition bucket = nodes.get(0).bucket("b", BucketOptions.defaults());
        world.run(100);
        TestNode full = nodes.get(1);
        full.storage.full = true;
        for (int i = 0; i < 20; i++) {
            nodes.get(0).put(bucket, "k" + i, "v");
        }
        world.run(5_000);
        assertThat(full.events)
                .filteredOn(NodeEvent.StorageFull.class::isInstance)
                .hasSize(1);
        int asked = asked(full);
        world.run(30_000);
        assertThat(asked(full)).as("it asks nobody for what it cannot keep").isEqualTo(asked);
        full.storage.full = false;
        world.run(10_000);
        assertThat(full.events)
                .filteredOn(NodeEvent.StorageHasSpace.class::isInstance)
                .hasSize(1);
        for (int i = 0; i < 20; i++) {
            assertThat(full.values(bucket, "k" + i, 1)).containsExactly("v");
        }
    }

    private int asked(TestNode node) {
        return (int) world.sent.stream()
                .filter(message -> message.from() == node && message.is(ReplicaMessage.Pull.class))
                .count();
    }
}
