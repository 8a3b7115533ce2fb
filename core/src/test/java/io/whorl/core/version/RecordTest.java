package io.whorl.core.version;

import static io.whorl.core.version.Generators.sibling;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The laws of records: join, fill, strip, put, delete. */
class RecordTest {
    private static final int SEEDS = 5_000;
    private static final Actor A = new Actor(1, 0, Role.REPLICA);
    private static final Actor B = new Actor(2, 0, Role.REPLICA);

    @Test
    void join_is_commutative_associative_and_idempotent() {
        for (int seed = 0; seed < SEEDS; seed++) {
            Generators generators = new Generators(seed);
            Record a = generators.recordPerhapsWithheld();
            Record b = generators.recordPerhapsWithheld();
            Record c = generators.recordPerhapsWithheld();
            assertThat(a.join(b)).as("seed %d", seed).isEqualTo(b.join(a)).hasSameHashCodeAs(b.join(a));
            assertThat(a.join(b).join(c)).as("seed %d", seed).isEqualTo(a.join(b.join(c)));
            assertThat(a.join(a)).isSameAs(a);
            assertThat(a.join(b).join(b)).as("seed %d", seed).isEqualTo(a.join(b));
            assertThat(a.join(Record.empty())).isEqualTo(a);
            assertThat(Record.empty().join(a)).isEqualTo(a);
        }
    }

    @Test
    void join_keeps_what_both_have_or_the_other_has_not_seen() {
        for (int seed = 0; seed < SEEDS; seed++) {
            Generators generators = new Generators(seed);
            Record a = generators.record();
            Record b = generators.record();
            Record joined = a.join(b);
            DotSet both = a.siblingDots().intersect(b.siblingDots());
            DotSet expected = both.join(a.siblingDots().minus(b.history()))
                    .join(b.siblingDots().minus(a.history()));
            assertThat(joined.siblingDots()).as("seed %d", seed).isEqualTo(expected);
            assertThat(joined.history())
                    .as("seed %d", seed)
                    .isEqualTo(a.history().join(b.history()));
            for (Sibling kept : joined.siblings()) {
                assertThat(kept).isEqualTo(sibling(kept.dot()));
            }
        }
    }

    @Test
    void join_takes_a_value_from_the_side_that_tells_it() {
        for (int seed = 0; seed < SEEDS; seed++) {
            Generators generators = new Generators(seed);
            Record a = generators.record();
            Record b = generators.record();
            Record part = generators.recordPerhapsWithheld();
            assertThat(a.withheld().join(a)).as("seed %d", seed).isEqualTo(a);
            assertThat(a.join(a.withheld())).isSameAs(a);
            assertThat(a.withheld().join(b.withheld()))
                    .as("seed %d", seed)
                    .isEqualTo(a.join(b).withheld());
            assertThat(a.join(b.withheld()).join(b)).as("seed %d", seed).isEqualTo(a.join(b));
            assertThat(a.withheld().isComplete()).isEqualTo(a.siblings().isEmpty());
            assertThat(a.isComplete()).isTrue();
            Record joined = part.join(a);
            for (Sibling kept : joined.siblings()) {
                boolean told =
                        a.siblingDots().contains(kept.dot()) || part.siblings().contains(sibling(kept.dot()));
                assertThat(kept.isWithheld()).as("seed %d", seed).isEqualTo(!told);
            }
        }
    }

    @Test
    void join_returns_this_when_the_other_adds_nothing() {
        for (int seed = 0; seed < SEEDS; seed++) {
            Generators generators = new Generators(seed);
            Record a = generators.recordPerhapsWithheld();
            Record joined = a.join(generators.recordPerhapsWithheld());
            assertThat(joined.join(a)).as("seed %d", seed).isSameAs(joined);
        }
    }

    @Test
    void the_history_is_the_context_and_the_siblings_dots() {
        for (int seed = 0; seed < SEEDS; seed++) {
            Generators generators = new Generators(seed);
            Record record = generators.record();
            DotSet.Builder expected = DotSet.builder().join(record.context());
            for (Sibling sibling : record.siblings()) {
                expected.add(sibling.dot());
            }
            assertThat(record.history()).as("seed %d", seed).isEqualTo(expected.build());
            Record filled = new Record(record.siblings(), record.history());
            assertThat(filled.history()).as("seed %d", seed).isSameAs(filled.context());
        }
    }

