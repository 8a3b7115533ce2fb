package io.whorl.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import io.whorl.StopReason;
import io.whorl.Whorl;
import io.whorl.api.Bucket;
import io.whorl.api.BucketOptions;
import io.whorl.api.ChangeRefusedException;
import io.whorl.api.ClusterPlan;
import io.whorl.api.Codec;
import io.whorl.api.NodeEvent;
import io.whorl.api.NodeShare;
import io.whorl.api.Quorums;
import io.whorl.api.StartFailedException;
import io.whorl.api.WhorlException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Nodes that join, leave, are lost and replaced, while the cluster is written and read. */
@Timeout(120)
class ComingAndGoingTest {

    private static Whorl[] nodes(TestCluster cluster, int... indexes) {
        return IntStream.of(indexes).mapToObj(cluster::node).toArray(Whorl[]::new);
    }

    private static void growsFromOneToFive(TestCluster cluster) {
        try (Traffic traffic = Traffic.at(cluster.node(0))) {
            for (int size = 2; size <= 5; size++) {
                assertThat(cluster.join()).isEqualTo(size - 1);
                traffic.awaitProgress();
                cluster.awaitBalance();
                assertThat(cluster.node(size - 1).members()).hasSize(size);
            }
            traffic.assertNothingFailed();
            traffic.verify(nodes(cluster, 0, 1, 2, 3, 4));
        }
        cluster.awaitConvergence();
    }

    @Test
    void a_cluster_grows_from_one_node_to_five() {
        try (TestCluster cluster = TestCluster.start(1)) {
            growsFromOneToFive(cluster);
        }
    }

    @Test
    void a_cluster_on_disks_and_sockets_grows_from_one_node_to_five() {
        try (TestCluster cluster =
                TestCluster.builder(1).onRocksDb().overTcp().partitions(16).start()) {
            growsFromOneToFive(cluster);
        }
    }

    @Test
    void what_happens_when_a_node_joins_is_what_was_planned_in_kind_and_number() {
        try (TestCluster cluster = TestCluster.start(3)) {
            try (Traffic traffic = Traffic.at(cluster.node(0))) {
                traffic.awaitProgress();
                ClusterPlan plan = cluster.node(0).planJoin("", 1);
                int joined = cluster.join();
                cluster.awaitBalance();
                String id = cluster.node(joined).nodeId();
                assertThat(shares(cluster.node(0)).get(id))
                        .isEqualTo(plan.shares().stream()
                                .filter(share -> share.before() == 0)
                                .mapToLong(NodeShare::after)
                                .sum());
                traffic.verify(nodes(cluster, 0, joined));
            }
        }
    }

    private static Map<String, Long> shares(Whorl node) {
        Map<String, Long> shares = new TreeMap<>();
        node.planReweigh(1).shares().forEach(share -> shares.put(share.nodeId(), share.before()));
        return shares;
    }

    @Test
    void a_node_that_leaves_gives_everything_away_and_closes() {
        try (TestCluster cluster = TestCluster.start(4)) {
            Queue<NodeEvent> events = new ConcurrentLinkedQueue<>();
            cluster.node(0).subscribe(events::add);
            try (Traffic traffic = Traffic.at(nodes(cluster, 0, 1))) {
                Whorl leaving = cluster.node(3);
                cluster.leave(3);
                assertThat(cluster.isRunning(3)).isFalse();
                assertThat(leaving.stopped().toCompletableFuture().join().kind())
                        .isEqualTo(StopReason.Kind.LEFT);
                cluster.awaitBalance();
                assertThat(cluster.node(0).members()).hasSize(3);
                traffic.assertNothingFailed();
                traffic.verify(nodes(cluster, 0, 1, 2));
                assertThat(events)
                        .contains(
                                new NodeEvent.MemberLeaving(leaving.nodeId()),
                                new NodeEvent.MemberLeft(leaving.nodeId()));
            }
            assertThatExceptionOfType(StartFailedException.class).isThrownBy(() -> cluster.restart(3));
        }
    }

