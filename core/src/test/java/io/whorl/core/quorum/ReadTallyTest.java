package io.whorl.core.quorum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whorl.core.ring.NodeId;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class ReadTallyTest {
    private static final int SEEDS = 3_000;
    private static final NodeId A = new NodeId(1);
    private static final NodeId B = new NodeId(2);
    private static final NodeId C = new NodeId(3);

    @Test
    void the_verdict_follows_from_who_answered_first_with_what_and_never_changes_again() {
        for (int seed = 0; seed < SEEDS; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            int required = random.nextInt(1, 5);
            ReadTally tally = ReadTally.of(required);
            TreeMap<NodeId, Boolean> holders = new TreeMap<>();
            for (int i = 1; i <= random.nextInt(1, 7); i++) {
                holders.put(new NodeId(i), random.nextBoolean());
                tally = tally.ask(new NodeId(i), holders.get(new NodeId(i)));
            }
            TreeSet<NodeId> knowing = new TreeSet<>();
            TreeSet<NodeId> answered = new TreeSet<>();
            TreeSet<NodeId> failed = new TreeSet<>();
            boolean patient = true;
            Verdict decided = Verdict.WAITING;
            for (int step = 0; step < 20; step++) {
                NodeId node = new NodeId(random.nextInt(1, 9));
                boolean fresh = holders.containsKey(node) && !answered.contains(node) && !failed.contains(node);
                int what = random.nextInt(12);
                if (what == 0) {
                    patient = false;
                    tally = tally.overdue();
                } else if (what < 4) {
                    tally = tally.fail(node);
                    if (fresh) {
                        failed.add(node);
                    }
                } else {
                    boolean knows = random.nextBoolean();
                    tally = tally.answer(node, knows);
                    if (fresh) {
                        answered.add(node);
                        if (knows || holders.get(node)) {
                            knowing.add(node);
                        }
                    }
                }
                Verdict expected = expected(required, holders, knowing, answered, failed, patient);
                assertThat(tally.verdict())
                        .as("seed %d, step %d: %s", seed, step, tally)
                        .isEqualTo(expected);
                assertThat(tally.answered()).isEqualTo(answered.size());
                assertThat(tally.failed()).isEqualTo(failed.size());
                TreeSet<NodeId> open = new TreeSet<>(holders.keySet());
                open.removeAll(answered);
                open.removeAll(failed);
                assertThat(tally.outstanding()).containsExactlyElementsOf(open);
                assertThat(tally.isOutstanding(node)).isEqualTo(open.contains(node));
                assertThat(tally.isExhausted()).isEqualTo(open.isEmpty());
                if (decided != Verdict.WAITING) {
                    assertThat(tally.verdict())
                            .as("seed %d, step %d", seed, step)
                            .isEqualTo(decided);
                }
                decided = tally.verdict();
            }
        }
    }

    private static Verdict expected(
            int required,
            TreeMap<NodeId, Boolean> holders,
            TreeSet<NodeId> knowing,
            TreeSet<NodeId> answered,
            TreeSet<NodeId> failed,
            boolean patient) {
        int open = holders.size() - answered.size() - failed.size();
        long ofHolders = answered.stream().filter(holders::get).count();
        boolean awaited = (patient || knowing.isEmpty())
                && holders.entrySet().stream()
                        .anyMatch(each -> each.getValue()
                                && !answered.contains(each.getKey())
                                && !failed.contains(each.getKey()));
        if (ofHolders >= required || (!awaited && answered.size() >= required)) {
            return Verdict.SATISFIED;
        }
        return answered.size() + open < required ? Verdict.IMPOSSIBLE : Verdict.WAITING;
    }

    @Test
    void a_fallback_does_not_answer_before_a_holder_that_is_awaited() {
        ReadTally tally = ReadTally.of(1).ask(A, false).ask(B, true).answer(A, true);
        assertThat(tally.verdict()).isEqualTo(Verdict.WAITING);
        assertThat(tally.overdue().verdict()).isEqualTo(Verdict.SATISFIED);
        assertThat(tally.fail(B).verdict()).isEqualTo(Verdict.SATISFIED);
        assertThat(tally.answer(B, false).verdict()).isEqualTo(Verdict.SATISFIED);
    }

    @Test
    void fallbacks_that_know_nothing_answer_only_once_no_holder_can() {
        ReadTally tally = ReadTally.of(2).ask(A, false).ask(B, true).ask(C, false);
        tally = tally.answer(A, false).answer(C, false);
        assertThat(tally.overdue().verdict()).isEqualTo(Verdict.WAITING);
        assertThat(tally.overdue().answer(B, true).verdict()).isEqualTo(Verdict.SATISFIED);
        assertThat(tally.fail(B).verdict()).isEqualTo(Verdict.SATISFIED);
    }

    @Test
    void a_node_that_was_not_asked_or_has_answered_changes_nothing() {
        ReadTally tally = ReadTally.of(1).ask(A, true).ask(B, true).fail(A);
        assertThat(tally.answer(A, true)).isSameAs(tally);
        assertThat(tally.fail(C)).isSameAs(tally);
        assertThat(tally.ask(B, false)).isSameAs(tally);
        assertThat(tally.outstanding()).containsExactly(B);
    }

    @Test
    void tallies_made_of_one_know_nothing_of_each_other() {
        ReadTally tally = ReadTally.of(1).ask(A, true);
        ReadTally one = tally.ask(B, true);
        ReadTally other = tally.ask(C, false);
        assertThat(tally.outstanding()).containsExactly(A);
        assertThat(one.outstanding()).containsExactly(A, B);
        assertThat(other.outstanding()).containsExactly(A, C);
        assertThat(one.answer(C, true)).isSameAs(one);
        assertThat(other.ask(B, true).outstanding()).containsExactly(A, B, C);
    }

    @Test
    void more_nodes_than_can_be_told_apart_are_refused() {
        ReadTally tally = ReadTally.of(1);
        for (int i = 1; i <= ReadTally.MOST; i++) {
            tally = tally.ask(new NodeId(i), true);
        }
        ReadTally full = tally;
        assertThat(full.isOutstanding(new NodeId(ReadTally.MOST))).isTrue();
        assertThatThrownBy(() -> full.ask(new NodeId(65), true)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void nothing_required_is_a_mistake() {
        assertThatThrownBy(() -> ReadTally.of(0)).isInstanceOf(IllegalArgumentException.class);
    }
}
