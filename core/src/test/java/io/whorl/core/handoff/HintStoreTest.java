package io.whorl.core.handoff;

import static io.whorl.core.handoff.HintFixtures.A;
import static io.whorl.core.handoff.HintFixtures.B;
import static io.whorl.core.handoff.HintFixtures.BUCKET;
import static io.whorl.core.handoff.HintFixtures.LATEST;
import static io.whorl.core.handoff.HintFixtures.REPLICA;
import static io.whorl.core.handoff.HintFixtures.RUN;
import static io.whorl.core.handoff.HintFixtures.bytes;
import static io.whorl.core.handoff.HintFixtures.dot;
import static io.whorl.core.handoff.HintFixtures.made;
import static io.whorl.core.handoff.HintFixtures.record;
import static io.whorl.core.handoff.HintFixtures.values;
import static io.whorl.core.handoff.HintFixtures.versions;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whorl.core.message.HintMessage;
import io.whorl.core.message.Write;
import io.whorl.core.meter.Counter;
import io.whorl.core.meter.Meters;
import io.whorl.core.replica.BrokenInvariantException;
import io.whorl.core.replica.PlantedBug;
import io.whorl.core.ring.ReplicaId;
import io.whorl.core.spi.Space;
import io.whorl.core.version.Actor;
import io.whorl.core.version.Dot;
import io.whorl.core.version.DotSet;
import io.whorl.core.version.Record;
import io.whorl.core.version.Role;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a fallback keeps, and what it makes of writes that it coordinates. */
class HintStoreTest {
    private static final Actor FALLBACK = new Actor(RUN, 0, Role.FALLBACK);

    private final HintFixtures node = new HintFixtures();

    @Test
    void a_key_has_one_hint_per_target_joined_from_all_that_was_kept() {
        node.keep(A, "k", 1, "one");
        node.keep(A, "k", 2, "two");
        node.keep(B, "k", 3, "three");

        HintMessage.Hint hint = node.hintsFor(A).get(0);
        assertThat(node.hintsFor(A)).hasSize(1);
        assertThat(values(hint.record())).containsExactly("one", "two");
        assertThat(hint.announced()).isEqualTo(DotSet.of(dot(1), dot(2)));
        assertThat(node.held("k")).containsExactly("one", "two", "three");
        assertThat(node.held("other")).isEmpty();
        assertThat(node.meters.get(Counter.HINTS_KEPT)).isEqualTo(2);
        assertThat(node.meters.get(Counter.HINTS_JOINED)).isEqualTo(1);
    }

    @Test
    void what_is_kept_already_is_neither_written_nor_given_a_new_version() {
        node.keep(A, "k", 1, "one");
        long version = node.hintsFor(A).get(0).version();
        int batches = node.storage.batches();

        assertThat(node.keep(A, "k", 1, "one")).isTrue();

        assertThat(node.storage.batches()).isEqualTo(batches);
        assertThat(node.hintsFor(A).get(0).version()).isEqualTo(version);
    }

    @Test
    void an_acknowledgement_removes_only_the_version_that_it_names() {
        node.keep(A, "k", 1, "one");
        List<HintMessage.Hint> sent = node.hintsFor(A);
        node.keep(A, "k", 2, "two");

        node.hints.shelf().remove(A, REPLICA, versions(sent));
        assertThat(node.held("k")).containsExactly("one", "two");

        List<HintMessage.Hint> newer = node.hintsFor(A);
        node.hints.shelf().remove(A, REPLICA, versions(newer));
        assertThat(node.held("k")).isEmpty();
        node.keep(A, "k", 3, "three");
        node.hints.shelf().remove(A, REPLICA, versions(newer));
        assertThat(node.held("k"))
                .as("after the same acknowledgement has come again")
                .containsExactly("three");
        assertThat(node.meters.get(Counter.HINTS_HANDED_OVER)).isEqualTo(1);
    }

    @Test
    void the_planted_bug_removes_a_newer_version() {
        node.bug = Optional.of(PlantedBug.HINT_ACK_DELETES_NEWER);
        node.restart(RUN);
        node.keep(A, "k", 1, "one");
        List<HintMessage.Hint> sent = node.hintsFor(A);
        node.keep(A, "k", 2, "two");
        node.hints.shelf().remove(A, REPLICA, versions(sent));
        assertThat(node.held("k")).isEmpty();
    }

    @Test
    void a_fallback_gives_a_write_a_dot_of_its_own_and_keeps_it_for_all_targets_in_one_batch() {
        made(node.write("other", "x", DotSet.empty(), BUCKET));
        int batches = node.storage.batches();
        node.keep(A, "k", 4, "seen");
        node.keep(A, "k", 9, "unseen");

        FallbackWrite.Made made = made(node.write("k", "new", DotSet.of(dot(4)), BUCKET));

        assertThat(node.storage.batches()).isEqualTo(batches + 3);
        assertThat(made.dot()).isEqualTo(new Dot(FALLBACK, 2));
        assertThat(values(made.record())).containsExactly("unseen", "new");
        assertThat(made.record().history())
                .as("never the dot's predecessors, of which a fallback knows nothing")
                .isEqualTo(DotSet.of(dot(4), dot(9), made.dot()));
        assertThat(made.announced()).isEqualTo(DotSet.of(dot(4), dot(9), made.dot()));
        assertThat(made.history()).isEqualTo(DotSet.of(dot(4), made.dot()));
        for (var target : List.of(A, B)) {
            HintMessage.Hint hint = node.hintsFor(target).get(0);
            assertThat(hint.record()).isEqualTo(made.record());
            assertThat(hint.announced()).isEqualTo(made.announced());
        }
        assertThat(node.meters.get(Counter.FALLBACK_WRITES)).isEqualTo(2);
    }

