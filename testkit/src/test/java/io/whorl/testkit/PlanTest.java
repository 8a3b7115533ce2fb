package io.whorl.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.whorl.Whorl;
import io.whorl.api.Bucket;
import io.whorl.api.BucketMismatchException;
import io.whorl.api.BucketOptions;
import io.whorl.api.ChangeRefusedException;
import io.whorl.api.ClusterPlan;
import io.whorl.api.Codec;
import io.whorl.api.Durability;
import io.whorl.api.MoveKind;
import io.whorl.api.NodeClosedException;
import io.whorl.api.NodeShare;
import io.whorl.api.PlannedMove;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Changes of a cluster on paper: what they say, and that nothing comes of them. */
class PlanTest {
    private static final int PARTITIONS = 32;
    private static final int VALUE_BYTES = 1_000;
    private static final int KEYS = 400;

    @RegisterExtension
    static final TestCluster cluster = TestCluster.of(3);

    private static Whorl filled() {
        Whorl node = cluster.node(0);
        Bucket<String, byte[]> bucket = node.bucket("plan", Codec.utf8(), Codec.bytes());
        for (int i = 0; i < KEYS; i++) {
            bucket.put("key-" + i, new byte[VALUE_BYTES]);
        }
        return node;
    }

    @Test
    void a_joiner_gets_its_share_and_its_bytes_are_about_those_of_that_share() {
        Whorl node = filled();
        ClusterPlan plan = node.planJoin("", 1);

        assertThat(plan.shares())
                .hasSize(4)
                .allSatisfy(share -> assertThat(share.after()).isEqualTo(3 * PARTITIONS / 4));
        assertThat(plan.shares().stream().mapToLong(NodeShare::before).sum()).isEqualTo(3 * PARTITIONS);
        assertThat(plan.moves())
                .hasSizeGreaterThanOrEqualTo(3 * PARTITIONS / 4)
                .allMatch(move -> move.kind() == MoveKind.TAKEN && !move.begun())
                .allMatch(move -> move.buckets().equals(List.of("plan")));
        assertThat(plan.replicasCopied()).isEqualTo(plan.moves().size());
        long stored = 3L * KEYS * VALUE_BYTES;
        assertThat(plan.bytes()).isBetween(stored / 4 * 8 / 10, stored / 4 * 14 / 10);
        assertThat(plan.toString()).contains("plan on epoch " + plan.epoch());
        assertThat(node.status().epoch()).isEqualTo(plan.epoch());
        assertThat(node.status().isAtRest()).isTrue();
        assertThat(node.members()).hasSize(3);
    }

    @Test
    void with_fewer_members_than_copies_slots_are_given_up() {
        Whorl node = filled();
        assertThat(node.planLeave().moves())
                .hasSize(PARTITIONS)
                .allMatch(move -> move.kind() == MoveKind.GIVEN_UP && move.bytes() == 0);
        assertThat(node.planRemove(cluster.node(1).nodeId()).shares())
                .allMatch(share ->
                        share.after() == (share.nodeId().equals(cluster.node(1).nodeId()) ? 0 : PARTITIONS));
        assertThat(node.planReplace(cluster.node(1).nodeId()).moves()).hasSize(PARTITIONS);
    }

    @Test
    void another_number_of_copies_moves_one_slot_of_each_partition() {
        Whorl node = filled();
        ClusterPlan plan =
                node.planBucket("plan", BucketOptions.builder().replicas(2).build());
        assertThat(plan.moves())
                .hasSize(PARTITIONS)
                .extracting(PlannedMove::kind)
                .containsOnly(MoveKind.GIVEN_UP);
        assertThat(node.planReweigh(1).moves()).isEmpty();
    }

    @Test
    void what_would_be_refused_is_refused_on_paper() {
        Whorl node = filled();
        assertThatExceptionOfType(ChangeRefusedException.class)
                .isThrownBy(() -> node.planRemove("00000000000000ff"))
                .withMessageContaining("00000000000000ff");
        assertThatExceptionOfType(ChangeRefusedException.class).isThrownBy(() -> node.planReplace(node.nodeId()));
        assertThatExceptionOfType(ChangeRefusedException.class)
                .isThrownBy(() -> node.planBucket("none", BucketOptions.defaults()));
        assertThatExceptionOfType(BucketMismatchException.class)
                .isThrownBy(() -> node.planBucket(
                        "plan",
                        BucketOptions.builder().durability(Durability.FSYNC).build()));
        assertThatIllegalArgumentException().isThrownBy(() -> node.planRemove("me"));
        assertThatIllegalArgumentException().isThrownBy(() -> node.planReweigh(0));
        assertThatIllegalArgumentException().isThrownBy(() -> node.planJoin("", 0));
        assertThatIllegalArgumentException().isThrownBy(() -> node.planJoin("two words", 1));
        node.close();
        assertThatExceptionOfType(NodeClosedException.class).isThrownBy(node::planLeave);
    }

    @Test
    void the_last_member_cannot_leave_on_paper() {
        try (TestCluster alone = TestCluster.start(1)) {
            assertThatExceptionOfType(ChangeRefusedException.class)
                    .isThrownBy(() -> alone.node(0).planLeave())
                    .withMessageContaining("last member");
        }
    }
}
