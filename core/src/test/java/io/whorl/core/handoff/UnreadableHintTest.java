package io.whorl.core.handoff;

import static io.whorl.core.handoff.HintFixtures.A;
import static io.whorl.core.handoff.HintFixtures.B;
import static io.whorl.core.handoff.HintFixtures.BUCKET;
import static io.whorl.core.handoff.HintFixtures.REPLICA;
import static io.whorl.core.handoff.HintFixtures.RUN;
import static io.whorl.core.handoff.HintFixtures.bytes;
import static io.whorl.core.handoff.HintFixtures.dot;
import static io.whorl.core.handoff.HintFixtures.keys;
import static io.whorl.core.handoff.HintFixtures.record;
import static io.whorl.core.handoff.HintFixtures.versions;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whorl.core.message.Refusal;
import io.whorl.core.meter.Counter;
import io.whorl.core.replica.ByteKey;
import io.whorl.core.replica.InDoubtException;
import io.whorl.core.spi.Space;
import io.whorl.core.spi.StorageException;
import io.whorl.core.version.DotSet;
import org.junit.jupiter.api.Test;

/** A hint that cannot be read may be the only copy of a write: it is never taken for absent, and nothing else suffers from it. */
class UnreadableHintTest {
    private final HintFixtures node = new HintFixtures();

    private void keepThreeAndDamageTheSecond() {
        node.keep(A, "a", 1, "one");
        node.keep(A, "b", 2, "two");
        node.keep(A, "c", 3, "three");
        ByteKey at = new ByteKey(HintKeys.hint(A, REPLICA, bytes("b")));
        node.storage.entries(Space.HINTS).get(at)[9] ^= 4;
    }

    @Test
    void its_key_is_refused_and_the_others_are_served_and_handed_over() {
        keepThreeAndDamageTheSecond();

        assertThatThrownBy(() -> node.held("b")).isInstanceOf(InDoubtException.class);
        assertThat(node.hints.keep(A, REPLICA, bytes("b"), record(dot(4), "four"), DotSet.empty()))
                .contains(Refusal.IN_DOUBT);
        assertThat(node.hints.keep(B, REPLICA, bytes("b"), record(dot(4), "four"), DotSet.empty()))
                .as("reads of the key would be refused")
                .contains(Refusal.IN_DOUBT);
        assertThat(node.write("b", "five", null, BUCKET))
                .isInstanceOfSatisfying(
                        FallbackWrite.Refused.class,
                        refused -> assertThat(refused.reason()).isEqualTo(Refusal.IN_DOUBT));
        assertThat(node.held("a")).containsExactly("one");
        assertThat(keys(node.hintsFor(A).stream())).containsExactly("a", "c");
        assertThat(node.meters.get(Counter.HINTS_UNREADABLE)).isEqualTo(1);
        assertThat(node.budget.targets()).containsExactly(new HintBudget.TargetHints(A, 2, node.budget.bytes(), 1));
    }

    @Test
    void it_is_found_at_a_restart_stays_where_it_is_and_does_not_keep_the_handover_going() {
        keepThreeAndDamageTheSecond();
        node.restart(RUN + 1);
        assertThat(node.meters.get(Counter.HINTS_UNREADABLE)).isEqualTo(1);
        node.hints.shelf().remove(A, REPLICA, versions(node.hintsFor(A)));

        assertThat(node.hints.shelf().counts().has(A)).isFalse();
        assertThat(node.budget.finished(A)).isEqualTo(2);
        assertThat(node.storage.entries(Space.HINTS)).hasSize(1);
        assertThatThrownBy(() -> node.held("b")).isInstanceOf(InDoubtException.class);
    }

    @Test
    void hints_that_cannot_be_listed_make_the_fallback_refuse_everything() {
        keepThreeAndDamageTheSecond();
        node.storage.failure = new StorageException(StorageException.Kind.CORRUPTION, "a block is damaged");
        node.restart(RUN + 1);
        node.storage.failure = null;

        assertThatThrownBy(() -> node.held("a")).isInstanceOf(InDoubtException.class);
        assertThat(node.hints.keep(A, REPLICA, bytes("x"), record(dot(4), "four"), DotSet.empty()))
                .contains(Refusal.IN_DOUBT);
    }

    @Test
    void a_value_that_the_engine_cannot_read_is_not_taken_for_absent() {
        node.keep(A, "a", 1, "one");
        node.storage.failure = new StorageException(StorageException.Kind.CORRUPTION, "a block is damaged");
        assertThatThrownBy(() -> node.held("a")).isInstanceOf(InDoubtException.class);
        assertThat(node.hintsFor(A)).isEmpty();
        node.storage.failure = new StorageException(StorageException.Kind.IO, "the disk is gone");
        assertThatThrownBy(() -> node.restart(RUN + 1)).isInstanceOf(StorageException.class);
    }
}