    @Test
    void a_cluster_shrinks_below_the_number_of_copies_and_the_last_node_stays() {
        try (TestCluster cluster = TestCluster.start(3)) {
            try (Traffic traffic = Traffic.at(cluster.node(0))) {
                cluster.leave(2);
                cluster.awaitBalance();
                cluster.leave(1);
                cluster.awaitBalance();
                traffic.awaitProgress();
                traffic.assertNothingFailed();
                traffic.verify(cluster.node(0));
            }
            assertThatExceptionOfType(ChangeRefusedException.class)
                    .isThrownBy(() -> cluster.leave(0))
                    .withMessageContaining("last member");
            assertThat(cluster.isRunning(0)).isTrue();
        }
    }

    @Test
    void a_lost_node_is_removed_and_its_slots_are_rebuilt() {
        try (TestCluster cluster = TestCluster.start(4)) {
            try (Traffic traffic = Traffic.at(nodes(cluster, 0, 1))) {
                String lost = cluster.node(3).nodeId();
                assertThatExceptionOfType(ChangeRefusedException.class)
                        .isThrownBy(() -> cluster.node(0).remove(lost))
                        .withMessageContaining("leave()");
                cluster.lose(3);
                cluster.remove(3);
                cluster.awaitBalance();
                assertThat(cluster.node(0).members()).hasSize(3);
                traffic.awaitProgress();
                traffic.verify(nodes(cluster, 0, 1, 2));
            }
            cluster.awaitConvergence();
        }
    }

    @Test
    void a_node_that_is_dead_for_too_long_is_removed_if_that_is_wanted() {
        try (TestCluster cluster =
                TestCluster.builder(4).removeAfter(Duration.ofMillis(500)).start()) {
            try (Traffic traffic = Traffic.at(nodes(cluster, 0, 1))) {
                cluster.crash(3);
                await().atMost(Duration.ofSeconds(60))
                        .until(() -> cluster.node(0).members().size() == 3);
                cluster.awaitBalance();
                traffic.verify(nodes(cluster, 0, 1, 2));
            }
        }
    }

    @Test
    void a_lost_node_is_replaced_by_a_new_one() {
        try (TestCluster cluster = TestCluster.start(4)) {
            try (Traffic traffic = Traffic.at(nodes(cluster, 0, 1))) {
                Map<String, Long> before = shares(cluster.node(0));
                String lost = cluster.node(3).nodeId();
                cluster.lose(3);
                int fresh = cluster.replace(3);
                cluster.awaitBalance();
                Map<String, Long> after = shares(cluster.node(0));
                assertThat(after).doesNotContainKey(lost);
                assertThat(after.get(cluster.node(fresh).nodeId())).isEqualTo(before.get(lost));
                traffic.awaitProgress();
                traffic.verify(nodes(cluster, 0, 1, 2, fresh));
            }
            cluster.awaitConvergence();
        }
    }

    @Test
    void a_member_takes_the_slots_of_a_lost_one() {
        try (TestCluster cluster = TestCluster.start(4)) {
            try (Traffic traffic = Traffic.at(nodes(cluster, 0, 1))) {
                String lost = cluster.node(3).nodeId();
                cluster.lose(3);
                await().atMost(Duration.ofSeconds(10))
                        .ignoreExceptions()
                        .untilAsserted(() -> cluster.node(1).replace(lost));
                cluster.awaitBalance();
                assertThat(cluster.node(0).members()).hasSize(3);
                traffic.verify(nodes(cluster, 0, 1, 2));
            }
        }
    }

    @Test
    void a_node_that_has_lost_its_disk_joins_anew_at_its_address() {
        try (TestCluster cluster = TestCluster.start(3)) {
            try (Traffic traffic = Traffic.at(nodes(cluster, 0, 1))) {
                String before = cluster.node(2).nodeId();
                cluster.lose(2);
                cluster.restart(2);
                assertThat(cluster.node(2).nodeId()).isNotEqualTo(before);
                cluster.awaitBalance();
                assertThat(cluster.node(0).members())
                        .hasSize(3)
                        .noneMatch(member -> member.nodeId().equals(before));
                traffic.awaitProgress();
                traffic.verify(nodes(cluster, 0, 1, 2));
            }
            cluster.awaitConvergence();
        }
    }

