package io.whorl.core.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import io.whorl.api.BucketOptions;
import io.whorl.core.coordinate.ReadResult;
import io.whorl.core.message.ChangeMessage;
import io.whorl.core.message.ClusterMessage;
import io.whorl.core.message.HintMessage;
import io.whorl.core.message.MoveMessage;
import io.whorl.core.message.RepairMessage;
import io.whorl.core.message.ReplicaMessage;
import io.whorl.core.node.ReplicaSnapshot;
import io.whorl.core.replica.PlantedBug;
import io.whorl.core.ring.BucketDefinition;
import io.whorl.core.ring.Change;
import io.whorl.core.ring.ClusterState;
import io.whorl.core.ring.Layout;
import io.whorl.core.ring.NodeId;
import io.whorl.core.ring.ReplicaId;
import io.whorl.core.spi.Space;
import io.whorl.core.testing.Answer;
import io.whorl.core.testing.TestNode;
import io.whorl.core.testing.World;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Nodes that come and go while there is data, in virtual time: every move ends, and each holder has everything afterwards. */
class TransferTest {
    private static final int KEYS = 120;
    private static final int CHECKPOINT_KEY_BYTES = 26;
    private static final BucketOptions THREE = BucketOptions.defaults();

    private final World world = new World(7);
    private final List<TestNode> nodes = new ArrayList<>();
    private BucketDefinition bucket;

    private void found(int count) {
        for (int i = 0; i < count; i++) {
            nodes.add(world.node(i));
        }
        nodes.forEach(node -> node.contacts(nodes.toArray(new TestNode[0])));
        nodes.forEach(TestNode::start);
        world.run(2_000);
        bucket = nodes.get(0).bucket("b", THREE);
        for (int i = 0; i < KEYS; i++) {
            nodes.get(i % count).put(bucket, "k" + i, "v" + i);
        }
        world.run(3_000);
    }

    private void change(Change change) {
        Answer<ClusterState> answer = new Answer<>();
        nodes.get(0).node.change(change, 5_000_000_000L, answer);
        world.until(answer::ended);
        assertThat(answer.failure).isNull();
    }

    private TestNode join(int number) {
        TestNode node = world.node(number).contacts(nodes.get(0), world.node(number));
        nodes.add(node);
        node.start();
        return node;
    }

    private ClusterState settled() {
        for (int i = 0; i < 120; i++) {
            world.run(1_000);
            ClusterState state = nodes.get(0).node.state().orElseThrow();
            Layout layout = state.layout();
            if (layout.moves().isEmpty()
                    && layout.goal().isEmpty()
                    && layout.retiring().isEmpty()) {
                world.run(3_000);
                return nodes.get(0).node.state().orElseThrow();
            }
        }
        throw new AssertionError("moves did not end: "
                + nodes.get(0).node.state().orElseThrow().layout().moves() + ", "
                + nodes.get(0).node.state().orElseThrow().layout().retiring());
    }

    /** Every holder has every key, and nobody else has anything. */
    private void verify(ClusterState state) {
        for (TestNode node : nodes) {
            if (!node.isAlive() || state.member(node.id()).isEmpty()) {
                continue;
            }
            assertThat(node.node.state()).contains(state);
            node.replicas().forEach(snapshot -> {
                ReplicaId id = snapshot.replica();
                assertThat(state.slots(bucket, id.partition()).isReader(node.id()))
                        .isTrue();
            });
        }
        for (int i = 0; i < KEYS; i++) {
            for (TestNode node : nodes) {
                if (node.isAlive() && state.member(node.id()).isPresent()) {
                    assertThat(node.values(bucket, "k" + i, 2)).as("k" + i).containsExactly("v" + i);
                }
            }
        }
    }

