package io.whorl.core.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.whorl.api.BucketOptions;
import io.whorl.core.coordinate.ReadResult;
import io.whorl.core.coordinate.WriteResult;
import io.whorl.core.message.Write;
import io.whorl.core.ring.BucketDefinition;
import io.whorl.core.spi.Space;
import io.whorl.core.testing.Answer;
import io.whorl.core.testing.TestNode;
import io.whorl.core.testing.World;
import io.whorl.core.version.DotSet;
import io.whorl.core.version.DotSetCodec;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What causality costs in bytes: on disk, and in the context that a caller gets. */
class MetadataTest {
    /** A run, a stint with a role, and a counter. */
    private static final int DOT_BYTES = 8 + 1 + 2;

    private static final int MOST_BESIDE_VALUE_AND_DOT = 40;

    private final World world = new World(7);
    private final List<TestNode> nodes = world.cluster(5);
    private final BucketDefinition bucket = nodes.get(0).bucket("b", BucketOptions.defaults());

    @Test
    void in_a_healthy_cluster_a_stored_record_is_its_value_one_dot_and_at_most_forty_bytes_more() {
        byte[] value = new byte[100];
        for (int i = 0; i < 300; i++) {
            Answer<WriteResult> put = nodes.get(i % 5).write(bucket, "key" + i % 50, new Write(value, null, 0), 0);
            world.until(put::ended);
            assertThat(put.failure).isNull();
        }
        world.run(10_000);
        int records = 0;
        for (TestNode node : nodes) {
            for (byte[] stored : node.storage.entries(Space.RECORDS).values()) {
                records++;
                assertThat(stored.length).isLessThanOrEqualTo(value.length + DOT_BYTES + MOST_BESIDE_VALUE_AND_DOT);
            }
            assertThat(node.storage.entries(Space.DOTS))
                    .as("every replica has seen every dot durably")
                    .isEmpty();
            assertThat(node.storage.entries(Space.HINTS)).isEmpty();
        }
        assertThat(records).isEqualTo(50 * 3);
    }

    @Test
    void siblings_under_many_concurrent_writers_never_exceed_the_writers() {
        int writers = 64;
        List<DotSet> contexts = new ArrayList<>();
        for (int i = 0; i < writers; i++) {
            contexts.add(DotSet.empty());
        }
        for (int round = 0; round < 6; round++) {
            List<Answer<WriteResult>> puts = new ArrayList<>();
            for (int writer = 0; writer < writers; writer++) {
                Write write = new Write(TestNode.bytes(writer + "." + round), contexts.get(writer), 0);
                puts.add(nodes.get(writer % 5).write(bucket, "k", write, 0));
            }
            for (int writer = 0; writer < writers; writer++) {
                Answer<WriteResult> put = puts.get(writer);
                world.until(put::ended);
                contexts.set(writer, put.result.history());
            }
            Answer<ReadResult> read = nodes.get(round % 5).read(bucket, "k", 0);
            world.until(read::ended);
            assertThat(read.result.siblings()).hasSizeBetween(1, writers);
        }
    }

    @Test
    void a_returned_context_grows_by_one_entry_for_each_run_that_wrote_until_runs_are_closed() {
        int fresh = contextBytes();
        for (int restart = 0; restart < 100; restart++) {
            TestNode node = nodes.get(restart % 5);
            if (restart % 2 == 0) {
                node.crash();
            } else {
                node.kill();
            }
            node.start();
            world.until(() -> node.ready);
            world.run(2_000);
            assertThat(contextBytes()).isPositive();
        }
        world.run(20_000);
        int after = contextBytes();
        System.out.printf("a returned context on five nodes: %d bytes fresh, %d after 100 restarts%n", fresh, after);
        assertThat(fresh).isLessThan(150);
        // An actor and its base are 8 bytes of run, a stint with a role, and a counter. Holders coordinate: three of
        // five write here.
        assertThat(after).isLessThan(fresh + 100 * (DOT_BYTES + 2));
    }

    /** Writes through every node, reads, and measures what the caller would carry along. */
    private int contextBytes() {
        for (TestNode node : nodes) {
            assertThat(node.put(bucket, "k", "v").failure).isNull();
        }
        Answer<ReadResult> read = nodes.get(0).read(bucket, "k", 0);
        world.until(read::ended);
        return DotSetCodec.encode(read.result.history()).length;
    }
}
