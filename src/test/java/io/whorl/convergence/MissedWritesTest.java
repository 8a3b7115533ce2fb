package io.whorl.convergence;

import static org.assertj.core.api.Assertions.assertThat;

import io.whorl.api.AsyncBucket;
import io.whorl.api.Codec;
import io.whorl.convergence.Traffic.Count;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A replica that has missed some writes of many keys converges by exchanging in proportion to what it has missed. The system properties
 * {@code whorl.test.keys} and {@code whorl.test.missed} choose how many; docs/performance.md has the measurement.
 */
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class MissedWritesTest {
    private static final int KEYS = Integer.getInteger("whorl.test.keys", 100_000);
    private static final int MISSED = Integer.getInteger("whorl.test.missed", 100);
    private static final int PARTITIONS = 32;
    private static final int UNDER_WAY = 32; // what a lane lets in, however slow it is
    private static final int TREE_HEIGHT = 15;
    private static final int KEY_BYTES = 11;
    private static final int VALUE_BYTES = 100;
    /** What a record of one sibling takes beside its value at most, its dot and key included. */
    private static final int RECORD_BYTES = VALUE_BYTES + 40;

    @Test
    void what_is_exchanged_is_in_proportion_to_what_was_missed() throws InterruptedException {
        try (CountedCluster cluster = new CountedCluster(3, PARTITIONS, Optional.empty(), UnaryOperator.identity())) {
            AsyncBucket<String, byte[]> bucket =
                    cluster.node(0).bucket("keys", Codec.utf8(), Codec.bytes()).async();
            write(bucket, 0, KEYS, 1);
            cluster.awaitConverged();
            Count nothing = missing(cluster, bucket, 0);
            Count some = missing(cluster, bucket, MISSED);
            Count more = missing(cluster, bucket, 4 * MISSED);
            report("nothing", nothing, 0);
            report("some", some, MISSED);
            report("more", more, 4 * MISSED);

            assertThat(some.bytes() - nothing.bytes())
                    .as("bytes for each missed write, beside what it costs to find out that nothing is missing")
                    .isLessThan(MISSED * 4L * (VALUE_BYTES + 100));
            assertThat(more.bytes() - nothing.bytes())
                    .as("four times the writes, about four times the bytes")
                    .isLessThan(8 * (some.bytes() - nothing.bytes()));
            assertThat(more.messages() - nothing.messages())
                    .as("four times the writes, at most four times the messages")
                    .isLessThanOrEqualTo(4 * (some.messages() - nothing.messages()));
        }
    }

    /** Cuts a node off, writes so many keys that are spread over all, and counts what the healing takes. */
    private static Count missing(CountedCluster cluster, AsyncBucket<String, byte[]> bucket, int writes)
            throws InterruptedException {
        cluster.cutOffTheLast();
        if (writes > 0) {
            write(bucket, 0, KEYS, KEYS / writes);
        }
        cluster.traffic().reset();
        cluster.heal();
        cluster.awaitConverged();
        for (Map.Entry<String, Count> kind : cluster.traffic().counts().entrySet()) {
            System.out.printf("missed %d of %d: %s %s%n", writes, KEYS, kind.getKey(), kind.getValue());
        }
        return cluster.traffic().total();
    }

    private static void report(String what, Count count, int missed) {
        MerkleOnPaper one = new MerkleOnPaper(TREE_HEIGHT, 1, KEYS, missed, KEY_BYTES, RECORD_BYTES);
        MerkleOnPaper each = new MerkleOnPaper(TREE_HEIGHT, PARTITIONS, KEYS, missed, KEY_BYTES, RECORD_BYTES);
        System.out.printf(
                "missed %d of %d keys (%s): %d messages, %d bytes; one hash tree %d messages, %d bytes; one for each"
                        + " partition %d messages, %d bytes%n",
                missed,
                KEYS,
                what,
                count.messages(),
                count.bytes(),
                one.messages(),
                one.bytes(),
                each.messages(),
                each.bytes());
    }

    private static void write(AsyncBucket<String, byte[]> bucket, int from, int to, int step)
            throws InterruptedException {
        Pipeline writes = new Pipeline(UNDER_WAY);
        for (int i = from; i < to; i += step) {
            String key = String.format("key-%07d", i);
            writes.begin(() -> bucket.put(key, new byte[VALUE_BYTES]));
        }
        writes.end();
    }
}
