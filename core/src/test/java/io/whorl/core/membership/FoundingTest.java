package io.whorl.core.membership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whorl.api.BucketOptions;
import io.whorl.core.message.ClusterMessage;
import io.whorl.core.message.Envelope;
import io.whorl.core.replica.ByteKey;
import io.whorl.core.ring.BucketDefinition;
import io.whorl.core.ring.ClusterId;
import io.whorl.core.ring.ClusterState;
import io.whorl.core.ring.NodeId;
import io.whorl.core.spi.Space;
import io.whorl.core.spi.StorageException;
import io.whorl.core.testing.TestNode;
import io.whorl.core.testing.TestStorage;
import io.whorl.core.testing.World;
import io.whorl.core.testing.World.Sent;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How nodes become one cluster, and never two. */
class FoundingTest {
    private World world = new World(7);

    @Test
    void three_nodes_found_one_cluster_in_whatever_order_they_start() {
        int[][] orders = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
        for (int[] order : orders) {
            for (int seed = 0; seed < 5; seed++) {
                world = new World(seed);
                List<TestNode> nodes = three();
                boolean losing = seed > 0;
                world.loses = message -> losing && world.random().nextInt(2) == 0;
                world.jitter = losing ? 20 * World.MILLISECOND : 0;
                for (int i : order) {
                    nodes.get(i).start();
                    world.run(world.random().nextInt(losing ? 2_000 : 50));
                }
                world.until(() -> nodes.stream().allMatch(node -> node.ready));
                assertThat(nodes.get(1).node.state())
                        .isEqualTo(nodes.get(0).node.state());
                assertThat(nodes.get(2).node.state())
                        .isEqualTo(nodes.get(0).node.state());
                assertThat(nodes.get(0).node.state().orElseThrow().members()).hasSize(3);
                assertThat(nodes.get(0).node.state().orElseThrow().epoch()).isEqualTo(1);
            }
        }
    }

    @Test
    void three_nodes_started_at_the_same_instant_found_one_cluster_each_time() {
        int[][] orders = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
        for (int seed = 0; seed < 34 * orders.length; seed++) {
            world = new World(seed);
            world.jitter = (int) (5 * World.MILLISECOND);
            List<TestNode> nodes = three();
            for (int i : orders[seed % orders.length]) {
                nodes.get(i).start();
            }
            world.until(() -> nodes.stream().allMatch(node -> node.ready));
            ClusterState first = nodes.get(0).node.state().orElseThrow();
            assertThat(nodes).allMatch(node -> node.node.state().orElseThrow().equals(first));
            assertThat(first.epoch()).isEqualTo(1);
            assertThat(first.voters()).hasSize(3);
        }
    }

    @Test
    void nobody_founds_before_all_founding_nodes_have_voted() {
        List<TestNode> nodes = three();
        nodes.get(0).start();
        nodes.get(1).start();
        world.run(60_000);
        assertThat(nodes.get(0).ready).isFalse();
        assertThat(nodes.get(0).waitingFor()).contains("has 2 of the 3 founding votes");
        assertThat(nodes.get(1).waitingFor()).contains("n0:1");
        nodes.get(2).start();
        world.until(() -> nodes.stream().allMatch(node -> node.ready));
    }

    @Test
    void two_founding_nodes_of_three_contact_points_found_and_the_third_is_taken_in() {
        List<TestNode> nodes = three();
        nodes.forEach(node -> node.options = builder -> builder.foundingNodes(2));
        nodes.get(0).start();
        nodes.get(1).start();
        world.until(() -> nodes.get(0).ready && nodes.get(1).ready);
        nodes.get(2).start();
        world.until(() -> nodes.get(2).ready);
        world.run(1_000);
        assertThat(nodes.get(2).node.state()).isEqualTo(nodes.get(0).node.state());
        assertThat(nodes.get(0).node.state().orElseThrow().member(nodes.get(2).id()))
                .isPresent();
    }

