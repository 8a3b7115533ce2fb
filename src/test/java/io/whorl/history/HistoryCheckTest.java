package io.whorl.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whorl.history.Operation.Action;
import io.whorl.history.Operation.Outcome;
import io.whorl.history.Operation.Read;
import io.whorl.history.Operation.Seen;
import io.whorl.history.Operation.Values;
import io.whorl.history.Operation.WhateverWasThere;
import io.whorl.history.Operation.Write;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Histories made by hand: a checker that accepts everything, or refuses what is right, is found here. */
class HistoryCheckTest {
    private static final Seen ANY = new WhateverWasThere();

    private final List<Operation> history = new ArrayList<>();
    private long now;

    @Test
    void nothing_done_and_nothing_there_is_right() {
        right();
    }

    @Test
    void an_acknowledged_put_has_to_be_there() {
        put("a", seen(), Outcome.ACKNOWLEDGED);
        right("a");
        wrong("lost: a");
    }

    @Test
    void a_put_that_was_seen_and_replaced_must_not_be_there_and_its_successor_must() {
        put("a", seen(), Outcome.ACKNOWLEDGED);
        put("b", seen("a"), Outcome.ACKNOWLEDGED);
        right("b");
        wrong("came back: a", "a", "b");
        assertThat(violations("a")).hasSize(2).anyMatch(line -> line.startsWith("lost: b"));
        wrong("lost: b");
    }

    @Test
    void concurrent_puts_that_had_not_seen_each_other_both_have_to_be_there() {
        put("a", seen(), Outcome.ACKNOWLEDGED);
        put("b", seen(), Outcome.ACKNOWLEDGED);
        right("a", "b");
        wrong("lost: a", "b");
        wrong("lost: b", "a");
    }

    @Test
    void a_delete_removes_what_it_had_seen_and_nothing_else() {
        put("a", seen(), Outcome.ACKNOWLEDGED);
        put("b", seen(), Outcome.ACKNOWLEDGED);
        write(null, seen("a"), Outcome.ACKNOWLEDGED);
        right("b");
        wrong("lost: b");
        wrong("came back: a", "a", "b");
    }

    @Test
    void a_put_of_unknown_outcome_may_be_there_or_not() {
        put("a", seen(), Outcome.UNKNOWN);
        right();
        right("a");
    }

    @Test
    void what_only_an_unknown_write_had_seen_may_be_there_or_not() {
        put("a", seen(), Outcome.ACKNOWLEDGED);
        write(null, seen("a"), Outcome.UNKNOWN);
        right();
        right("a");
    }

    @Test
    void an_unknown_write_excuses_only_what_it_had_seen() {
        put("a", seen(), Outcome.ACKNOWLEDGED);
        put("b", seen(), Outcome.ACKNOWLEDGED);
        put("c", seen("b"), Outcome.UNKNOWN);
        right("a", "b");
        right("a", "c");
        wrong("lost: a", "c");
    }

    @Test
    void a_write_that_was_refused_excuses_nothing_and_leaves_nothing() {
        put("a", seen(), Outcome.ACKNOWLEDGED);
        put("b", seen("a"), Outcome.NOT_APPLIED);
        right("a");
        wrong("lost: a");
        wrong("not applied: b", "a", "b");
    }

    @Test
    void a_loss_is_not_excused_by_a_successor_of_a_successor_that_never_came_to_be() {
        put("a", seen(), Outcome.ACKNOWLEDGED);
        put("b", seen("a"), Outcome.NOT_APPLIED);
        put("c", seen("b"), Outcome.ACKNOWLEDGED);
        wrong("lost: a", "c");
    }

    @Test
    void a_chain_of_writes_leaves_its_last() {
        put("a", seen(), Outcome.ACKNOWLEDGED);
        put("b", seen("a"), Outcome.UNKNOWN);
        put("c", seen("b"), Outcome.ACKNOWLEDGED);
        right("c");
        wrong("came back: b", "b", "c");
        wrong("lost: c", "a");
    }

    @Test
    void a_put_without_a_context_may_replace_what_had_begun_before_it_ended() {
        put("a", seen(), Outcome.ACKNOWLEDGED);
        put("b", ANY, Outcome.ACKNOWLEDGED);
        right("b");
        right("a", "b");
        wrong("lost: b", "a");
    }

    @Test
    void a_put_without_a_context_cannot_replace_what_began_after_its_end() {
        put("a", ANY, Outcome.ACKNOWLEDGED);
        put("b", ANY, Outcome.ACKNOWLEDGED);
        wrong("lost: b", "a");
        history.clear();
        put("a", ANY, Outcome.UNKNOWN);
        put("b", ANY, Outcome.ACKNOWLEDGED);
        right("a"); // the first may have taken effect last
    }

    @Test
    void nothing_is_invented_in_the_end_or_by_a_read() {
        put("a", seen(), Outcome.ACKNOWLEDGED);
        wrong("invented: x", "a", "x");
        add("k", Outcome.ACKNOWLEDGED, new Read(List.of("x")));
        wrong("invented: x", "a");
    }

    @Test
    void a_value_of_another_key_is_invented_here() {
        put("a", seen(), Outcome.ACKNOWLEDGED);
        add("other", Outcome.ACKNOWLEDGED, new Write("b", seen()));
        assertThat(HistoryCheck.violations(history, Map.of("k", Set.of("a", "b"), "other", Set.of("b"))))
                .singleElement()
                .asString()
                .startsWith("invented: b of key k");
    }

    @Test
    void nothing_is_read_before_it_was_put_nor_after_it_was_refused() {
        add("k", Outcome.ACKNOWLEDGED, new Read(List.of("a")));
        put("a", seen(), Outcome.ACKNOWLEDGED);
        wrong("too early: a", "a");
        history.clear();
        put("a", seen(), Outcome.NOT_APPLIED);
        add("k", Outcome.ACKNOWLEDGED, new Read(List.of("a")));
        wrong("not applied: a");
    }

    @Test
    void a_history_in_which_a_value_is_put_twice_is_none() {
        put("a", seen(), Outcome.ACKNOWLEDGED);
        put("a", seen(), Outcome.ACKNOWLEDGED);
        assertThatThrownBy(() -> violations("a")).isInstanceOf(IllegalArgumentException.class);
    }

    private static Seen seen(String... values) {
        return new Values(Set.of(values));
    }

    private void put(String value, Seen over, Outcome outcome) {
        write(value, over, outcome);
    }

    private void write(String value, Seen over, Outcome outcome) {
        add("k", outcome, new Write(value, over));
    }

    /** Every operation begins after the one before has ended, unless that has no known end. */
    private void add(String key, Outcome outcome, Action action) {
        long begun = ++now;
        long ended = ++now;
        history.add(new Operation(
                "client", key, begun, outcome == Outcome.UNKNOWN ? Operation.NEVER : ended, outcome, action));
    }

    private List<String> violations(String... found) {
        return HistoryCheck.violations(history, Map.of("k", Set.of(found)));
    }

    private void right(String... found) {
        assertThat(violations(found)).isEmpty();
    }

    private void wrong(String begins, String... found) {
        assertThat(violations(found)).singleElement().asString().startsWith(begins);
    }
}
