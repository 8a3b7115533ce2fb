package io.whorl.core.handoff;

import static io.whorl.core.handoff.HintFixtures.A;
import static io.whorl.core.handoff.HintFixtures.B;
import static io.whorl.core.handoff.HintFixtures.BUCKET;
import static io.whorl.core.handoff.HintFixtures.REPLICA;
import static io.whorl.core.handoff.HintFixtures.RUN;
import static io.whorl.core.handoff.HintFixtures.bytes;
import static io.whorl.core.handoff.HintFixtures.dot;
import static io.whorl.core.handoff.HintFixtures.record;
import static io.whorl.core.handoff.HintFixtures.versions;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whorl.core.message.Refusal;
import io.whorl.core.meter.Counter;
import io.whorl.core.ring.NodeId;
import io.whorl.core.spi.StorageException;
import io.whorl.core.testing.TestStorage;
import io.whorl.core.version.DotSet;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Past its bounds in bytes a fallback refuses and counts it; nothing that was kept is dropped. */
class HintBoundsTest {
    private static final String VALUE = "v".repeat(1_000);

    private final HintFixtures node = new HintFixtures();

    private void bounds(long ofTarget, long ofAll) {
        node.options = HintOptions.DEFAULT.withBounds(ofTarget, ofAll);
        node.restart(RUN);
    }

    private int fill(NodeId target) {
        int kept = 0;
        while (node.keep(target, "k" + kept, kept + 1, VALUE)) {
            kept++;
        }
        return kept;
    }

    @Test
    void a_target_has_its_bound() {
        bounds(10_000, 1_000_000);
        assertThat(fill(A)).isEqualTo(9);
        assertThat(node.hintsFor(A)).hasSize(9);
        assertThat(node.hints.keep(A, REPLICA, bytes("k0"), record(dot(100), VALUE), DotSet.empty()))
                .as("a further value of a key that has a hint")
                .contains(Refusal.HINTS_FULL);
        assertThat(node.keep(B, "k", 1, VALUE)).as("for another target").isTrue();
        assertThat(node.meters.get(Counter.HINTS_REFUSED)).isEqualTo(2);
        assertThat(node.budget.bytes()).isEqualTo(node.hints.bytes());
    }

    @Test
    void all_targets_together_have_one() {
        bounds(1_000_000, 10_000);
        assertThat(fill(A)).isEqualTo(9);
        assertThat(node.keep(B, "k", 1, VALUE)).isFalse();
        assertThat(node.budget.targets())
                .extracting(HintBudget.TargetHints::target)
                .containsExactly(A);
    }

    @Test
    void what_was_kept_counts_after_a_restart_too() {
        bounds(10_000, 1_000_000);
        fill(A);
        long bytes = node.budget.bytes();
        node.restart(RUN + 1);
        assertThat(node.budget.bytes()).isEqualTo(bytes);
        assertThat(node.keep(A, "another", 1, VALUE)).isFalse();

        node.options = HintOptions.DEFAULT.withBounds(100, 100);
        node.restart(RUN + 2);
        assertThat(node.hintsFor(A)).as("though the bound was lowered").hasSize(9);
    }

    @Test
    void handing_over_makes_room() {
        bounds(10_000, 1_000_000);
        int kept = fill(A);
        node.hints.shelf().remove(A, REPLICA, versions(node.hintsFor(A).subList(0, 2)));
        assertThat(node.keep(A, "x", 101, VALUE)).isTrue();
        assertThat(node.keep(A, "y", 102, VALUE)).isTrue();
        assertThat(node.keep(A, "z", 103, VALUE)).isFalse();
        node.hints.shelf().remove(A, REPLICA, versions(node.hintsFor(A)));
        assertThat(node.budget.bytes()).isZero();
        assertThat(node.budget.targets()).isEmpty();
        assertThat(node.budget.finished(A)).isEqualTo(kept + 2);
        assertThat(node.budget.finished(A)).as("told once").isZero();
    }

    @Test
    void a_write_is_kept_for_all_targets_or_for_none() {
        bounds(10_000, 1_000_000);
        fill(B);
        long bytes = node.budget.bytes();
        int batches = node.storage.batches();

        FallbackWrite write = node.write("new", VALUE, null, BUCKET);

        assertThat(write).isInstanceOfSatisfying(FallbackWrite.Refused.class, refused -> {
            assertThat(refused.reason()).isEqualTo(Refusal.HINTS_FULL);
            assertThat(refused.detail()).contains(B.toString());
        });
        assertThat(node.storage.batches()).isEqualTo(batches);
        assertThat(node.budget.bytes()).isEqualTo(bytes);
        assertThat(node.hintsFor(A)).isEmpty();
        node.hints.shelf().remove(B, REPLICA, versions(node.hintsFor(B)));
        assertThat(HintFixtures.made(node.write("new", VALUE, null, BUCKET))
                        .dot()
                        .counter())
                .as("the refused write has used no dot")
                .isEqualTo(1);
    }

    @Test
    void a_full_disk_changes_nothing() {
        node.keep(A, "k", 1, VALUE);
        long bytes = node.budget.bytes();
        node.storage.full = true;
        assertThatThrownBy(() -> node.keep(A, "k", 2, VALUE))
                .isInstanceOfSatisfying(
                        StorageException.class, e -> assertThat(e.isFull()).isTrue());
        assertThatThrownBy(() -> node.write("k", VALUE, null, BUCKET)).isInstanceOf(StorageException.class);
        node.storage.full = false;
        assertThat(node.budget.bytes()).isEqualTo(bytes).isEqualTo(node.hints.bytes());
        assertThat(node.held("k")).hasSize(1);
        assertThat(HintFixtures.made(node.write("k", VALUE, null, BUCKET)).dot().counter())
                .isEqualTo(1);
    }

    @Test
    void lanes_share_the_bounds() {
        node.options = HintOptions.DEFAULT.withBounds(10_000, 1_000_000);
        node.restart(RUN);
        HintStore other =
                HintStore.open(new TestStorage(), node.budget, RUN, partition -> false, node.meters, Optional.empty());
        assertThat(other.keep(A, REPLICA, bytes("k"), record(dot(1), "v".repeat(8_000)), DotSet.empty()))
                .isEmpty();
        assertThat(fill(A)).isEqualTo(1);
    }
}