    @Test
    void nodes_join_while_another_leaves() {
        try (TestCluster cluster = TestCluster.start(4)) {
            try (Traffic traffic = Traffic.at(nodes(cluster, 0, 1))) {
                CompletableFuture<Void> leaving = cluster.node(3).leaveAsync();
                cluster.join();
                cluster.join();
                leaving.join();
                cluster.awaitBalance();
                assertThat(cluster.node(0).members()).hasSize(5);
                traffic.assertNothingFailed();
                traffic.verify(nodes(cluster, 0, 1, 2, 4, 5));
            }
        }
    }

    @Test
    void a_joiner_that_dies_half_way_goes_on_when_it_is_started_again() {
        try (TestCluster cluster = TestCluster.builder(3).partitions(256).start()) {
            try (Traffic traffic = Traffic.at(nodes(cluster, 0, 1))) {
                int joiner = cluster.join();
                cluster.crash(joiner);
                assertThat(cluster.node(0).status().isAtRest()).isFalse();
                traffic.awaitProgress();
                cluster.restart(joiner);
                cluster.awaitBalance();
                traffic.verify(nodes(cluster, 0, 1, 2, joiner));
            }
        }
    }

    @Test
    void a_node_that_dies_while_it_leaves_goes_on_leaving_when_it_is_started_again() {
        try (TestCluster cluster = TestCluster.builder(4).partitions(256).start()) {
            try (Traffic traffic = Traffic.at(nodes(cluster, 0, 1))) {
                CompletableFuture<Void> leaving = cluster.node(3).leaveAsync();
                while (cluster.node(0).status().isAtRest() && !leaving.isDone()) {
                    Thread.onSpinWait();
                }
                cluster.crash(3);
                assertThat(leaving).isCompletedExceptionally();
                cluster.restart(3);
                cluster.awaitBalance();
                assertThat(cluster.node(0).members()).hasSize(3);
                traffic.verify(nodes(cluster, 0, 1, 2));
            }
        }
    }

    @Test
    void a_bucket_that_was_dropped_begins_empty_when_it_is_created_again() {
        try (TestCluster cluster = TestCluster.start(3)) {
            Bucket<String, String> old = cluster.node(0).bucket("b", Codec.utf8(), Codec.utf8());
            for (int i = 0; i < 100; i++) {
                old.put("key-" + i, "old");
            }
            cluster.crash(2);
            cluster.node(1).dropBucket("b");
            cluster.node(1).dropBucket("b");
            cluster.node(0)
                    .createBucket("b", BucketOptions.builder().replicas(3).build());
            cluster.restart(2);
            for (int node = 0; node < 3; node++) {
                Bucket<String, String> anew = cluster.node(node).bucket("b", Codec.utf8(), Codec.utf8());
                for (int i = 0; i < 100; i++) {
                    assertThat(anew.get("key-" + i)).isEmpty();
                }
            }
            cluster.awaitConvergence();
        }
    }

    @Test
    void a_bucket_gets_more_copies_and_fewer() {
        try (TestCluster cluster = TestCluster.start(5)) {
            try (Traffic traffic = Traffic.at(nodes(cluster, 0, 1))) {
                BucketOptions.Builder options = BucketOptions.builder().quorums(Quorums.STRICT);
                cluster.node(2).changeBucket(Traffic.BUCKET, options.replicas(5).build());
                cluster.awaitBalance();
                assertThat(shares(cluster.node(0)).values()).containsOnly(32L);
                traffic.awaitProgress();
                cluster.node(3)
                        .changeBucket(
                                Traffic.BUCKET,
                                BucketOptions.builder()
                                        .quorums(Quorums.STRICT)
                                        .replicas(2)
                                        .build());
                cluster.awaitBalance();
                assertThat(shares(cluster.node(0)).values().stream()
                                .mapToLong(count -> count)
                                .sum())
                        .isEqualTo(64);
                traffic.assertNothingFailed();
                traffic.verify(nodes(cluster, 0, 1, 2, 3, 4));
            }
        }
    }

