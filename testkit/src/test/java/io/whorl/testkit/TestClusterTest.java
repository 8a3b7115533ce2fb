package io.whorl.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.whorl.api.Bucket;
import io.whorl.api.Codec;
import io.whorl.api.NodeClosedException;
import io.whorl.api.Outcome;
import io.whorl.api.WhorlException;
import io.whorl.api.WriteOptions;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class TestClusterTest {
    @RegisterExtension
    static final TestCluster cluster = TestCluster.of(5);

    private static Bucket<String, String> carts(int node) {
        return cluster.node(node).bucket("carts", Codec.utf8(), Codec.utf8());
    }

    @Test
    void every_node_knows_every_other() {
        for (int i = 0; i < cluster.size(); i++) {
            assertThat(cluster.node(i).members()).hasSize(5);
        }
    }

    @Test
    void what_one_node_writes_the_others_read() {
        carts(0).put("alice", "book");
        for (int i = 0; i < cluster.size(); i++) {
            assertThat(carts(i).get("alice")).contains("book");
        }
        cluster.awaitConvergence();
    }

    @Test
    void is_empty_again_in_every_test() {
        assertThat(carts(1).get("alice")).isEmpty();
        carts(1).put("alice", "pen");
    }

    @Test
    void is_empty_again_in_every_other_test() {
        assertThat(carts(2).get("alice")).isEmpty();
        carts(2).put("alice", "cup");
    }

    @Test
    void survives_a_split() {
        for (int i = 0; i < 5; i++) {
            carts(i);
        }
        cluster.split(Set.of(0, 1), Set.of(2, 3, 4));
        int acknowledged = 0;
        for (int i = 0; i < 100; i++) {
            for (int side : new int[] {0, 4}) {
                try {
                    carts(side).with(WriteOptions.quorum(1)).put("key-" + i, "of " + side);
                    acknowledged++;
                } catch (WhorlException e) {
                    assertThat(e.outcome()).isEqualTo(Outcome.NOT_APPLIED);
                }
            }
        }
        assertThat(acknowledged).isGreaterThan(50);
        cluster.heal();
        cluster.awaitConvergence();
        int siblings = 0;
        for (int i = 0; i < 100; i++) {
            siblings += carts(3).fetch("key-" + i).values().size();
        }
        assertThat(siblings).isEqualTo(acknowledged);
    }

    @Test
    void a_crashed_node_comes_back_with_its_data() {
        for (int i = 0; i < 50; i++) {
            carts(0).put("key-" + i, "before");
        }
        Bucket<String, String> ofTheDead = carts(4);
        String id = cluster.node(4).nodeId();
        cluster.crash(4);
        assertThat(cluster.isRunning(4)).isFalse();
        assertThatIllegalStateException().isThrownBy(() -> cluster.node(4)).withMessageContaining("restart(4)");
        assertThatExceptionOfType(NodeClosedException.class).isThrownBy(() -> ofTheDead.get("key-0"));
        for (int i = 0; i < 50; i++) {
            carts(1).put("key-" + i, "while it was away");
        }
        cluster.restart(4);
        assertThat(cluster.node(4).nodeId()).isEqualTo(id);
        cluster.awaitConvergence();
        for (int i = 0; i < 50; i++) {
            assertThat(carts(4).fetch("key-" + i).values()).containsExactly("while it was away");
        }
    }

    @Test
    void all_nodes_can_be_down_at_once_and_lose_nothing() {
        for (int i = 0; i < 50; i++) {
            carts(i % 5).put("key-" + i, "value-" + i);
        }
        for (int i = 0; i < 5; i++) {
            if (i % 2 == 0) {
                cluster.crash(i);
            } else {
                cluster.stop(i);
            }
        }
        for (int i = 0; i < 5; i++) {
            cluster.restart(i);
        }
        cluster.awaitConvergence();
        for (int i = 0; i < 50; i++) {
            assertThat(carts(i % 5).get("key-" + i)).contains("value-" + i);
        }
    }

    @Test
    void a_running_node_can_be_restarted() {
        carts(0).put("alice", "book");
        cluster.restart(0);
        assertThat(carts(0).get("alice")).contains("book");
    }

    @Test
    void a_slow_link_is_slow_and_only_that() {
        carts(0);
        cluster.slow(0, 1, Duration.ofMillis(50));
        for (int i = 0; i < 20; i++) {
            carts(0).put("key-" + i, "x");
        }
        cluster.heal();
        cluster.awaitConvergence();
    }

    @Test
    void an_isolated_node_catches_up() {
        carts(0).put("alice", "book");
        cluster.isolate(2);
        carts(0).put("alice", "pen");
        cluster.heal();
        cluster.awaitConvergence();
        assertThat(carts(2).fetch("alice").values()).containsExactly("pen");
    }

    @Test
    void says_what_differs_when_there_is_no_convergence() {
        carts(0).put("alice", "book");
        cluster.awaitConvergence();
        for (int i = 1; i < 5; i++) {
            cluster.isolate(i);
        }
        for (int i = 0; i < 5; i++) {
            for (int key = 0; key < 20; key++) {
                try {
                    carts(i).with(WriteOptions.quorum(1)).put("key-" + key, "x");
                } catch (WhorlException e) {
                    assertThat(e.outcome()).isEqualTo(Outcome.NOT_APPLIED);
                }
            }
        }
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> cluster.awaitConvergence(Duration.ofMillis(100)))
                .withMessageContaining("bucket 'carts', partition")
                .withMessageContaining("has seen");
    }

    @Test
    void refuses_nodes_that_do_not_exist() {
        assertThatIllegalArgumentException().isThrownBy(() -> cluster.node(5)).withMessageContaining("0 to 4");
        assertThatIllegalArgumentException().isThrownBy(() -> cluster.split(Set.of(0), Set.of(0, 1)));
        assertThatIllegalArgumentException().isThrownBy(() -> TestCluster.of(0));
    }
}