    @Test
    void a_delete_leaves_a_hint_that_says_what_it_deletes() {
        node.keep(A, "k", 4, "old");
        FallbackWrite.Made made = made(node.write("k", null, null, BUCKET));
        assertThat(node.held("k")).isEmpty();
        assertThat(node.hintsFor(B).get(0).record().context()).isEqualTo(DotSet.of(dot(4), made.dot()));
    }

    @Test
    void latest_wins_supersedes_every_value_held() {
        node.keep(A, "k", 4, "old");
        node.write("k", "new", DotSet.empty(), LATEST);
        assertThat(node.held("k")).containsExactly("new");
        Write write = new Write(bytes("long"), DotSet.empty(), 0);
        assertThat(node.hints.bytesAfter(REPLICA, bytes("k"), write, LATEST)).isEqualTo(4);
        assertThat(node.hints.bytesAfter(REPLICA, bytes("k"), write, BUCKET)).isEqualTo(4 + 3);
    }

    @Test
    void a_context_cannot_have_seen_writes_of_this_run_that_are_still_to_come() {
        FallbackWrite.Made made = made(node.write("k", "v", DotSet.range(FALLBACK, 1, 5), BUCKET));
        assertThat(made.record().history()).isEqualTo(DotSet.of(new Dot(FALLBACK, 1)));
    }

    @Test
    void a_hint_that_names_a_write_which_this_run_has_not_made_is_a_broken_invariant() {
        Dot impossible = new Dot(FALLBACK, 1);
        Record record = record(impossible, "v");
        assertThatThrownBy(() -> node.hints.keep(A, REPLICA, bytes("k"), record, DotSet.empty()))
                .isInstanceOf(BrokenInvariantException.class);
        assertThatThrownBy(() -> node.hints.keep(A, REPLICA, bytes("k"), Record.empty(), DotSet.of(impossible)))
                .isInstanceOf(BrokenInvariantException.class);
        node.write("k", "v", null, BUCKET);
        assertThat(node.hints.keep(A, REPLICA, bytes("k"), record, DotSet.empty()))
                .as("once it has made it")
                .isEmpty();
    }

    @Test
    void the_planted_bug_rounds_the_own_dot_up() {
        node.bug = Optional.of(PlantedBug.ROUNDED_FALLBACK);
        node.restart(RUN);
        node.write("other", "x", null, BUCKET);
        FallbackWrite.Made made = made(node.write("k", "v", null, BUCKET));
        assertThat(made.record().history()).isEqualTo(DotSet.range(FALLBACK, 1, 2));
    }

    @Test
    void a_restarted_node_finds_what_it_kept_and_numbers_versions_on() {
        node.keep(A, "k", 1, "one");
        node.keep(B, "l", 2, "two");
        long bytes = node.hints.bytes();
        List<HintBudget.TargetHints> targets = node.budget.targets();

        node.restart(RUN + 1);

        assertThat(node.held("k")).containsExactly("one");
        assertThat(node.hints.bytes()).isEqualTo(bytes).isEqualTo(node.budget.bytes());
        assertThat(node.budget.targets()).isEqualTo(targets).hasSize(2);
        assertThat(node.hints.shelf().counts().targets()).containsExactly(A, B);
        long highest = node.hintsFor(B).get(0).version();
        node.keep(A, "k", 3, "three");
        assertThat(node.hintsFor(A).get(0).version()).isGreaterThan(highest);

        node.bug = Optional.of(PlantedBug.HINTS_FORGOTTEN_ON_RESTART);
        node.restart(RUN + 2);
        assertThat(node.hints.shelf().counts().targets()).isEmpty();
    }

    @Test
    void a_lane_finds_its_own_partitions_only_and_does_not_read_the_others() {
        for (int partition = 0; partition < 8; partition++) {
            for (int i = 0; i < 50; i++) {
                node.hints.keep(
                        A, new ReplicaId(1, partition), bytes("k" + i), record(dot(i + 1), "v"), DotSet.empty());
            }
        }
        HintBudget budget = new HintBudget(HintOptions.DEFAULT);
        node.storage.reads = 0;
        HintStore lane =
                HintStore.open(node.storage, budget, RUN, partition -> partition == 5, new Meters(), Optional.empty());

        assertThat(budget.targets()).extracting(HintBudget.TargetHints::count).containsExactly(50L);
        assertThat(lane.bytes()).isEqualTo(budget.bytes());
        assertThat(node.storage.reads).as("its own, and one of each other").isLessThanOrEqualTo(50 + 8);
        assertThat(lane.shelf().counts().next(A, null)).contains(new ReplicaId(1, 5));
        assertThat(lane.shelf().counts().next(A, new ReplicaId(1, 5))).isEmpty();
    }

    @Test
    void hints_are_stored_as_the_documents_say() {
        node.keep(A, "k", 1, "one");
        byte[] at = node.storage.entries(Space.HINTS).firstKey().bytes();
        assertThat(at).containsExactly(0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 3, 'k');
        byte[] stored = node.storage.entries(Space.HINTS).firstEntry().getValue();
        assertThat(StoredHint.open(stored)).isEqualTo(new StoredHint(1, DotSet.of(dot(1)), record(dot(1), "one")));
    }
}