    @Test
    void what_is_stripped_is_the_context_dot_by_dot() {
        for (int seed = 0; seed < SEEDS; seed++) {
            Generators generators = new Generators(seed);
            Record record = generators.recordPerhapsWithheld();
            DotSet seen = generators.chance(0.3) ? record.context().bases() : generators.dotSet();
            DotSet.Builder left = DotSet.builder();
            for (Dot dot : record.context().dots()) {
                if (!seen.bases().contains(dot) && !record.siblingDots().contains(dot)) {
                    left.add(dot);
                }
            }
            assertThat(record.strip(seen)).as("seed %d", seed).isEqualTo(new Record(record.siblings(), left.build()));
        }
    }

    @Test
    void strip_then_fill_loses_nothing_and_adds_only_the_bases() {
        for (int seed = 0; seed < SEEDS; seed++) {
            Generators generators = new Generators(seed);
            Record record = generators.recordPerhapsWithheld();
            DotSet seen = generators.dotSet();
            DotSet later = seen.join(generators.dotSet());
            Record stripped = record.strip(seen);
            Record again = stripped.fill(seen);
            assertThat(again.siblings()).isEqualTo(record.siblings());
            assertThat(again.history())
                    .as("seed %d", seed)
                    .isEqualTo(record.history().join(seen.bases()));
            assertThat(stripped.fill(later).history().containsAll(record.history()))
                    .as("seed %d", seed)
                    .isTrue();
            assertThat(stripped.strip(later)).as("seed %d", seed).isEqualTo(record.strip(later));
            assertThat(stripped.strip(seen)).isEqualTo(stripped);
            assertThat(again.strip(seen)).as("seed %d", seed).isEqualTo(stripped);
        }
    }

    @Test
    void strip_leaves_nothing_that_the_bases_or_the_siblings_say() {
        for (int seed = 0; seed < SEEDS; seed++) {
            Generators generators = new Generators(seed);
            Record record = generators.record();
            DotSet seen = generators.dotSet();
            Record stripped = record.strip(seen);
            DotSet said = seen.bases().join(record.siblingDots());
            assertThat(stripped.context().intersect(said)).as("seed %d", seed).isEqualTo(DotSet.empty());
            for (Dot dot : stripped.context().dots()) {
                Record without =
                        new Record(stripped.siblings(), stripped.context().minus(DotSet.of(dot)));
                assertThat(without.fill(seen).history().contains(dot))
                        .as("seed %d", seed)
                        .isFalse();
            }
        }
    }

    @Test
    void extras_of_a_seen_set_are_not_filled_in() {
        DotSet seen = DotSet.of(new Dot(A, 1), new Dot(A, 3));
        assertThat(Record.empty().fill(seen).context()).isEqualTo(DotSet.of(new Dot(A, 1)));
        Record record = new Record(List.of(), seen);
        assertThat(record.strip(seen).context()).isEqualTo(DotSet.of(new Dot(A, 3)));
    }

    @Test
    void a_put_replaces_exactly_what_its_context_has_seen() {
        for (int seed = 0; seed < SEEDS; seed++) {
            Generators generators = new Generators(seed);
            Record record = generators.record();
            DotSet seen = generators.dotSet();
            Dot dot = generators.dot();
            DotSet history = record.history().join(seen);
            if (history.contains(dot)) {
                assertThatThrownBy(() -> record.put(seen, dot, new byte[0], 1, 0))
                        .isInstanceOf(IllegalArgumentException.class);
                assertThatThrownBy(() -> record.delete(seen, dot)).isInstanceOf(IllegalArgumentException.class);
                continue;
            }
            Sibling added = sibling(dot);
            DotSet kept = record.siblingDots().minus(seen);

            Record put = record.put(seen, dot, added.value(), added.timestamp(), added.expiry());
            assertThat(put.siblingDots()).as("seed %d", seed).isEqualTo(kept.add(dot));
            assertThat(put.siblings()).contains(added);
            assertThat(put.history()).as("seed %d", seed).isEqualTo(history.add(dot));

            Record deleted = record.delete(seen, dot);
            assertThat(deleted.siblingDots()).as("seed %d", seed).isEqualTo(kept);
            assertThat(deleted.context()).as("seed %d", seed).isEqualTo(history.add(dot));
            // The write's result is above what it started from.
            assertThat(put.join(record)).as("seed %d", seed).isSameAs(put);
            assertThat(deleted.join(record)).as("seed %d", seed).isSameAs(deleted);
        }
    }