    @Test
    void a_vote_is_on_disk_before_it_is_sent() {
        List<TestNode> nodes = three();
        nodes.get(1).storage.holdsSyncs = true;
        nodes.forEach(TestNode::start);
        world.run(2_000);
        assertThat(votesOf(nodes.get(1))).isEmpty();
        nodes.get(1).storage.holdsSyncs = false;
        nodes.get(1).storage.finishSyncs();
        world.until(() -> nodes.stream().allMatch(node -> node.ready));
        assertThat(votesOf(nodes.get(1))).isNotEmpty();
    }

    @Test
    void a_vote_is_given_once_also_after_a_restart() {
        List<TestNode> nodes = three();
        nodes.get(0).start();
        nodes.get(1).start();
        world.run(2_000);
        assertThat(votesOf(nodes.get(1))).isNotEmpty();
        NodeId first = nodes.get(0).id();
        nodes.get(0).kill();
        nodes.get(0).storage = new TestStorage();
        nodes.get(1).crash();
        nodes.get(0).start();
        nodes.get(1).start();
        nodes.get(2).start();
        world.run(10_000);
        assertThat(nodes.get(1).startFailure)
                .contains("founding vote to node " + first)
                .contains("now node " + nodes.get(0).id());
        assertThat(nodes.get(0).ready).isFalse();
        assertThat(nodes.get(2).ready).isFalse();
    }

    @Test
    void a_founder_with_an_empty_disk_founds_no_second_cluster() {
        List<TestNode> nodes = world.cluster(3);
        ClusterId founded = nodes.get(0).node.state().orElseThrow().id();
        nodes.get(0).kill();
        nodes.get(0).storage = new TestStorage();
        nodes.get(1).kill();
        nodes.get(2).kill();
        nodes.get(0).start();
        world.run(60_000);
        assertThat(nodes.get(0).ready).isFalse();
        nodes.get(1).start();
        world.run(20_000);
        assertThat(nodes.get(0).ready).isFalse();
        assertThat(nodes.get(0).waitingFor()).contains("2 of its 3 voters");
        nodes.get(2).start();
        world.until(() -> nodes.get(0).ready);
        world.run(1_000);
        assertThat(nodes.get(0).node.state()).isEqualTo(nodes.get(1).node.state());
        assertThat(nodes.get(0).node.state().orElseThrow().id()).isEqualTo(founded);
        assertThat(nodes.get(1).stopReason).isNull();
    }

    @Test
    void a_founder_that_crashes_at_any_moment_of_the_founding_founds_the_same_or_none() {
        for (int moment = 0; moment < 150; moment += 3) {
            world = new World(moment);
            List<TestNode> nodes = three();
            nodes.forEach(TestNode::start);
            world.run(moment);
            TestNode crashing = nodes.get(moment % 3);
            crashing.crash();
            world.run(200);
            crashing.start();
            world.run(10_000);
            // A founder that lost its unsynced identity is another node: then votes for the former one are refused, in
            // words.
            for (TestNode node : nodes) {
                if (node.ready) {
                    assertThat(node.node.state()).isEqualTo(nodes.get(0).node.state());
                } else {
                    assertThat(nodes.stream().anyMatch(each -> each.startFailure != null))
                            .as("moment %d", moment)
                            .isTrue();
                }
            }
        }
    }

    @Test
    void lists_that_disagree_about_the_first_contact_point_are_told_to_both() {
        List<TestNode> nodes = three();
        nodes.get(2).contacts(nodes.get(2), nodes.get(1), nodes.get(0));
        nodes.get(0).start();
        nodes.get(2).start();
        world.run(5_000);
        assertThat(nodes.get(0).ready).isFalse();
        assertThat(nodes.get(2).ready).isFalse();
        assertThat(nodes.get(2).startFailure + nodes.get(0).startFailure)
                .contains("n2:1 as its first contact point")
                .contains("n0:1")
                .contains("same list in the same order");
    }

