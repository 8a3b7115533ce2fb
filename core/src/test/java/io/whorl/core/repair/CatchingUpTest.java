package io.whorl.core.repair;

import static org.assertj.core.api.Assertions.assertThat;

import io.whorl.api.BucketOptions;
import io.whorl.core.message.RepairMessage;
import io.whorl.core.message.ReplicaMessage;
import io.whorl.core.message.Write;
import io.whorl.core.node.ReplicaSnapshot;
import io.whorl.core.ring.BucketDefinition;
import io.whorl.core.spi.Space;
import io.whorl.core.testing.TestNode;
import io.whorl.core.testing.World;
import io.whorl.core.testing.World.Sent;
import io.whorl.core.version.DotSet;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** Anti-entropy between real nodes: what was missed comes, nothing else does, and then there is silence. */
class CatchingUpTest {
    static final Predicate<Sent> REPAIR = message -> message.is(RepairMessage.class)
            || message.is(ReplicaMessage.Pull.class)
            || message.is(ReplicaMessage.Stream.class);
    private World world = new World(4);

    @Test
    void a_node_that_was_away_gets_what_it_missed_and_no_more() {
        List<TestNode> nodes = world.cluster(3);
        BucketDefinition bucket = nodes.get(0).bucket("b", BucketOptions.defaults());
        world.run(100);
        put(nodes.get(0), bucket, "old", 200);
        settle();
        world.isolate(nodes.get(2));
        put(nodes.get(0), bucket, "new", 10);
        nodes.get(0).delete(bucket, "old3");
        world.run(3_000);
        int before = world.sent.size();
        world.heal();
        settle();
        assertConverged(nodes);
        List<ReplicaMessage.PullAnswer> answers = since(before).stream()
                .filter(message -> message.to() == nodes.get(2) && message.is(ReplicaMessage.PullAnswer.class))
                .map(message -> (ReplicaMessage.PullAnswer) message.envelope().message())
                .toList();
        long entries = answers.stream().mapToLong(a -> a.entries().size()).sum();
        assertThat(entries)
                .as("each missed key from each of two peers at the most")
                .isBetween(11L, 22L);
        assertThat(since(before)).noneMatch(message -> message.is(ReplicaMessage.Stream.class));
        assertThat(since(before).stream().filter(REPAIR))
                .as("one question or two per replica and pair")
                .hasSizeLessThanOrEqualTo(8 * 6 * 3);
    }

    @Test
    void traffic_ends_once_all_have_seen_the_same() {
        List<TestNode> nodes = world.cluster(3);
        BucketDefinition bucket = nodes.get(0).bucket("b", BucketOptions.defaults());
        world.run(100);
        world.loses = message -> world.random().nextInt(3) == 0;
        for (int i = 0; i < 60; i++) {
            nodes.get(i % 3).write(bucket, "k" + i % 7, new Write(TestNode.bytes("v" + i), null, 0), 1);
            world.run(50);
        }
        world.loses = message -> false;
        settle();
        assertConverged(nodes);
        int before = world.sent.size();
        world.run(60_000);
        assertThat(since(before)).noneMatch(message -> message.is(ReplicaMessage.class));
    }

    @Test
    void a_delete_leaves_nothing_but_seen_sets_once_everyone_has_seen_it() {
        List<TestNode> nodes = world.cluster(3);
        BucketDefinition bucket = nodes.get(0).bucket("b", BucketOptions.defaults());
        world.run(100);
        world.isolate(nodes.get(2));
        for (int i = 0; i < 20; i++) {
            nodes.get(i % 2).put(bucket, "k" + i, "v");
            nodes.get((i + 1) % 2).delete(bucket, "k" + i);
        }
        world.heal();
        settle();
        for (TestNode node : nodes) {
            assertThat(node.storage.entries(Space.RECORDS)).isEmpty();
            assertThat(node.storage.entries(Space.DOTS)).isEmpty();
            assertThat(node.storage.entries(Space.META).keySet())
                    .noneMatch(key -> key.bytes()[0] == 'r' && key.bytes().length > 13);
        }
    }

    @Test
    void the_dot_log_keeps_what_an_absent_peer_misses_and_is_pruned_when_it_has_come_back() {
        List<TestNode> nodes = world.cluster(3);
        BucketDefinition bucket = nodes.get(0).bucket("b", BucketOptions.defaults());
        world.run(100);
        nodes.get(2).kill();
        put(nodes.get(0), bucket, "k", 50);
        world.run(20_000);
        assertThat(logged(nodes.get(0))).isEqualTo(50);
        nodes.get(2).start();
        settle();
        assertConverged(nodes);
        assertThat(logged(nodes.get(0))).isZero();
        assertThat(logged(nodes.get(2))).isZero();
    }

