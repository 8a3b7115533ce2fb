package io.whorl.convergence;

import static org.assertj.core.api.Assertions.assertThat;

import io.whorl.api.AsyncBucket;
import io.whorl.api.Codec;
import io.whorl.core.handoff.HintOptions;
import io.whorl.core.meter.Counter;
import io.whorl.core.node.NodeOptions;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is kept for a node that is away is bounded, and stays so across restarts on RocksDB; the node gets everything all the same. */
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class BoundsTest {
    private static final int NODES = 4;
    private static final int AWAY = NODES - 1;
    private static final int PARTITIONS = 8;
    private static final long HINT_BYTES_PER_TARGET = 60 << 10;
    private static final long HINT_BYTES = 80 << 10;
    private static final long DOT_LOG = 40;
    private static final int KEYS = 800;
    private static final int VALUE_BYTES = 1 << 10;

    @TempDir
    Path directory;

    @Test
    void hints_and_dot_logs_keep_their_bounds_across_a_restart_and_nothing_is_lost_by_it() throws Exception {
        try (CountedCluster cluster =
                new CountedCluster(NODES, PARTITIONS, Optional.of(directory), BoundsTest::tight)) {
            write(cluster, 0, KEYS);
            cluster.awaitConverged();
            cluster.stop(AWAY);
            cluster.awaitReaching(AWAY, AWAY);
            write(cluster, 0, KEYS);
            assertThat(refused(cluster)).as("hints refused at their bound").isPositive();
            long[] kept = keptWithinBounds(cluster);
            awaitShortLogs(cluster);

            for (int node = 0; node < AWAY; node++) {
                cluster.stop(node);
                cluster.start(node);
                cluster.awaitReaching(AWAY, AWAY);
            }
            assertThat(keptWithinBounds(cluster))
                    .as("found again on disk, counted as before")
                    .isEqualTo(kept);
            long refusedBefore = refused(cluster);
            write(cluster, 0, KEYS);
            assertThat(refused(cluster)).as("the bound holds on").isGreaterThan(refusedBefore);
            keptWithinBounds(cluster);
            awaitShortLogs(cluster);

            cluster.start(AWAY);
            cluster.awaitReaching(NODES, NODES);
            cluster.awaitConverged();
            Awaitility.await("all hints are handed over")
                    .atMost(2, TimeUnit.MINUTES)
                    .until(() -> IntStream.range(0, NODES)
                            .allMatch(
                                    node -> cluster.protocol(node).hintBudget().bytes() == 0));
            read(cluster);
        }
    }

    private static NodeOptions.Builder tight(NodeOptions.Builder options) {
        return options.hints(HintOptions.DEFAULT.withBounds(HINT_BYTES_PER_TARGET, HINT_BYTES))
                .dotLogLimit(DOT_LOG);
    }

    private static long[] keptWithinBounds(CountedCluster cluster) {
        long[] kept = IntStream.range(0, AWAY)
                .mapToLong(node -> cluster.protocol(node).hintBudget().bytes())
                .toArray();
        assertThat(Arrays.stream(kept).sum()).as("bytes of hints kept in all").isPositive();
        assertThat(Arrays.stream(kept).max().orElseThrow())
                .as("by each node")
                .isLessThanOrEqualTo(HINT_BYTES_PER_TARGET);
        return kept;
    }

    private static long refused(CountedCluster cluster) {
        return IntStream.range(0, AWAY)
                .mapToLong(node -> cluster.protocol(node).meters().get(Counter.HINTS_REFUSED))
                .sum();
    }

    private static void awaitShortLogs(CountedCluster cluster) {
        Awaitility.await("dot logs within their bound")
                .atMost(2, TimeUnit.MINUTES)
                .until(() -> IntStream.range(0, AWAY)
                        .allMatch(node -> cluster.replicas(node).stream()
                                .allMatch(replica -> replica.logged().size() <= DOT_LOG)));
    }

    private static void write(CountedCluster cluster, int from, int to) throws InterruptedException {
        AsyncBucket<String, byte[]> bucket = bucket(cluster);
        Pipeline writes = new Pipeline(32);
        for (int i = from; i < to; i++) {
            String key = "key-" + i;
            writes.begin(() -> bucket.put(key, new byte[VALUE_BYTES]));
        }
        writes.end();
    }

    private static void read(CountedCluster cluster) throws InterruptedException {
        AsyncBucket<String, byte[]> bucket = bucket(cluster);
        Pipeline reads = new Pipeline(32);
        for (int i = 0; i < KEYS; i++) {
            String key = "key-" + i;
            reads.begin(() -> bucket.fetch(key)
                    .thenAccept(found -> assertThat(found.values()).as(key).hasSize(1)));
        }
        reads.end();
    }

    private static AsyncBucket<String, byte[]> bucket(CountedCluster cluster) {
        return cluster.node(0).bucket("bounded", Codec.utf8(), Codec.bytes()).async();
    }
}
