package io.whorl.convergence;

import static org.assertj.core.api.Assertions.assertThat;

import io.whorl.api.AsyncBucket;
import io.whorl.api.Codec;
import io.whorl.core.spi.Space;
import io.whorl.storage.ClosedDirectory;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Deletes leave nothing on RocksDB's disk once every replica has seen them. The system property {@code whorl.test.mebibytes} says how
 * much is written before, by default 20 MiB.
 */
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class DeletedBytesTest {
    private static final int PARTITIONS = 16;
    private static final int VALUE_BYTES = 16 << 10;
    private static final long LOADED = (long) Integer.getInteger("whorl.test.mebibytes", 20) << 20;
    private static final int KEYS = (int) (LOADED / VALUE_BYTES);
    private static final int UNDER_WAY = 32; // what a lane lets in, however slow it is
    private static final long LEFT_AT_MOST = 2 << 20;

    @TempDir
    Path directory;

    @Test
    void no_entry_and_few_bytes_are_left_of_keys_that_all_replicas_know_to_be_deleted() throws Exception {
        int nodes;
        try (CountedCluster cluster =
                new CountedCluster(3, PARTITIONS, Optional.of(directory), UnaryOperator.identity())) {
            nodes = cluster.size();
            loadAndDelete(cluster);
        }
        for (int node = 0; node < nodes; node++) {
            ClosedDirectory closed = new ClosedDirectory(directory.resolve("node-" + node));
            closed.compact();
            Map<Space, Long> entries = closed.entries();
            System.out.printf(
                    "deleted %d MiB of %d keys: node %d has %s and %d bytes of files%n",
                    LOADED >> 20, KEYS, node, entries, closed.bytes());
            assertThat(entries.get(Space.RECORDS)).as("records").isZero();
            assertThat(entries.get(Space.DOTS))
                    .as("dots that some replica may lack")
                    .isZero();
            assertThat(entries.get(Space.HINTS)).as("hints").isZero();
            assertThat(entries.get(Space.META))
                    .as("identity, cluster state, and for each replica what it has seen of each run")
                    .isLessThan(20L + PARTITIONS * (2L + nodes));
            assertThat(closed.bytes()).as("bytes of all files").isLessThan(LEFT_AT_MOST);
        }
    }

    private static void loadAndDelete(CountedCluster cluster) throws InterruptedException {
        AsyncBucket<String, byte[]> bucket =
                cluster.node(0).bucket("large", Codec.utf8(), Codec.bytes()).async();
        SplittableRandom random = new SplittableRandom(1); // what LZ4 cannot make small
        Pipeline requests = new Pipeline(UNDER_WAY);
        for (int i = 0; i < KEYS; i++) {
            byte[] value = new byte[VALUE_BYTES];
            random.nextBytes(value);
            String key = "key-" + i;
            requests.begin(() -> bucket.put(key, value));
        }
        requests.end();
        cluster.awaitConverged();
        Pipeline deletes = new Pipeline(UNDER_WAY);
        for (int i = 0; i < KEYS; i++) {
            String key = "key-" + i;
            deletes.begin(() -> bucket.delete(key));
        }
        deletes.end();
        Awaitility.await("all replicas have seen all")
                .atMost(5, TimeUnit.MINUTES)
                .until(() -> {
                    boolean empty = true;
                    for (int node = 0; node < cluster.size(); node++) {
                        empty &= cluster.replicas(node).stream()
                                .allMatch(replica -> replica.records().isEmpty()
                                        && replica.logged().isEmpty());
                    }
                    return empty;
                });
    }
}