    /** It asks nobody any more, so it never catches up; and who leaves with it must not wait for that. */
    @Test
    void a_former_holder_that_cannot_read_its_seen_sets_goes_all_the_same() {
        found(4);
        TestNode leaver = nodes.get(3);
        NodeId id = leaver.id();
        world.loses = message -> message.to() == leaver && message.is(MoveMessage.Told.class);
        change(new Change.Leave(id));
        world.until(() -> {
            Layout layout = nodes.get(0).node.state().orElseThrow().layout();
            return layout.moves().isEmpty()
                    && layout.goal().isEmpty()
                    && !layout.retiring().isEmpty();
        });
        leaver.kill();
        leaver.storage.entries(Space.META).forEach((key, value) -> {
            if ("su".indexOf(key.bytes()[0]) >= 0 && key.bytes().length == CHECKPOINT_KEY_BYTES) {
                value[value.length / 2] ^= 4;
            }
        });
        leaver.start();
        world.until(() -> leaver.ready);
        world.run(3_000);
        assertThat(leaver.replicas()).anyMatch(ReplicaSnapshot::inDoubt);

        world.loses = message -> false;
        world.until(() -> nodes.get(0).node.state().orElseThrow().member(id).isEmpty());
        verify(settled());
    }

    @Test
    void a_cluster_grows_from_one_to_four_and_shrinks_again() {
        found(1);
        for (int i = 1; i < 4; i++) {
            join(i);
            ClusterState state = settled();
            assertThat(state.members()).hasSize(i + 1);
            verify(state);
        }
        change(new Change.Leave(nodes.get(3).id()));
        verify(settled());
        change(new Change.Leave(nodes.get(2).id()));
        ClusterState state = settled();
        assertThat(state.members()).hasSize(2);
        verify(state);
    }

    @Test
    void a_dead_node_is_removed_and_its_slots_are_rebuilt() {
        found(5);
        nodes.get(4).kill();
        world.run(1_000);
        change(new Change.Remove(nodes.get(4).id()));
        ClusterState state = settled();
        assertThat(state.members()).hasSize(4);
        verify(state);
    }

    @Test
    void a_dead_node_is_replaced() {
        found(3);
        nodes.get(2).kill();
        world.run(1_000);
        TestNode next = world.node(5).contacts(nodes.get(0), world.node(5));
        nodes.add(next);
        next.start();
        world.run(5_000);
        change(new Change.Replace(nodes.get(2).id(), next.id()));
        ClusterState state = settled();
        assertThat(state.members()).hasSize(3);
        verify(state);
    }

    /** What lies there unread may have been damaged long ago, and whoever goes has the last copy that can be read. */
    @Test
    void a_copy_goes_only_once_the_copy_that_stays_has_been_read() {
        found(3);
        ClusterState state = shrinkToOneOverDamage();
        TestNode last = nodes.get(0);
        verify(state);
        assertThat(last.values(bucket, "large", 1)).containsExactly("v".repeat(3 << 16));
        assertThat(last.replicas()).noneMatch(ReplicaSnapshot::inDoubt);
    }

    @Test
    void a_copy_that_goes_before_that_takes_the_last_of_what_is_damaged_with_it() {
        for (int i = 0; i < 3; i++) {
            world.node(i).options = builder -> builder.plantedBug(PlantedBug.COPY_GIVEN_UP_UNREAD);
        }
        found(3);
        shrinkToOneOverDamage();
        TestNode last = nodes.get(0);
        for (int i = 0; i < KEYS; i++) {
            Answer<ReadResult> answer = last.read(bucket, "k" + i, 1);
            world.until(answer::ended);
        }
        assertThat(last.replicas()).anyMatch(ReplicaSnapshot::inDoubt);
    }

    /** Damage lies in many records of the first node when the other two leave, one after the other. */
    private ClusterState shrinkToOneOverDamage() {
        TestNode last = nodes.get(0);
        last.put(bucket, "large", "v".repeat(3 << 16));
        nodes.get(1).put(bucket, "large", "v".repeat(3 << 16));
        world.run(3_000);
        int damaged = 0;
        for (byte[] value : last.storage.entries(Space.RECORDS).values()) {
            if (damaged++ % 8 == 0) {
                value[value.length / 2] ^= 4;
            }
        }

        change(new Change.Leave(nodes.get(2).id()));
        assertThat(settled().members()).hasSize(2);
        change(new Change.Leave(nodes.get(1).id()));
        ClusterState state = settled();
        assertThat(state.members()).hasSize(1);
        return state;
    }

