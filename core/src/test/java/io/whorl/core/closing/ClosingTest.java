package io.whorl.core.closing;

import static org.assertj.core.api.Assertions.assertThat;

import io.whorl.api.BucketOptions;
import io.whorl.core.coordinate.WriteResult;
import io.whorl.core.message.ClosingMessage;
import io.whorl.core.message.Write;
import io.whorl.core.node.ReplicaSnapshot;
import io.whorl.core.ring.BucketDefinition;
import io.whorl.core.ring.Closings;
import io.whorl.core.testing.Answer;
import io.whorl.core.testing.TestNode;
import io.whorl.core.testing.World;
import io.whorl.core.version.BoundContext;
import io.whorl.core.version.DotSet;
import io.whorl.core.version.DotSetCodec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Runs that have ended are closed: seen-sets and contexts stay small however often nodes are restarted, and nothing is lost by it. */
class ClosingTest {
    private final World world = new World(5);

    @Test
    void after_a_thousand_restarts_contexts_and_seen_sets_are_small_and_every_value_is_there() {
        List<TestNode> nodes = cluster(5);
        BucketDefinition bucket = nodes.get(0).bucket("b", BucketOptions.defaults());
        world.run(200);
        Map<String, String> expected = new LinkedHashMap<>();
        int longestContext = 0;
        for (int restart = 0; restart < 1_000; restart++) {
            TestNode node = nodes.get(restart % nodes.size());
            if (world.random().nextInt(2) == 0) {
                node.crash();
            } else {
                node.kill();
            }
            world.run(20);
            node.start();
            world.until(() -> node.ready);
            world.run(150);
            String key = "k" + restart % 20;
            Answer<WriteResult> written = node.put(bucket, key, "v" + restart);
            assertThat(written.failure).isNull();
            expected.put(key, "v" + restart);
            BoundContext context = new BoundContext(1, 1, 1, written.result.history());
            longestContext = Math.max(longestContext, context.encode().length);
            world.run(300);
        }
        world.run(5_000);

        assertThat(longestContext).as("bytes of the longest context").isLessThan(300);
        int largest = 0;
        for (TestNode node : nodes) {
            for (ReplicaSnapshot replica : node.replicas()) {
                largest = Math.max(largest, DotSetCodec.encode(replica.seen()).length);
            }
        }
        assertThat(largest).as("bytes of the largest seen-set").isLessThan(1_024);
        expected.forEach((key, value) ->
                assertThat(nodes.get(2).values(bucket, key, 0)).as(key).containsExactly(value));
        Closings closings = closings(nodes.get(0));
        assertThat(closings.closed().size()).isGreaterThan(500);
        assertThat(nodes).allMatch(node -> node.stopReason == null);
        assertThat(nodes.get(0).node.state().orElseThrow().encode().length).isLessThan(10_000);
    }

    @Test
    void a_context_of_before_names_the_closed_run_and_still_replaces_what_it_has_seen() {
        List<TestNode> nodes = cluster(3);
        BucketDefinition bucket = nodes.get(0).bucket("b", BucketOptions.defaults());
        world.run(200);
        DotSet before = nodes.get(0).put(bucket, "k", "seen").result.history();
        restartUntilClosed(nodes, bucket, before.actors().get(0).run());

        nodes.get(1).write(bucket, "k", new Write(TestNode.bytes("beside"), DotSet.empty(), 0), 0);
        world.run(500);
        assertThat(nodes.get(2).values(bucket, "k", 0))
                .as("who has read nothing replaces nothing, closed or not")
                .containsExactly("beside", "seen");
        nodes.get(1).write(bucket, "k", new Write(TestNode.bytes("after"), before, 0), 0);
        world.run(500);
        assertThat(nodes.get(2).values(bucket, "k", 0)).containsExactly("after", "beside");
    }

    @Test
    void a_freeze_that_cannot_be_reported_for_is_lifted_and_tried_again() {
        List<TestNode> nodes = cluster(3);
        BucketDefinition bucket = nodes.get(0).bucket("b", BucketOptions.defaults());
        world.run(200);
        long run = nodes.get(0)
                .put(bucket, "k", "v")
                .result
                .history()
                .actors()
                .get(0)
                .run();
        int[] lost = new int[1];
        world.loses = sent -> {
            boolean report = sent.envelope().message() instanceof ClosingMessage.Report said && said.freeze() != 0;
            lost[0] += report ? 1 : 0;
            return report;
        };
        for (int i = 0; i < 8; i++) {
            restart(nodes.get(i % 3), bucket, "other");
        }
        world.until(() -> lost[0] > 0);
        world.until(() -> closings(nodes.get(0)).equals(Closings.NONE));
        world.loses = sent -> false;
        restartUntilClosed(nodes, bucket, run);
        assertThat(nodes.get(1).values(bucket, "k", 0)).containsExactly("v");
    }

    private void restartUntilClosed(List<TestNode> nodes, BucketDefinition bucket, long run) {
        for (int i = 0; closings(nodes.get(0)).closed().closing(run) == 0; i++) {
            assertThat(i).as("restarts until a run is closed").isLessThan(60);
            restart(nodes.get(i % nodes.size()), bucket, "key" + i % 5);
        }
        world.run(1_000);
    }

    private void restart(TestNode node, BucketDefinition bucket, String key) {
        node.kill();
        world.run(20);
        node.start();
        world.until(() -> node.ready);
        world.run(400);
        node.put(bucket, key, "x");
        world.run(400);
    }

    private List<TestNode> cluster(int count) {
        for (int i = 0; i < count; i++) {
            world.node(i).options = builder -> builder.closingInterval(400 * World.MILLISECOND)
                    .closingAtLeast(4)
                    .repairInterval(50 * World.MILLISECOND)
                    .syncInterval(10 * World.MILLISECOND);
        }
        return world.cluster(count);
    }

    private static Closings closings(TestNode node) {
        return node.node.state().orElseThrow().closings();
    }
}
