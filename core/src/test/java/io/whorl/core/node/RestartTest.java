package io.whorl.core.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.whorl.api.BucketOptions;
import io.whorl.api.Durability;
import io.whorl.core.coordinate.RequestOptions;
import io.whorl.core.coordinate.WriteResult;
import io.whorl.core.message.ReplicaMessage;
import io.whorl.core.message.Write;
import io.whorl.core.ring.BucketDefinition;
import io.whorl.core.ring.NodeId;
import io.whorl.core.testing.Answer;
import io.whorl.core.testing.TestNode;
import io.whorl.core.testing.World;
import io.whorl.core.version.Sibling;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a node that was started again must not do, and what must not be done to it. */
class RestartTest {
    private final World world = new World(3);

    @Test
    void a_restarted_node_has_its_identity_and_data_and_writes_under_a_new_run() {
        List<TestNode> nodes = world.cluster(3);
        BucketDefinition bucket = nodes.get(0).bucket("b", BucketOptions.defaults());
        world.run(100);
        nodes.get(1).put(bucket, "k", "v");
        world.run(2_000);
        NodeId id = nodes.get(1).id();
        long run = nodes.get(1).node.run();
        nodes.get(1).crash();
        world.run(100);
        nodes.get(1).start();
        world.until(() -> nodes.get(1).ready);
        assertThat(nodes.get(1).id()).isEqualTo(id);
        assertThat(nodes.get(1).node.run()).isNotEqualTo(run);
        assertThat(nodes.get(1).node.state()).isEqualTo(nodes.get(0).node.state());
        world.run(10);
        assertThat(nodes.get(1).values(bucket, "k", 1)).containsExactly("v");
        world.run(500);
        assertThat(nodes.get(1).put(bucket, "k2", "w").failure).isNull();
        assertThat(nodes.get(1).replicas().stream()
                        .flatMap(replica -> replica.records().stream())
                        .flatMap(entry -> entry.record().siblings().stream())
                        .map(Sibling::dot)
                        .map(dot -> dot.actor().run()))
                .containsExactlyInAnyOrder(run, nodes.get(1).node.run());
    }

    @Test
    void who_sees_the_cluster_state_finds_lanes_that_know_it() {
        TestNode node = world.cluster(1).get(0);
        BucketDefinition bucket = node.bucket("b", BucketOptions.defaults());
        node.kill();
        List<Answer<WriteResult>> early = new ArrayList<>();
        Runnable asSoonAsPossible = () -> {
            if (node.node != null && node.node.state().isPresent() && early.isEmpty()) {
                Answer<WriteResult> answer = new Answer<>();
                early.add(answer);
                node.node.write(
                        bucket,
                        TestNode.bytes("k"),
                        new Write(TestNode.bytes("v"), null, 0),
                        RequestOptions.of(1, 1_000_000),
                        answer);
            }
        };
        node.meanwhile = asSoonAsPossible;
        node.start();
        world.until(() -> node.node.state().isPresent());
        asSoonAsPossible.run();
        world.run(100);
        assertThat(node.stopReason).isNull();
        assertThat(early.get(0).result).isNotNull();
    }

    @Test
    void an_answer_to_the_run_before_is_not_given_to_the_present_one() {
        List<TestNode> nodes = world.cluster(3);
        BucketDefinition bucket = nodes.get(0)
                .bucket(
                        "b",
                        BucketOptions.builder().durability(Durability.FSYNC).build());
        world.run(500);
        nodes.get(1).storage.holdsSyncs = true;
        nodes.get(0).write(bucket, "k", new Write(TestNode.bytes("v"), null, 0), 3);
        world.run(10);
        nodes.get(0).crash();
        world.run(10);
        nodes.get(0).start();
        world.run(500);
        long present = nodes.get(0).node.run();
        nodes.get(1).storage.finishSyncs();
        world.run(500);
        assertThat(world.sent)
                .filteredOn(message -> message.is(ReplicaMessage.Acknowledge.class) && message.from() == nodes.get(1))
                .noneMatch(message -> message.envelope().toRun() == present);
    }
}