    /** Whoever finds that out later has nobody to ask any more, and cannot tell what was deleted from what was lost. */
    @Test
    void a_copy_goes_only_once_the_dot_log_of_the_copy_that_stays_has_been_read() {
        found(3);
        TestNode stays = nodes.get(0);
        world.loses = message -> message.to() == stays && message.is(RepairMessage.class);
        for (int i = 0; i < KEYS; i++) {
            nodes.get(1).put(bucket, "k" + i, "v" + i);
        }
        world.run(3_000);
        stays.storage.entries(Space.DOTS).values().forEach(value -> value[value.length / 2] ^= 4);
        assertThat(stays.replicas()).noneMatch(ReplicaSnapshot::inDoubt);

        change(new Change.Leave(nodes.get(2).id()));
        world.until(() -> stays.replicas().stream().anyMatch(ReplicaSnapshot::inDoubt));
        world.loses = message -> false;
        verify(settled());
        assertThat(stays.replicas()).noneMatch(ReplicaSnapshot::inDoubt);
    }

    /** It takes note of what it is told, answers, learns that it has missed a change of those slots, and begins anew with everybody. */
    @Test
    void what_a_node_was_told_before_it_learnt_of_a_change_of_its_slots_is_told_again() {
        found(5);
        TestNode late = nodes.get(4);
        boolean[] informed = new boolean[1];
        world.loses = message -> message.to() == late
                && (message.is(ReplicaMessage.Replicate.class)
                        || message.is(HintMessage.HandOver.class)
                        || message.is(ClusterMessage.State.class) && !informed[0]);
        for (int i = 0; i < KEYS; i++) {
            nodes.get(i % 4).put(bucket, "k" + i, "w" + i);
        }
        BucketOptions two =
                BucketOptions.builder().replicas(2).readQuorum(1).writeQuorum(2).build();
        change(new Change.ChangeBucket("b", two));
        world.run(10_000);
        assertThat(nodes.get(0).node.state().orElseThrow().epoch())
                .isGreaterThan(late.node.state().orElseThrow().epoch() + 1);

        informed[0] = true;
        settled();
        for (int i = 0; i < KEYS; i++) {
            assertThat(nodes.get(0).values(bucket, "k" + i, 2)).containsExactly("w" + i);
        }
    }

    /** Whatever it would be given then would go without a look when the cluster hears that it has nothing any more. */
    @Test
    void what_a_former_holder_has_dropped_it_does_not_begin_anew_before_the_cluster_hears_of_it() {
        found(4);
        TestNode leaver = nodes.get(3);
        NodeId id = leaver.id();
        world.loses = message -> message.from() == leaver && message.is(ChangeMessage.Ask.class);
        change(new Change.Leave(id));
        world.until(() -> leaver.replicas().isEmpty());
        long before = nodes.get(0).node.state().orElseThrow().epoch();

        join(4);
        world.until(() -> {
            ClusterState state = leaver.node.state().orElseThrow();
            return state.epoch() > before + 2 && state.layout().goal().isEmpty();
        });
        assertThat(leaver.node.state().orElseThrow().layout().retiring())
                .as("nobody has heard of it")
                .anyMatch(each -> each.node().equals(id));
        assertThat(leaver.replicas()).isEmpty();

        leaver.kill();
        world.loses = message -> message.from() == leaver && message.is(ChangeMessage.Ask.class)
                || message.to() == leaver && message.is(MoveMessage.Told.class);
        leaver.start();
        world.until(() -> leaver.ready);
        world.run(1_000);
        assertThat(leaver.replicas()).as("after a restart").isEmpty();

        world.loses = message -> false;
        world.until(() -> nodes.get(0).node.state().orElseThrow().member(id).isEmpty());
        verify(settled());
    }
}
