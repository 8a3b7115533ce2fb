package io.whorl.core.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.whorl.api.BucketOptions;
import io.whorl.api.NodeEvent;
import io.whorl.core.coordinate.WriteResult;
import io.whorl.core.message.ClusterMessage;
import io.whorl.core.message.LivenessMessage;
import io.whorl.core.message.LivenessMessage.Status;
import io.whorl.core.message.ReplicaMessage;
import io.whorl.core.message.Write;
import io.whorl.core.meter.Counter;
import io.whorl.core.ring.BucketDefinition;
import io.whorl.core.testing.Answer;
import io.whorl.core.testing.TestNode;
import io.whorl.core.testing.World;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a whole node does with what it finds out about the others. */
class LivenessTest {

    private static Status held(TestNode by, TestNode of) {
        return by.node.liveness().stream()
                .filter(each -> each.member().equals(of.id()))
                .findFirst()
                .orElseThrow()
                .status();
    }

    @Test
    void a_node_that_crashed_is_suspected_and_dies_and_returns_as_another_run() {
        World world = new World(1);
        List<TestNode> nodes = world.cluster(4);
        TestNode victim = nodes.get(3);
        TestNode observer = nodes.get(0);
        world.run(3_000);
        assertThat(observer.node.liveness()).hasSize(3).allSatisfy(each -> {
            assertThat(each.status()).isEqualTo(Status.ALIVE);
            assertThat(each.roundTripNanos()).isPositive();
        });

        victim.crash();
        world.until(() -> held(observer, victim) == Status.DEAD);
        victim.start();
        world.until(() -> held(observer, victim) == Status.ALIVE);

        String name = victim.id().toString();
        assertThat(observer.events)
                .containsSubsequence(
                        new NodeEvent.MemberSuspected(name),
                        new NodeEvent.MemberDied(name),
                        new NodeEvent.MemberReturned(name));
        assertThat(observer.node.state().orElseThrow().members()).hasSize(4);
    }

    @Test
    void a_node_that_is_connected_but_mute_is_not_reachable_until_it_speaks_again() {
        World world = new World(2);
        List<TestNode> nodes = world.cluster(4);
        BucketDefinition bucket =
                nodes.get(0).bucket("b", BucketOptions.builder().replicas(3).build());
        TestNode mute = nodes.get(3);
        TestNode observer = nodes.get(0);
        world.loses = message -> message.from() == mute || message.to() == mute;
        world.until(() -> held(observer, mute) == Status.DEAD);
        assertThat(observer.node.isReachable(mute.id())).isFalse();
        assertThat(held(mute, observer))
                .as("who hears nobody declares nobody dead")
                .isEqualTo(Status.SUSPECT);
        for (int i = 0; i < 20; i++) {
            assertThat(nodes.get(1).put(bucket, "key " + i, "value").failure).isNull();
        }

        world.loses = message -> false;
        world.until(() -> nodes.stream()
                .allMatch(one -> nodes.stream().allMatch(other -> one == other || held(one, other) == Status.ALIVE)));
        assertThat(observer.node.isReachable(mute.id())).isTrue();
        assertThat(mute.values(bucket, "key 7", 3)).containsExactly("value");
    }

    @Test
    void a_peer_that_lets_a_request_run_out_of_time_is_probed_at_once() {
        World world = new World(3);
        List<TestNode> nodes = world.cluster(3);
        BucketDefinition bucket =
                nodes.get(0).bucket("b", BucketOptions.builder().replicas(3).build());
        world.run(2_000);
        world.loses = message -> message.envelope().message() instanceof ReplicaMessage.Acknowledge;
        Answer<WriteResult> answer = nodes.get(0).write(bucket, "key", new Write(new byte[1], null, 0), 3);
        world.until(answer::ended);
        int before = world.sent.size();
        world.until(() -> world.sent.stream()
                        .skip(before)
                        .filter(message -> message.from() == nodes.get(0) && message.is(LivenessMessage.Probe.class))
                        .count()
                == 2);
        assertThat(answer.failure).isNotNull();
        assertThat(nodes.get(0).node.meters().get(Counter.MEMBERS_SUSPECTED)).isZero();
    }

    @Test
    void a_new_epoch_reaches_a_member_that_was_not_told_of_it() {
        World world = new World(4);
        List<TestNode> nodes = world.cluster(3);
        world.run(1_000);
        world.loses = message -> message.is(ClusterMessage.State.class);
        nodes.get(0).bucket("b", BucketOptions.builder().replicas(3).build());
        world.run(100);
        world.loses = message -> false;
        world.until(() ->
                nodes.stream().allMatch(each -> each.node.state().orElseThrow().epoch() == 2));
    }

    @Test
    void a_single_node_probes_nobody() {
        World world = new World(5);
        TestNode alone = world.cluster(1).get(0);
        world.run(10_000);
        assertThat(alone.node.liveness()).isEmpty();
        assertThat(world.sent).isEmpty();
    }
}
