package io.whorl.core.version;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Sets that say "closed as of c", against plain sets of all the dots that there are in a small universe. */
class ClosedDotsTest {
    private static final int SEEDS = 5_000;
    private static final int RUNS = 6;
    private static final int COUNTERS = 4;

    @Test
    void operations_agree_with_plain_sets_whatever_either_side_says_of_closings() {
        for (int seed = 0; seed < SEEDS; seed++) {
            Universe universe = new Universe(seed);
            Said x = universe.said();
            Said y = universe.said();
            DotSet a = x.set;
            DotSet b = y.set;

            TreeSet<Dot> union = new TreeSet<>(x.dots);
            union.addAll(y.dots);
            universe.assertSame(seed, a.join(b), union);
            assertThat(a.join(b)).as("seed %d", seed).isEqualTo(b.join(a)).hasSameHashCodeAs(b.join(a));
            assertThat(a.join(b).closed()).isEqualTo(Math.max(a.closed(), b.closed()));

            TreeSet<Dot> common = new TreeSet<>(x.dots);
            common.retainAll(y.dots);
            universe.assertSame(seed, a.intersect(b), common);
            assertThat(a.intersect(b)).as("seed %d", seed).isEqualTo(b.intersect(a));

            TreeSet<Dot> rest = new TreeSet<>(x.dots);
            rest.removeAll(y.dots);
            if (a.closed() > b.closed()) {
                // A closing is not taken apart: the rest says the same of closings as the whole.
                rest.addAll(universe.covered(a.closed()));
            }
            universe.assertSame(seed, a.minus(b), rest);
            assertThat(a.minus(b).join(b)).as("seed %d", seed).isEqualTo(a.join(b));

            boolean contained = a.closed() >= b.closed() && x.dots.containsAll(y.dots);
            assertThat(a.containsAll(b)).as("seed %d: %s in %s", seed, b, a).isEqualTo(contained);
            assertThat(a.minus(b).isEmpty()).as("seed %d", seed).isEqualTo(b.containsAll(a));
            universe.assertSame(seed, a, x.dots);
            universe.assertSame(seed, b, y.dots);
        }
    }

    @Test
    void the_algebra_holds() {
        for (int seed = 0; seed < SEEDS; seed++) {
            Universe universe = new Universe(seed);
            DotSet a = universe.said().set;
            DotSet b = universe.said().set;
            DotSet c = universe.said().set;
            assertThat(a.join(b).join(c)).as("seed %d", seed).isEqualTo(a.join(b.join(c)));
            assertThat(a.intersect(b).intersect(c)).as("seed %d", seed).isEqualTo(a.intersect(b.intersect(c)));
            assertThat(a.intersect(b.join(c)))
                    .as("seed %d", seed)
                    .isEqualTo(a.intersect(b).join(a.intersect(c)));
            assertThat(a.join(a.intersect(b))).as("seed %d", seed).isEqualTo(a);
            assertThat(a.join(a)).isSameAs(a);
            assertThat(a.join(b).containsAll(a)).as("seed %d", seed).isTrue();
            assertThat(a.containsAll(a.intersect(b))).as("seed %d", seed).isTrue();
            assertThat(a.bases().bases()).isEqualTo(a.bases());
            assertThat(a.bases().closed()).isEqualTo(a.closed());
        }
    }

    @Test
    void adding_and_building_name_nothing_that_is_closed() {
        for (int seed = 0; seed < SEEDS; seed++) {
            Universe universe = new Universe(seed);
            Said x = universe.said();
            Dot dot = universe.dot();
            TreeSet<Dot> more = new TreeSet<>(x.dots);
            more.add(dot);
            universe.assertSame(seed, x.set.add(dot), more);
            universe.assertSame(seed, DotSet.builder().add(dot).join(x.set).build(), more);
            assertThat(x.set.contains(dot)).as("seed %d", seed).isEqualTo(x.dots.contains(dot));
            boolean covered = universe.covered(x.set.closed()).contains(dot);
            assertThat(x.set.base(dot.actor()) == Long.MAX_VALUE).isEqualTo(covered);
            assertThat(x.set.highest(dot.actor()) == Long.MAX_VALUE).isEqualTo(covered);
            assertThat(x.set.only(actor -> true).closed()).isZero();
        }
    }

    @Test
    void bytes_name_the_number_alone_and_are_resolved_by_any_later_table() {
        for (int seed = 0; seed < SEEDS; seed++) {
            Universe universe = new Universe(seed);
            DotSet a = universe.said().set;
            DotSet decoded = DotSetCodec.decode(DotSetCodec.encode(a));
            assertThat(decoded).as("seed %d", seed).isEqualTo(a);
            assertThat(decoded.isResolved()).isEqualTo(a.closed() == 0);
            ClosedRuns later = universe.table.with(universe.table.newest() + 1, List.of(99L));
            DotSet resolved = decoded.resolved(later);
            for (Dot dot : universe.all) {
                assertThat(resolved.contains(dot)).as("seed %d", seed).isEqualTo(a.contains(dot));
            }
        }
    }

