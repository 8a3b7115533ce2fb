package io.whorl.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.whorl.Whorl;
import io.whorl.api.Bucket;
import io.whorl.api.BucketOptions;
import io.whorl.api.Codec;
import io.whorl.api.Holder;
import io.whorl.api.Outcome;
import io.whorl.api.QuorumUnavailableException;
import io.whorl.api.Quorums;
import io.whorl.api.ReadOptions;
import io.whorl.api.WriteOptions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Who says strict, on a handle or for a whole bucket, gets only holders' answers; everybody else gets an answer. */
class StrictnessTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @RegisterExtension
    static final TestCluster cluster = TestCluster.of(5);

    private Whorl node;

    @BeforeEach
    void open() {
        node = cluster.node(0);
    }

    /** A key that node 0 does not hold, and of whose three holders two are crashed. */
    private String keyWithOneHolderLeft(Bucket<String, String> bucket) {
        String key = IntStream.iterate(0, i -> i + 1)
                .mapToObj(i -> "key " + i)
                .filter(each -> bucket.holders(each).stream().noneMatch(Holder::local))
                .findFirst()
                .orElseThrow();
        bucket.put(key, "old");
        cluster.awaitConvergence();
        for (Holder holder : bucket.holders(key).subList(0, 2)) {
            cluster.crash(indexOf(holder.nodeId()));
        }
        return key;
    }

    private int indexOf(String nodeId) {
        return IntStream.range(0, cluster.size())
                .filter(i -> cluster.isRunning(i) && cluster.node(i).nodeId().equals(nodeId))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void a_handle_chooses() throws Exception {
        Bucket<String, String> sloppy = node.bucket("carts", Codec.utf8(), Codec.utf8());
        Bucket<String, String> strict = sloppy.with(ReadOptions.defaults().strict())
                .with(WriteOptions.defaults().strict());
        String key = keyWithOneHolderLeft(sloppy);

        assertThatExceptionOfType(QuorumUnavailableException.class)
                .isThrownBy(() -> strict.put(key, "new"))
                .satisfies(e -> assertThat(e.outcome()).isEqualTo(Outcome.NOT_APPLIED));
        assertThatExceptionOfType(QuorumUnavailableException.class).isThrownBy(() -> strict.get(key));
        assertThat(catchThrowable(() -> strict.async().put(key, "new").get()))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(QuorumUnavailableException.class);
        assertThat(strict.with(ReadOptions.quorum(1).strict()).get(key)).contains("old");

        sloppy.put(key, "new");
        assertThat(sloppy.get(key)).contains("new");
        sloppy.update(key, old -> old.orElseThrow() + "er");
        assertThat(sloppy.async().get(key).get()).contains("newer");
        assertThat(node.metrics().value("requests.put.quorum_unavailable")).hasValue(2);
        assertThat(node.metrics().value("requests.get.quorum_unavailable")).hasValue(1);

        restartAll();
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(
                                strict.with(ReadOptions.quorum(3).strict()).get(key))
                        .contains("newer"));
    }

    @Test
    void a_bucket_chooses_for_all_handles_that_do_not() {
        node.createBucket(
                "locks", BucketOptions.builder().quorums(Quorums.STRICT).build());
        Bucket<String, String> locks = node.bucket("locks", Codec.utf8(), Codec.utf8());
        String key = keyWithOneHolderLeft(locks);

        assertThatExceptionOfType(QuorumUnavailableException.class).isThrownBy(() -> locks.put(key, "new"));
        assertThatExceptionOfType(QuorumUnavailableException.class).isThrownBy(() -> locks.get(key));
        Bucket<String, String> sloppy = locks.with(WriteOptions.defaults().sloppy())
                .with(ReadOptions.defaults().sloppy());
        sloppy.put(key, "new");
        assertThat(sloppy.get(key)).contains("new");
    }

    @Test
    void the_counters_and_the_status_tell_of_a_hints_whole_life() {
        Bucket<String, String> carts = node.bucket("carts", Codec.utf8(), Codec.utf8());
        String key = keyWithOneHolderLeft(carts);
        List<String> lost = carts.holders(key).stream()
                .filter(holder -> !holder.reachable())
                .map(Holder::nodeId)
                .toList();
        carts.put(key, "new");

        assertThat(lost).hasSize(2);
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(sum("counter.hints_kept")).isPositive());
        assertThat(sum("gauge.hints_held")).isPositive();
        assertThat(sum("gauge.hint_bytes_held")).isPositive();
        assertThat(running()
                        .mapToLong(other -> lost.stream()
                                .mapToLong(id -> other.status()
                                        .member(id)
                                        .orElseThrow()
                                        .hints()
                                        .count())
                                .sum())
                        .sum())
                .isPositive();

        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(sum("gauge.members_dead")).isEqualTo(6));
        restartAll();
        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> assertThat(sum("counter.hints_handed_over")).isPositive());
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(sum("gauge.hints_held")).isZero());
        cluster.awaitConvergence();
        assertThat(sum("counter.hints_taken_over")).isPositive();
        assertThat(sum("counter.storage_batches")).isPositive();
        assertThat(sum("counter.storage_syncs")).isPositive();
        assertThat(sum("counter.members_died")).isPositive();
        assertThat(sum("counter.members_returned")).isPositive();
        assertThat(sum("counter.probes_sent")).isPositive();
        assertThat(sum("counter.repair_summaries")).isPositive();
        assertThat(sum("counter.forwards")).isPositive();
        assertThat(sum("gauge.replicas")).isEqualTo(3 * 32);
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(sum("gauge.events_behind")).isZero());
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(sum("gauge.dots_logged")).isZero());
    }

    private Stream<Whorl> running() {
        return IntStream.range(0, cluster.size()).filter(cluster::isRunning).mapToObj(cluster::node);
    }

    private long sum(String name) {
        return running()
                .mapToLong(each -> each.metrics().value(name).orElseThrow())
                .sum();
    }

    private void restartAll() {
        for (int i = 0; i < cluster.size(); i++) {
            if (!cluster.isRunning(i)) {
                cluster.restart(i);
            }
        }
    }
}
