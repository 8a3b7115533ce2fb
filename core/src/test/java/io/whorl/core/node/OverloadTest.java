package io.whorl.core.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.whorl.api.BucketOptions;
import io.whorl.api.Outcome;
import io.whorl.core.coordinate.ReadResult;
import io.whorl.core.coordinate.WriteResult;
import io.whorl.core.message.Failure;
import io.whorl.core.message.LivenessMessage;
import io.whorl.core.message.ReplicaMessage;
import io.whorl.core.message.Write;
import io.whorl.core.meter.Counter;
import io.whorl.core.ring.BucketDefinition;
import io.whorl.core.testing.Answer;
import io.whorl.core.testing.TestNode;
import io.whorl.core.testing.World;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** More is offered than can be done: what is refused is refused at once and truthfully, and afterwards all is as before. */
class OverloadTest {
    private static final int INBOX = 40;
    private static final int CAPACITY = 60;
    private static final int SHORTEST_RETRY = 1_000_000;

    private final World world = new World(11);
    private final List<TestNode> nodes = new ArrayList<>();
    private BucketDefinition bucket;

    private void start(int capacity) {
        for (int i = 0; i < 3; i++) {
            TestNode node = world.node(i);
            node.lanes = 1;
            node.capacity = capacity;
            node.options = options -> options.inbox(INBOX, 1 << 20).maxPending(500);
            nodes.add(node);
        }
        world.cluster(3);
        bucket = nodes.get(0).bucket("b", BucketOptions.builder().replicas(3).build());
        world.run(1_000);
    }

    @Test
    void offered_far_more_than_it_can_do_a_cluster_refuses_at_once_and_recovers_by_itself() {
        start(CAPACITY);
        nodes.forEach(node -> node.taskNanos = World.MILLISECOND);
        Map<String, Answer<WriteResult>> writes = new LinkedHashMap<>();
        List<Answer<ReadResult>> reads = new ArrayList<>();
        int refusedAtOnce = 0;
        for (int tick = 0; tick < 400; tick++) {
            for (TestNode node : nodes) {
                for (int i = 0; i < 4; i++) {
                    String key = "key " + writes.size();
                    Answer<WriteResult> write = node.write(bucket, key, new Write(TestNode.bytes(key), null, 0), 0);
                    if (write.ended()) {
                        refusedAtOnce++;
                        assertThat(write.failure.kind()).isEqualTo(Failure.Kind.OVERLOADED);
                        assertThat(write.failure.outcome()).isEqualTo(Outcome.NOT_APPLIED);
                        assertThat(write.failure.count()).isBetween((long) SHORTEST_RETRY, 10_000L * SHORTEST_RETRY);
                    }
                    writes.put(key, write);
                    reads.add(node.read(bucket, "key " + world.random().nextInt(writes.size()), 0));
                }
            }
            world.run(1);
            nodes.forEach(this::requireBounded);
        }
        assertThat(refusedAtOnce).isGreaterThan(1_000);
        world.until(() -> writes.values().stream().allMatch(Answer::ended)
                && reads.stream().allMatch(Answer::ended));
        assertThat(nodes)
                .anySatisfy(node ->
                        assertThat(node.node.meters().get(Counter.SHED_CALLERS)).isPositive());
        assertThat(nodes)
                .anySatisfy(node -> assertThat(node.node.meters().get(Counter.FAILED_OVERLOADED))
                        .isPositive());

        nodes.forEach(node -> node.taskNanos = World.MILLISECOND / 100);
        world.run(20_000);
        requireServedAndEqual(writes);
    }

    private void requireBounded(TestNode node) {
        for (QueueSnapshot queue : node.node.queues()) {
            assertThat(queue.peers()).isLessThanOrEqualTo(INBOX);
            assertThat(queue.callers()).isLessThanOrEqualTo(CAPACITY);
            assertThat(queue.peerBytes()).isLessThanOrEqualTo(1 << 20);
        }
    }