    @Test
    void a_single_replica_prunes_its_dot_log_by_itself() {
        TestNode node = world.cluster(1).get(0);
        BucketDefinition bucket = node.bucket("b", BucketOptions.defaults());
        world.run(10);
        put(node, bucket, "k", 30);
        settle();
        assertThat(logged(node)).isZero();
        node.crash();
        node.start();
        world.until(() -> node.ready);
        world.run(10);
        assertThat(node.values(bucket, "k7", 1)).containsExactly("k7");
    }

    @Test
    void what_is_no_longer_in_the_dot_log_comes_by_a_stream_of_the_replica() {
        List<TestNode> nodes = beyondTheLog();
        int before = world.sent.size();
        world.heal();
        nodes.get(2).start();
        settle();
        assertThat(since(before)).anyMatch(message -> message.is(ReplicaMessage.Stream.class));
        assertConverged(nodes);
    }

    @Test
    void a_stream_survives_the_loss_of_messages_and_restarts_of_either_side() {
        for (int seed = 0; seed < 12; seed++) {
            world = new World(seed);
            restartWhileStreaming(seed);
        }
    }

    private void restartWhileStreaming(int seed) {
        List<TestNode> nodes = beyondTheLog();
        world.loses = message ->
                message.is(ReplicaMessage.StreamAnswer.class) && world.random().nextInt(4) == 0;
        nodes.get(2).start();
        world.run(20 + seed * 7);
        TestNode restarted = nodes.get(seed % 2 == 0 ? 2 : 0);
        restarted.crash();
        world.run(seed);
        restarted.start();
        world.run(3_000);
        world.loses = message -> false;
        settle();
        assertConverged(nodes);
    }

    /** The third node is down, and has missed puts and deletes that the others no longer have in their dot logs. */
    private List<TestNode> beyondTheLog() {
        for (int i = 0; i < 3; i++) {
            world.node(i).options = builder -> builder.dotLogLimit(5).repairBatchBytes(200);
        }
        List<TestNode> nodes = world.cluster(3);
        BucketDefinition bucket = nodes.get(0).bucket("b", BucketOptions.defaults());
        world.run(100);
        put(nodes.get(0), bucket, "k", 200);
        settle();
        nodes.get(2).crash();
        for (int i = 0; i < 100; i++) {
            nodes.get(i % 2).delete(bucket, "k" + i);
        }
        put(nodes.get(0), bucket, "n", 100);
        world.run(5_000);
        return nodes;
    }

    @Test
    void a_peer_that_does_not_answer_keeps_nobody_else_from_being_asked() {
        for (int i = 0; i < 3; i++) {
            world.node(i).options = builder -> builder.partitions(256);
            world.node(i).lanes = 1;
        }
        List<TestNode> nodes = world.cluster(3);
        BucketDefinition bucket = nodes.get(0).bucket("b", BucketOptions.defaults());
        settle();
        world.loses = message -> message.is(ReplicaMessage.Replicate.class) || message.to() == nodes.get(1);
        for (int i = 0; i < 500; i++) {
            nodes.get(0).write(bucket, "k" + i, new Write(TestNode.bytes("v"), null, 0), 1);
        }
        world.run(15_000);
        assertThat(seenBy(nodes.get(2))).isEqualTo(seenBy(nodes.get(0)));
    }

    private void settle() {
        world.run(15_000);
    }

    private List<Sent> since(int before) {
        return world.sent.subList(before, world.sent.size());
    }

    private static void put(TestNode node, BucketDefinition bucket, String prefix, int count) {
        for (int i = 0; i < count; i++) {
            assertThat(node.put(bucket, prefix + i, prefix + i).failure).isNull();
        }
    }

    private static long logged(TestNode node) {
        return node.replicas().stream().mapToLong(each -> each.logged().size()).sum();
    }

    private static List<DotSet> seenBy(TestNode node) {
        return node.replicas().stream().map(ReplicaSnapshot::seen).toList();
    }

    private static void assertConverged(List<TestNode> nodes) {
        List<String> views = new ArrayList<>();
        for (TestNode node : nodes) {
            StringBuilder view = new StringBuilder();
            for (ReplicaSnapshot replica : node.replicas()) {
                view.append(replica.replica()).append(replica.seen()).append(replica.inDoubt());
                replica.records()
                        .forEach(entry -> view.append('\n')
                                .append(new String(entry.key(), java.nio.charset.StandardCharsets.UTF_8))
                                .append(entry.record().siblings())
                                .append(entry.record().context()));
            }
            views.add(view.toString());
        }
        assertThat(views.get(1)).isEqualTo(views.get(0));
        assertThat(views.get(2)).isEqualTo(views.get(0));
    }
}
