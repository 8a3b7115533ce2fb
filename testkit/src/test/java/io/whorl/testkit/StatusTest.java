package io.whorl.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.whorl.Whorl;
import io.whorl.api.Bucket;
import io.whorl.api.Codec;
import io.whorl.api.Liveness;
import io.whorl.api.MemberStatus;
import io.whorl.api.NodeEvent;
import io.whorl.api.NodeStatus;
import io.whorl.api.Subscription;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a node tells of itself and of the others while members die, return and catch up. */
class StatusTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @RegisterExtension
    static final TestCluster cluster = TestCluster.of(3);

    private Whorl node;
    private Bucket<String, String> carts;

    @BeforeEach
    void open() {
        node = cluster.node(0);
        carts = node.bucket("carts", Codec.utf8(), Codec.utf8());
    }

    private MemberStatus member(String id) {
        return node.status().member(id).orElseThrow();
    }

    @Test
    void a_cluster_at_rest_is_healthy_and_says_so() {
        carts.put("alice", "book");
        cluster.awaitConvergence();

        await().atMost(PATIENCE).until(() -> node.status().isHealthy());
        NodeStatus status = node.status();
        assertThat(status.nodeId()).isEqualTo(node.nodeId());
        assertThat(status.address()).isEqualTo(node.address());
        assertThat(status.epoch()).isPositive();
        assertThat(status.stopped()).isEmpty();
        assertThat(status.members()).hasSize(3);
        assertThat(status.replicas()).isEqualTo(32);
        assertThat(status.silentLanes()).isEmpty();
        assertThat(status.storageFull()).isFalse();
        assertThat(member(node.nodeId()).local()).isTrue();
        assertThat(status.members())
                .filteredOn(member -> !member.local())
                .allSatisfy(member -> assertThat(member.connected()).isTrue())
                .allSatisfy(member -> assertThat(member.behind().events()).isZero());
        assertThat(status.lines()).hasSize(4).first().asString().contains("healthy", node.nodeId());
        assertThat(status.toString()).contains(": this node", "ALIVE since");
    }

    @Test
    void the_status_comes_without_waiting_too() throws Exception {
        NodeStatus status = node.statusAsync().get(30, TimeUnit.SECONDS);
        assertThat(status.nodeId()).isEqualTo(node.nodeId());
        assertThat(status.silentLanes()).isEmpty();
    }

    @Test
    void a_member_dies_misses_writes_returns_and_catches_up() {
        List<NodeEvent> events = new CopyOnWriteArrayList<>();
        Subscription subscription = node.subscribe(events::add);
        String lost = cluster.node(2).nodeId();
        carts.put("alice", "book");
        cluster.awaitConvergence();

        cluster.crash(2);
        await().atMost(PATIENCE).until(() -> member(lost).liveness() == Liveness.DEAD);
        assertThat(events).contains(new NodeEvent.MemberDied(lost));
        for (int i = 0; i < 50; i++) {
            carts.put("key " + i, "pen");
        }
        MemberStatus dead = member(lost);
        assertThat(dead.connected()).isFalse();
        assertThat(dead.since()).isPresent();
        assertThat(dead.ahead().events()).isPositive();
        assertThat(node.status().isHealthy()).isFalse();
        assertThat(node.status().toString()).contains("DEAD since", "not connected");

        cluster.restart(2);
        cluster.awaitConvergence();
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(events).contains(new NodeEvent.MemberReturned(lost)));
        await().atMost(PATIENCE).until(() -> member(lost).ahead().events() == 0);
        assertThat(member(lost).sinceExchange()).isPresent();
        await().atMost(PATIENCE).until(() -> node.status().isHealthy());
        subscription.close();
    }

    @Test
    void a_node_that_has_stopped_still_tells_why() throws Exception {
        List<NodeEvent> events = new CopyOnWriteArrayList<>();
        Whorl last = cluster.node(2);
        last.subscribe(events::add);
        cluster.stop(2);

        assertThat(last.status().stopped()).contains("closed");
        assertThat(last.status().isHealthy()).isFalse();
        assertThat(last.statusAsync().get(30, TimeUnit.SECONDS).stopped()).contains("closed");
        await().atMost(PATIENCE).until(() -> events.contains(new NodeEvent.NodeStopped("closed")));
        assertThat(events.get(events.size() - 1)).isEqualTo(new NodeEvent.NodeStopped("closed"));
    }
}