    @Test
    void a_set_that_says_closed_is_refused_where_the_closing_is_not_known() {
        ClosedRuns table = ClosedRuns.none().with(7, List.of(1L));
        DotSet decoded = DotSetCodec.decode(DotSetCodec.encode(DotSet.closedAsOf(table)));
        assertThatThrownBy(() -> decoded.resolved(ClosedRuns.none())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> decoded.contains(new Dot(new Actor(1, 0, Role.REPLICA), 1)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("resolved");
    }

    @Test
    void a_set_that_says_nothing_of_closings_has_the_bytes_it_always_had() {
        DotSet set = DotSet.range(new Actor(1, 0, Role.REPLICA), 1, 3);
        assertThat(DotSetCodec.encode(set)).startsWith(1).hasSize(13);
        ClosedRuns table = ClosedRuns.none().with(300, List.of(2L, 3L, 4L));
        DotSet closed = set.join(DotSet.closedAsOf(table));
        assertThat(DotSetCodec.encode(closed)).hasSize(13 - 1 + 3 + 2);
        assertThat(closed).hasToString("{closed 300, 1:1..3}");
    }

    @Test
    void the_table_keeps_the_closing_of_each_run_and_its_bytes_are_canonical() {
        for (int seed = 0; seed < 1_000; seed++) {
            Generators generators = new Generators(seed);
            ClosedRuns table = ClosedRuns.none();
            List<Long> closed = new ArrayList<>();
            for (int i = generators.random().nextInt(5); i > 0; i--) {
                List<Long> runs = new ArrayList<>();
                for (int k = generators.random().nextInt(1, 6); k > 0; k--) {
                    runs.add(generators.random().nextLong());
                }
                long number = table.newest() + generators.random().nextInt(1, 300);
                ClosedRuns before = table;
                table = table.with(number, runs);
                for (long run : runs) {
                    assertThat(table.closing(run)).isEqualTo(number);
                    assertThat(table.isClosed(run, number - 1)).isFalse();
                    assertThat(table.isClosed(run, number)).isTrue();
                    assertThat(before.closing(run)).isZero();
                }
                closed.addAll(runs);
            }
            assertThat(table.size()).isEqualTo(closed.size());
            ByteWriter out = new ByteWriter();
            table.write(out);
            ByteReader in = new ByteReader(out.toByteArray());
            assertThat(ClosedRuns.read(in)).as("seed %d", seed).isEqualTo(table);
            in.expectEnd();
        }
    }

    @Test
    void ten_thousand_restarts_cost_about_eighty_kilobytes() {
        Generators generators = new Generators(1);
        ClosedRuns table = ClosedRuns.none();
        for (int closing = 1; closing <= 1_000; closing++) {
            List<Long> runs = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                runs.add(generators.random().nextLong());
            }
            table = table.with(closing * 3L, runs);
        }
        ByteWriter out = new ByteWriter();
        table.write(out);
        assertThat(out.toByteArray()).hasSizeBetween(80_000, 83_000);
    }

    /** What a set says, and all the dots that this means. */
    private record Said(DotSet set, TreeSet<Dot> dots) {}

    private static final class Universe {
        private final Generators random;
        private final TreeSet<Dot> all = new TreeSet<>();
        private ClosedRuns table = ClosedRuns.none();

        Universe(long seed) {
            random = new Generators(seed);
            for (int run = 1; run <= RUNS; run++) {
                for (int counter = 1; counter <= COUNTERS; counter++) {
                    all.add(new Dot(new Actor(run, 0, Role.REPLICA), counter));
                    all.add(new Dot(new Actor(run, 0, Role.FALLBACK), counter));
                }
            }
            long number = 0;
            for (int i = random.random().nextInt(4); i > 0; i--) {
                number += random.random().nextInt(1, 4);
                table = table.with(number, List.of((long) random.random().nextInt(1, RUNS + 1), 50L + number));
            }
        }

        Dot dot() {
            return random.oneOf(List.copyOf(all));
        }

        Said said() {
            TreeSet<Dot> dots = new TreeSet<>();
            DotSet set = DotSet.empty();
            long closed = table.newest() == 0 ? 0 : random.random().nextLong(0, table.newest() + 1);
            if (closed > 0) {
                set = DotSet.closedAsOf(closed, table);
                dots.addAll(covered(closed));
            }
            for (int i = random.random().nextInt(8); i > 0; i--) {
                Dot dot = dot();
                set = set.add(dot);
                dots.add(dot);
            }
            return new Said(set, dots);
        }

        TreeSet<Dot> covered(long closed) {
            TreeSet<Dot> covered = new TreeSet<>(all);
            covered.removeIf(dot -> !table.isClosed(dot.actor().run(), closed));
            return covered;
        }

        void assertSame(int seed, DotSet actual, TreeSet<Dot> expected) {
            TreeSet<Dot> contained = new TreeSet<>(all);
            contained.removeIf(dot -> !actual.contains(dot));
            assertThat(contained).as("seed %d: %s", seed, actual).isEqualTo(expected);
            for (DotRange range : actual.ranges()) {
                assertThat(table.isClosed(range.actor().run(), actual.closed()))
                        .as("seed %d: %s names what is closed", seed, actual)
                        .isFalse();
            }
        }
    }
}