    @Test
    void a_put_stored_where_everything_was_seen_is_a_value_and_one_dot() {
        DotSet seen = DotSet.range(A, 1, 41).join(DotSet.range(B, 1, 8));
        Record before = Record.empty().fill(seen);
        Record after = before.put(before.history(), new Dot(A, 42), new byte[] {1}, 5, 0);
        assertThat(after.strip(seen.add(new Dot(A, 42))))
                .isEqualTo(new Record(List.of(new Sibling(new Dot(A, 42), new byte[] {1}, 5, 0)), DotSet.empty()));
    }

    @Test
    void a_delete_stored_where_everything_was_seen_is_nothing() {
        DotSet seen = DotSet.range(A, 1, 41);
        Record before = new Record(List.of(sibling(new Dot(A, 41))), DotSet.empty()).fill(seen);
        Record after = before.delete(before.history(), new Dot(A, 42));
        assertThat(after.strip(seen.add(new Dot(A, 42))).isEmpty()).isTrue();
    }

    @Test
    void siblings_are_shown_newest_first() {
        for (int seed = 0; seed < SEEDS; seed++) {
            Record record = new Generators(seed).record();
            List<Sibling> expected = new ArrayList<>(record.siblings());
            expected.sort((x, y) -> x.timestamp() != y.timestamp()
                    ? Long.compare(y.timestamp(), x.timestamp())
                    : y.dot().compareTo(x.dot()));
            assertThat(record.newestFirst()).as("seed %d", seed).isEqualTo(expected);
        }
    }

    @Test
    void siblings_are_equal_by_content() {
        Sibling one = new Sibling(new Dot(A, 1), new byte[] {1, 2}, 3, 4);
        assertThat(one)
                .isEqualTo(new Sibling(new Dot(A, 1), new byte[] {1, 2}, 3, 4))
                .hasSameHashCodeAs(new Sibling(new Dot(A, 1), new byte[] {1, 2}, 3, 4))
                .isNotEqualTo(new Sibling(new Dot(A, 2), new byte[] {1, 2}, 3, 4))
                .isNotEqualTo(new Sibling(new Dot(A, 1), new byte[] {1, 3}, 3, 4))
                .isNotEqualTo(new Sibling(new Dot(A, 1), new byte[] {1, 2}, 4, 4))
                .isNotEqualTo(new Sibling(new Dot(A, 1), new byte[] {1, 2}, 3, 0))
                .isNotEqualTo(one.withheld());
        assertThat(new Sibling(new Dot(A, 1), new byte[0], 3, 4)).isNotEqualTo(one.withheld());
        assertThatThrownBy(() -> new Sibling(new Dot(A, 1), null, 0, -1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_text_of_a_record_does_not_tell_its_values() {
        Sibling secret = new Sibling(new Dot(A, 1), "secret".getBytes(java.nio.charset.StandardCharsets.UTF_8), 3, 4);
        assertThat(new Record(List.of(secret), DotSet.empty()).toString())
                .contains("1:1(6 bytes)")
                .doesNotContain("secret");
    }

    @Test
    void refuses_siblings_out_of_order_or_twice_and_keeps_its_own_list() {
        Sibling one = sibling(new Dot(A, 1));
        Sibling two = sibling(new Dot(A, 2));
        assertThatThrownBy(() -> new Record(List.of(two, one), DotSet.empty()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Record(List.of(one, one), DotSet.empty()))
                .isInstanceOf(IllegalArgumentException.class);
        List<Sibling> list = new ArrayList<>(List.of(one));
        Record record = new Record(list, DotSet.empty());
        list.add(two);
        assertThat(record.siblings()).containsExactly(one);
    }
}
