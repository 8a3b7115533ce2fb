package io.whorl.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.whorl.core.ring.Address;
import io.whorl.core.ring.ClusterState;
import io.whorl.internal.NodeMemory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Three nodes that are started at the same instant, in any order, are one cluster. */
class StartingTogetherTest {
    private static final int TIMES = 200;
    private static final int NODES = 3;

    @Test
    @Timeout(300)
    void three_nodes_found_one_cluster_whatever_their_order() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(NODES);
        try {
            for (int time = 0; time < TIMES; time++) {
                startTogether(threads, new Random(time));
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static void startTogether(ExecutorService threads, Random random) throws Exception {
        ClusterPlan plan = new ClusterPlan(
                NODES,
                false,
                false,
                8,
                1,
                Duration.ofSeconds(5),
                1 << 20,
                List.of(),
                List.of(),
                Optional.empty(),
                new NodeMemory(NODES * (64L << 20), NODES));
        Surroundings surroundings = plan.surroundings();
        List<TestNode> nodes = new ArrayList<>();
        try {
            List<Address> contactPoints =
                    List.of(surroundings.address(0), surroundings.address(1), surroundings.address(2));
            List<Integer> order = new ArrayList<>(List.of(0, 1, 2));
            Collections.shuffle(order, random);
            for (int index : order) {
                nodes.add(new TestNode(index, plan, plan.member(index), contactPoints));
            }
            CyclicBarrier together = new CyclicBarrier(NODES);
            List<Future<?>> starting = new ArrayList<>();
            for (TestNode node : nodes) {
                starting.add(threads.submit(() -> {
                    together.await();
                    node.open(surroundings);
                    return null;
                }));
            }
            for (Future<?> each : starting) {
                each.get();
            }
            TreeSet<String> clusters = new TreeSet<>();
            for (TestNode node : nodes) {
                node.awaitReady();
                ClusterState state = node.protocol().state().orElseThrow();
                clusters.add(state.id().toString());
                assertThat(state.members()).hasSize(NODES);
            }
            assertThat(clusters).as("order %s", order).hasSize(1);
        } finally {
            nodes.forEach(TestNode::abandon);
            surroundings.close();
        }
    }
}