    @Test
    void a_node_of_another_cluster_name_is_not_talked_to() {
        List<TestNode> nodes = three();
        nodes.get(2).clusterName = "other";
        nodes.forEach(TestNode::start);
        world.run(5_000);
        assertThat(world.refusals).anyMatch(reason -> reason.contains("'other'") && reason.contains("'test'"));
        assertThat(nodes).noneMatch(node -> node.ready);
    }

    @Test
    void a_node_of_another_cluster_with_the_same_name_is_not_talked_to() {
        TestNode one = world.node(0);
        TestNode other = world.node(1);
        one.start();
        other.start();
        world.until(() -> one.ready && other.ready);
        one.kill();
        one.contacts(one, other);
        one.start();
        world.run(1_000);
        assertThat(world.refusals).anyMatch(reason -> reason.contains("the id of another cluster"));
        assertThat(one.ready).isTrue();
        assertThat(other.stopReason).isNull();
    }

    @Test
    void data_of_another_cluster_name_is_refused_at_the_start() {
        TestNode node = world.cluster(1).get(0);
        node.kill();
        node.clusterName = "other";
        assertThatThrownBy(node::start)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("'test'")
                .hasMessageContaining("'other'");
    }

    @Test
    void a_message_that_comes_before_the_start_is_not_answered_out_of_ignorance() {
        List<TestNode> nodes = world.cluster(3);
        nodes.get(1).kill();
        nodes.get(1).beforeAnythingElse =
                sink -> sink.received(new NodeId(99), 1, new Envelope(0, 0, new ClusterMessage.Seeking(true, "n0:1")));
        nodes.get(1).start();
        world.run(1_000);
        assertThat(nodes.get(1).startFailure).isNull();
        assertThat(nodes.get(1).ready).isTrue();
    }

    @Test
    void an_identity_that_cannot_be_read_is_an_error_that_says_so() {
        TestNode node = world.cluster(1).get(0);
        node.kill();
        flip(node, "identity");
        assertThatThrownBy(node::start)
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("'identity' cannot be read");
    }

    @Test
    void a_cluster_state_that_cannot_be_read_stops_the_node() {
        TestNode node = world.cluster(1).get(0);
        node.kill();
        flip(node, "cluster");
        node.start();
        world.run(100);
        assertThat(node.ready).isFalse();
        assertThat(node.stopReason).contains("'cluster' cannot be read");
    }

    @Test
    void a_node_that_was_away_learns_the_newest_state() {
        List<TestNode> nodes = world.cluster(3);
        nodes.get(2).kill();
        BucketDefinition bucket = nodes.get(1).bucket("b", BucketOptions.defaults());
        nodes.get(0).put(bucket, "k", "v");
        nodes.get(2).start();
        world.until(() -> nodes.get(2).node.state().equals(nodes.get(0).node.state()));
        world.until(() -> nodes.get(2).values(bucket, "k", 1).equals(List.of("v")));
    }

    @Test
    void a_state_that_was_lost_on_its_way_is_fetched_after_a_probe() {
        List<TestNode> nodes = world.cluster(3);
        world.loses = message -> message.is(ClusterMessage.State.class);
        nodes.get(0).bucket("b", BucketOptions.defaults());
        world.run(50);
        assertThat(nodes.get(1).node.state().orElseThrow().epoch()).isEqualTo(1);
        world.loses = message -> false;
        world.run(3_000);
        assertThat(nodes.get(1).node.state()).isEqualTo(nodes.get(0).node.state());
        assertThat(nodes.get(2).node.state()).isEqualTo(nodes.get(0).node.state());
    }

    private List<TestNode> three() {
        List<TestNode> nodes = List.of(world.node(0), world.node(1), world.node(2));
        nodes.forEach(node -> node.contacts(nodes.get(0), nodes.get(1), nodes.get(2)));
        return nodes;
    }

    private List<Sent> votesOf(TestNode node) {
        return world.sent.stream()
                .filter(message -> message.from() == node && message.is(ClusterMessage.Vote.class))
                .toList();
    }

    private static void flip(TestNode node, String key) {
        node.storage.entries(Space.META).get(new ByteKey(TestNode.bytes(key)))[3] ^= 4;
    }
}