    @Test
    void zones_and_weights_are_followed_and_a_weight_can_be_changed() {
        try (TestCluster cluster =
                TestCluster.builder(3).zones("a", "b", "c").weights(1, 1, 1).start()) {
            try (Traffic traffic = Traffic.at(cluster.node(0))) {
                int fourth = cluster.join("a", 3);
                cluster.awaitBalance();
                String heavy = cluster.node(fourth).nodeId();
                String light = cluster.node(0).nodeId();
                Map<String, Long> shares = shares(cluster.node(0));
                assertThat(shares.get(heavy) + shares.get(light)).isEqualTo(32);
                assertThat(shares.get(heavy)).isEqualTo(24);
                assertThat(cluster.node(0).planReweigh(3).zoneViolations()).isEmpty();
                cluster.node(0).reweigh(3);
                cluster.awaitBalance();
                assertThat(shares(cluster.node(1)).get(light)).isEqualTo(16);
                assertThat(cluster.node(1).status().member(heavy).orElseThrow().weight())
                        .isEqualTo(3);
                traffic.verify(nodes(cluster, 0, fourth));
            }
        }
    }

    @Test
    void a_split_of_the_voters_lets_one_side_change_the_cluster_and_both_serve() {
        try (TestCluster cluster = TestCluster.start(5)) {
            assertThat(cluster.node(0).status().voters()).hasSize(5);
            Bucket<String, String> minority = cluster.node(0).bucket("b", Codec.utf8(), Codec.utf8());
            Bucket<String, String> majority = cluster.node(4).bucket("b", Codec.utf8(), Codec.utf8());
            cluster.split(Set.of(0, 1), Set.of(2, 3, 4));
            assertThatExceptionOfType(WhorlException.class)
                    .isThrownBy(() -> cluster.node(0).createBucket("c", BucketOptions.defaults()))
                    .satisfies(failure -> assertThat(failure.outcome()).isNotNull());
            cluster.node(4).createBucket("d", BucketOptions.defaults());
            for (int i = 0; i < 50; i++) {
                minority.put("minority-" + i, "x");
                majority.put("majority-" + i, "x");
            }
            cluster.heal();
            cluster.awaitConvergence();
            for (int i = 0; i < 50; i++) {
                assertThat(majority.get("minority-" + i)).contains("x");
                assertThat(minority.get("majority-" + i)).contains("x");
            }
        }
    }

    @Test
    void gets_and_puts_go_on_with_every_voter_but_one_dead() {
        try (TestCluster cluster = TestCluster.start(7)) {
            List<String> voters = cluster.node(0).status().voters();
            assertThat(voters).hasSize(5);
            int[] others = IntStream.range(0, 7)
                    .filter(i -> !voters.contains(cluster.node(i).nodeId()))
                    .toArray();
            int[] voting = IntStream.range(0, 7)
                    .filter(i -> voters.contains(cluster.node(i).nodeId()))
                    .toArray();
            Bucket<String, String> bucket = cluster.node(others[0]).bucket("b", Codec.utf8(), Codec.utf8());
            for (int i = 1; i < voting.length; i++) {
                cluster.crash(voting[i]);
            }
            for (int i = 0; i < 50; i++) {
                bucket.put("key-" + i, "value");
                assertThat(bucket.get("key-" + i)).contains("value");
            }
            assertThatExceptionOfType(WhorlException.class)
                    .isThrownBy(() -> cluster.node(others[0]).createBucket("c", BucketOptions.defaults()));
        }
    }

    @Test
    void mistakes_are_refused_with_what_to_do() {
        try (TestCluster cluster = TestCluster.start(2)) {
            Whorl node = cluster.node(0);
            assertThatIllegalArgumentException().isThrownBy(() -> node.remove("me"));
            assertThatIllegalArgumentException().isThrownBy(() -> node.reweigh(0));
            assertThatIllegalArgumentException().isThrownBy(() -> node.leave(Duration.ZERO));
            assertThatExceptionOfType(ChangeRefusedException.class)
                    .isThrownBy(() -> node.remove("00000000000000ff"))
                    .withMessageContaining("no member");
            assertThatExceptionOfType(ChangeRefusedException.class)
                    .isThrownBy(() -> node.remove(node.nodeId()))
                    .withMessageContaining("leave()");
            assertThatExceptionOfType(ChangeRefusedException.class)
                    .isThrownBy(() -> node.changeBucket("none", BucketOptions.defaults()));
            node.dropBucket("none");
        }
    }
}