    private void requireServedAndEqual(Map<String, Answer<WriteResult>> writes) {
        for (int i = 0; i < 50; i++) {
            assertThat(nodes.get(i % 3).put(bucket, "after " + i, "value").failure)
                    .isNull();
        }
        writes.forEach((key, answer) -> {
            if (answer.failure == null) {
                assertThat(nodes.get(0).values(bucket, key, 2)).containsExactly(key);
            } else if (answer.failure.outcome() == Outcome.NOT_APPLIED) {
                assertThat(nodes.get(0).values(bucket, key, 2)).isEmpty();
            }
        });
        world.until(() -> nodes.stream()
                        .map(TestNode::replicas)
                        .map(all -> all.stream()
                                .map(each -> each.seen() + " " + each.records().size())
                                .toList())
                        .distinct()
                        .count()
                == 1);
    }

    @Test
    void what_can_best_wait_is_refused_first() {
        start(Integer.MAX_VALUE);
        TestNode slow = nodes.get(0);
        slow.taskNanos = 20 * World.MILLISECOND;
        // Two of three slots answer soon; the third lane falls behind with replication alone, and refuses repair before
        // it.
        for (int i = 0; i < 600; i++) {
            nodes.get(1 + i % 2).write(bucket, "key " + i, new Write(new byte[10], null, 0), 2);
            world.run(15);
        }
        assertThat(slow.node.meters().get(Counter.SHED_ANTI_ENTROPY)).isPositive();
        assertThat(slow.node.meters().get(Counter.SHED_CALLERS))
                .isLessThan(slow.node.meters().get(Counter.REFUSED_OVERLOADED));
    }

    @Test
    void a_request_that_nobody_waits_for_any_more_is_not_done() {
        start(Integer.MAX_VALUE);
        TestNode slow = nodes.get(0);
        slow.taskNanos = 3_000 * World.MILLISECOND;
        for (int i = 0; i < 10; i++) {
            nodes.get(1).read(bucket, "key", 3);
        }
        world.until(() -> slow.node.meters().get(Counter.EXPIRED_IN_QUEUE) > 0);
        long answers = world.sent.stream()
                .filter(message -> message.from() == slow && message.is(ReplicaMessage.ReadAnswer.class))
                .count();
        assertThat(answers).isLessThan(3);
    }

    @Test
    void a_forward_that_was_refused_is_not_executed_when_it_is_repeated() {
        start(Integer.MAX_VALUE);
        BucketDefinition single = nodes.get(0)
                .bucket("single", BucketOptions.builder().replicas(1).build());
        world.run(100);
        nodes.get(1).taskNanos = 30 * World.MILLISECOND;
        nodes.get(2).taskNanos = 30 * World.MILLISECOND;
        List<Answer<WriteResult>> writes = new ArrayList<>();
        for (int i = 0; i < 150; i++) {
            writes.add(nodes.get(0).write(single, "key " + i, new Write(new byte[10], null, 0), 0));
        }
        world.until(() -> writes.stream().allMatch(Answer::ended));
        List<World.Sent> forwards = world.sent.stream()
                .filter(message -> message.is(ReplicaMessage.Forward.class))
                .toList();
        nodes.forEach(node -> node.taskNanos = 0);
        world.run(5_000);
        assertThat(nodes)
                .anySatisfy(node ->
                        assertThat(node.node.meters().get(Counter.SHED_CALLERS)).isPositive());
        forwards.forEach(forward -> {
            world.deliver(forward);
            world.run(2);
        });

        for (int i = 0; i < writes.size(); i++) {
            Failure failure = writes.get(i).failure;
            if (failure != null && failure.outcome() == Outcome.NOT_APPLIED) {
                assertThat(nodes.get(0).values(single, "key " + i, 1))
                        .as("key %d", i)
                        .isEmpty();
            }
        }
    }

    @Test
    void liveness_does_not_depend_on_lanes_that_are_behind() {
        start(Integer.MAX_VALUE);
        nodes.get(0).taskNanos = 500 * World.MILLISECOND;
        for (int i = 0; i < 300; i++) {
            nodes.get(1).write(bucket, "key " + i, new Write(new byte[10], null, 0), 3);
        }
        world.run(30_000);
        assertThat(world.count(LivenessMessage.Probe.class)).isPositive();
        assertThat(nodes.get(1).node.meters().get(Counter.MEMBERS_SUSPECTED)).isZero();
        assertThat(nodes.get(1).node.isReachable(nodes.get(0).id())).isTrue();
    }
}
