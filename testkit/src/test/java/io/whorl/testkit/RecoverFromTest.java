package io.whorl.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import io.whorl.api.Bucket;
import io.whorl.api.BucketOptions;
import io.whorl.api.ChangeRefusedException;
import io.whorl.api.Codec;
import io.whorl.api.QuorumUnavailableException;
import io.whorl.api.WhorlException;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A cluster that loses most of its voters for good, and goes on with who is left. */
@Timeout(120)
class RecoverFromTest {

    private static String id(TestCluster cluster, int index) {
        return cluster.node(index).nodeId();
    }

    @Test
    void survivors_go_on_with_what_they_have_and_the_old_line_ends() {
        try (TestCluster cluster = TestCluster.start(5)) {
            Bucket<String, String> bucket = cluster.node(0).bucket("b", Codec.utf8(), Codec.utf8());
            for (int i = 0; i < 200; i++) {
                bucket.put("key-" + i, "value");
            }
            cluster.awaitConvergence();
            for (int lost = 2; lost < 5; lost++) {
                cluster.crash(lost);
            }
            assertThatExceptionOfType(WhorlException.class)
                    .isThrownBy(() -> cluster.node(0).createBucket("c", BucketOptions.defaults()));

            cluster.node(0).recoverFrom(Set.of(id(cluster, 0), id(cluster, 1)));

            cluster.awaitBalance();
            assertThat(cluster.node(1).members()).hasSize(2);
            assertThat(cluster.node(1).status().epoch()).isGreaterThan(1_000_000);
            cluster.node(1).createBucket("c", BucketOptions.defaults());
            int kept = 0;
            for (int i = 0; i < 200; i++) {
                bucket.put("more-" + i, "value");
                kept += bucket.get("key-" + i).isPresent() ? 1 : 0;
            }
            // Of five nodes, three are all holders of one partition in ten, about; perhaps of none.
            assertThat(kept).isBetween(120, 200);
            cluster.awaitConvergence();

            assertThatExceptionOfType(Throwable.class).isThrownBy(() -> cluster.restart(2));
            await().atMost(Duration.ofSeconds(20)).until(() -> !cluster.isRunning(2));
            int fresh = cluster.join();
            cluster.awaitBalance();
            assertThat(cluster.node(fresh).members()).hasSize(3);
            cluster.awaitConvergence();
        }
    }

    @Test
    void a_survivor_that_was_away_when_the_others_went_on_is_none() {
        try (TestCluster cluster = TestCluster.start(3)) {
            cluster.crash(1);
            cluster.crash(2);
            cluster.node(0).recoverFrom(Set.of(id(cluster, 0)));
            assertThat(cluster.node(0).members())
                    .extracting(member -> member.nodeId())
                    .contains(id(cluster, 0));
            cluster.awaitBalance();
            assertThat(cluster.node(0).members()).hasSize(1);
            assertThatExceptionOfType(Throwable.class).isThrownBy(() -> cluster.restart(1));
            await().atMost(Duration.ofSeconds(20)).until(() -> !cluster.isRunning(1));
        }
    }

    @Test
    void it_is_refused_while_most_voters_can_be_reached_and_without_everybody_who_is_left() {
        try (TestCluster cluster = TestCluster.start(5)) {
            Set<String> two = Set.of(id(cluster, 0), id(cluster, 1));
            Set<String> three = Set.of(id(cluster, 0), id(cluster, 1), id(cluster, 2));
            assertThatExceptionOfType(ChangeRefusedException.class)
                    .isThrownBy(() -> cluster.node(0).recoverFrom(two))
                    .withMessageContaining("remove");
            cluster.crash(2);
            cluster.crash(3);
            cluster.crash(4);
            assertThatExceptionOfType(QuorumUnavailableException.class)
                    .isThrownBy(() -> cluster.node(0).recoverFrom(three));
            assertThatExceptionOfType(ChangeRefusedException.class)
                    .isThrownBy(() -> cluster.node(0).recoverFrom(Set.of(id(cluster, 1))));
            assertThatExceptionOfType(ChangeRefusedException.class)
                    .isThrownBy(() -> cluster.node(0).recoverFrom(Set.of("00000000000000ff", id(cluster, 0))));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> cluster.node(0).recoverFrom(Set.of()));
            assertThat(cluster.node(0).status().epoch()).isLessThan(1_000);
            assertThat(cluster.node(0).stopped().toCompletableFuture().isDone()).isFalse();
        }
    }
}
