package io.whorl.core.version;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** Every operation against a plain sorted set of dots. */
class DotSetTest {
    private static final int SEEDS = 5_000;
    private static final Actor A = new Actor(1, 0, Role.REPLICA);
    private static final Actor B = new Actor(2, 0, Role.REPLICA);

    @Test
    void set_operations_agree_with_a_plain_set() {
        for (int seed = 0; seed < SEEDS; seed++) {
            Generators generators = new Generators(seed);
            TreeSet<Dot> x = generators.dots();
            TreeSet<Dot> y = generators.dots();
            DotSet a = DotSet.of(x);
            DotSet b = DotSet.of(y);

            assertSame(seed, a.join(b), union(x, y));
            TreeSet<Dot> rest = new TreeSet<>(x);
            rest.removeAll(y);
            assertSame(seed, a.minus(b), rest);
            TreeSet<Dot> common = new TreeSet<>(x);
            common.retainAll(y);
            assertSame(seed, a.intersect(b), common);
            assertThat(a.containsAll(b)).as("seed %d", seed).isEqualTo(x.containsAll(y));
            assertThat(a.containsAll(a.intersect(b))).as("seed %d", seed).isTrue();
            assertThat(a.equals(b)).as("seed %d", seed).isEqualTo(x.equals(y));
            // Nothing above may have changed the operands.
            assertSame(seed, a, x);
            assertSame(seed, b, y);
        }
    }

    @Test
    void questions_about_a_set_agree_with_a_plain_set() {
        for (int seed = 0; seed < SEEDS; seed++) {
            Generators generators = new Generators(seed);
            TreeSet<Dot> x = generators.dots();
            DotSet a = DotSet.of(x);

            assertThat(a.isEmpty()).isEqualTo(x.isEmpty());
            assertThat(a.size()).isEqualTo(x.size());
            assertThat(a.actors())
                    .isEqualTo(x.stream().map(Dot::actor).distinct().toList());
            for (int i = 0; i < 20; i++) {
                Dot dot = generators.dot();
                assertThat(a.contains(dot))
                        .as("seed %d, %s in %s", seed, dot, a)
                        .isEqualTo(x.contains(dot));
                assertThat(a.base(dot.actor())).as("seed %d", seed).isEqualTo(base(x, dot.actor()));
            }
            TreeSet<Dot> bases = new TreeSet<>(x);
            bases.removeIf(dot -> dot.counter() > base(x, dot.actor()));
            assertSame(seed, a.bases(), bases);
            Predicate<Actor> wanted = actor -> actor.role() == Role.REPLICA && actor.run() != 7;
            TreeSet<Dot> only = new TreeSet<>(x);
            only.removeIf(dot -> !wanted.test(dot.actor()));
            assertSame(seed, a.only(wanted), only);
        }
    }

    @Test
    void the_order_of_adding_does_not_matter() {
        for (int seed = 0; seed < SEEDS; seed++) {
            Generators generators = new Generators(seed);
            TreeSet<Dot> x = generators.dots();
            List<Dot> shuffled = new ArrayList<>(x);
            Collections.shuffle(shuffled, new Random(seed));
            DotSet added = DotSet.empty();
            DotSet.Builder built = DotSet.builder();
            for (Dot dot : shuffled) {
                added = added.add(dot);
                built.add(dot);
            }
            assertSame(seed, added, x);
            assertSame(seed, built.build(), x);
        }
    }

    @Test
    void a_builder_takes_overlapping_ranges_in_any_order_and_whole_sets() {
        for (int seed = 0; seed < SEEDS; seed++) {
            Generators generators = new Generators(seed);
            TreeSet<Dot> expected = new TreeSet<>();
            DotSet.Builder builder = DotSet.builder();
            for (int i = generators.random().nextInt(10); i > 0; i--) {
                Dot from = generators.dot();
                long to = from.counter() + generators.random().nextInt(5);
                builder.addRange(from.actor(), from.counter(), to);
                for (long counter = from.counter(); counter <= to; counter++) {
                    expected.add(new Dot(from.actor(), counter));
                }
            }
            assertSame(seed, builder.build(), expected);
            TreeSet<Dot> more = generators.dots();
            assertSame(seed, builder.join(DotSet.of(more)).build(), union(expected, more));
        }
    }

    @Test
    void the_algebra_of_sets_holds() {
        for (int seed = 0; seed < SEEDS; seed++) {
            Generators generators = new Generators(seed);
            boolean wide = seed % 4 == 0;
            DotSet a = wide ? generators.wideDotSet() : generators.dotSet();
            DotSet b = wide ? generators.wideDotSet().join(a.bases()) : generators.dotSet();
            DotSet c = wide ? a.minus(generators.wideDotSet()) : generators.dotSet();
            assertThat(a.join(b)).as("seed %d", seed).isEqualTo(b.join(a));
            assertThat(a.join(b).join(c)).as("seed %d", seed).isEqualTo(a.join(b.join(c)));
            assertThat(a.join(a)).isEqualTo(a);
            assertThat(a.intersect(b)).isEqualTo(b.intersect(a));
            assertThat(a.intersect(b).intersect(c)).isEqualTo(a.intersect(b.intersect(c)));
            assertThat(a.intersect(b.join(c))).isEqualTo(a.intersect(b).join(a.intersect(c)));
            assertThat(a.join(a.intersect(b))).isEqualTo(a);
            assertThat(a.minus(b).intersect(b)).isEqualTo(DotSet.empty());
            assertThat(a.minus(b).join(a.intersect(b))).as("seed %d", seed).isEqualTo(a);
            assertThat(a.minus(b.join(c))).isEqualTo(a.minus(b).minus(c));
            assertThat(a.bases().bases()).isEqualTo(a.bases());
            assertThat(a.containsAll(b)).isEqualTo(b.minus(a).isEmpty());
            assertThat(a.join(b).hashCode()).isEqualTo(b.join(a).hashCode());
            assertCanonical(seed, a.join(b));
            assertCanonical(seed, a.minus(b));
            assertCanonical(seed, a.intersect(b));
        }
    }

    @Test
    void works_up_to_the_highest_counter() {
        long max = Long.MAX_VALUE;
        DotSet top = DotSet.of(new Dot(A, max));
        assertThat(top.add(new Dot(A, max - 1))).isEqualTo(DotSet.range(A, max - 1, max));
        assertThat(DotSet.range(A, 1, max - 1).join(top)).isEqualTo(DotSet.range(A, 1, max));
        assertThat(DotSet.range(A, 1, max).minus(DotSet.of(new Dot(A, 5))).ranges())
                .containsExactly(new DotRange(A, 1, 4), new DotRange(A, 6, max));
        assertThat(DotSet.range(A, 1, max).minus(top)).isEqualTo(DotSet.range(A, 1, max - 1));
        assertThat(DotSet.range(A, 1, max).intersect(top)).isEqualTo(top);
        assertThat(top.dots()).containsExactly(new Dot(A, max));
        assertThat(DotSet.range(A, 1, max).size()).isEqualTo(max);
        assertThat(DotSet.range(A, 1, max).add(new Dot(B, 1)).size()).isEqualTo(max);
    }

    @Test
    void a_change_that_changes_nothing_returns_the_same_set() {
        for (int seed = 0; seed < 1_000; seed++) {
            Generators generators = new Generators(seed);
            DotSet a = generators.wideDotSet();
            DotSet part = a.minus(generators.wideDotSet()).intersect(a.join(generators.dotSet()));
            assertThat(a.join(DotSet.builder().join(part).build())).isSameAs(a);
            assertThat(a.minus(generators.dotSet().minus(a))).isSameAs(a);
            assertThat(a.intersect(a.join(generators.dotSet()))).isSameAs(a);
            assertThat(a.only(actor -> true)).isSameAs(a);
            assertThat(a.bases().bases()).isSameAs(a.bases());
            for (DotRange range : a.ranges()) {
                assertThat(a.add(new Dot(range.actor(), range.to()))).isSameAs(a);
            }
        }
    }

    @Test
    void sets_of_the_same_actors_join_as_a_builder_joins_them() {
        for (int seed = 0; seed < SEEDS; seed++) {
            Generators generators = new Generators(seed);
            DotSet.Builder first = DotSet.builder();
            DotSet.Builder second = DotSet.builder();
            for (int i = generators.random().nextInt(2, 5); i > 0; i--) {
                Actor actor = generators.actor();
                first.add(new Dot(actor, generators.random().nextLong(1, 4)));
                first.add(new Dot(actor, generators.random().nextLong(1, 9)));
                second.add(new Dot(actor, generators.random().nextLong(1, 4)));
                second.add(new Dot(actor, generators.random().nextLong(1, 9)));
            }
            DotSet a = first.build();
            DotSet b = second.build();
            DotSet joined = a.join(b);
            assertThat(joined)
                    .as("seed %d", seed)
                    .isEqualTo(DotSet.builder().join(a).join(b).build());
            assertThat(joined.join(b)).isSameAs(joined);
            assertThat(b.join(joined)).as("seed %d", seed).isEqualTo(joined);
        }
    }

    @Test
    void a_range_and_a_dot_are_what_a_builder_makes_of_them() {
        for (int seed = 0; seed < 1_000; seed++) {
            Dot dot = new Generators(seed).dot();
            long to = dot.counter() + seed % 3;
            assertThat(DotSet.of(dot)).isEqualTo(DotSet.builder().add(dot).build());
            assertThat(DotSet.range(dot.actor(), dot.counter(), to))
                    .isEqualTo(DotSet.builder()
                            .addRange(dot.actor(), dot.counter(), to)
                            .build());
        }
    }

    @Test
    void the_bases_are_the_ranges_that_begin_at_one() {
        for (int seed = 0; seed < SEEDS; seed++) {
            DotSet set = new Generators(seed).wideDotSet();
            DotSet.Builder bases = DotSet.builder();
            boolean extras = false;
            for (DotRange range : set.ranges()) {
                extras |= range.from() != 1;
                if (range.from() == 1) {
                    bases.addRange(range.actor(), 1, range.to());
                }
            }
            assertThat(set.bases()).as("seed %d", seed).isEqualTo(bases.build());
            assertThat(set.bases() == set).as("seed %d", seed).isEqualTo(!extras);
        }
    }

    @Test
    void dots_are_made_one_by_one() {
        Iterator<Dot> dots = DotSet.range(A, 3, Long.MAX_VALUE).dots().iterator();
        assertThat(dots.next()).isEqualTo(new Dot(A, 3));
        assertThat(dots.next()).isEqualTo(new Dot(A, 4));
        Iterator<Dot> none = DotSet.empty().dots().iterator();
        assertThatThrownBy(none::next).isInstanceOf(NoSuchElementException.class);
    }

    @Test
    void refuses_ranges_that_are_none() {
        assertThatThrownBy(() -> DotSet.range(A, 0, 3)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> DotSet.range(A, 4, 3)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new DotRange(A, 4, 3)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Dot(A, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Actor(1, -1, Role.REPLICA)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void reads_well() {
        DotSet set =
                DotSet.of(new Dot(A, 1), new Dot(A, 2), new Dot(A, 4), new Dot(new Actor(255, 2, Role.FALLBACK), 9));
        assertThat(set).hasToString("{1:1..2, 1:4, ff.2~f:9}");
        assertThat(DotSet.empty()).hasToString("{}");
    }

    @Test
    void actors_are_ordered_by_unsigned_run_then_stint_then_role() {
        List<Actor> ordered = List.of(
                new Actor(0, 5, Role.FALLBACK),
                new Actor(1, 0, Role.REPLICA),
                new Actor(1, 0, Role.FALLBACK),
                new Actor(1, 1, Role.REPLICA),
                new Actor(-1, 0, Role.REPLICA));
        List<Actor> shuffled = new ArrayList<>(ordered);
        Collections.shuffle(shuffled, new Random(3));
        Collections.sort(shuffled);
        assertThat(shuffled).isEqualTo(ordered);
    }

    private static TreeSet<Dot> union(TreeSet<Dot> x, TreeSet<Dot> y) {
        TreeSet<Dot> union = new TreeSet<>(x);
        union.addAll(y);
        return union;
    }

    private static long base(TreeSet<Dot> dots, Actor actor) {
        long base = 0;
        while (dots.contains(new Dot(actor, base + 1))) {
            base++;
        }
        return base;
    }

    private static void assertSame(int seed, DotSet actual, TreeSet<Dot> expected) {
        assertThat(actual.dots()).as("seed %d", seed).containsExactlyElementsOf(expected);
        assertThat(actual.size()).as("seed %d", seed).isEqualTo(expected.size());
        assertThat(actual).as("seed %d", seed).isEqualTo(DotSet.of(expected)).hasSameHashCodeAs(DotSet.of(expected));
        assertCanonical(seed, actual);
    }

    private static void assertCanonical(int seed, DotSet set) {
        TreeMap<Actor, Long> last = new TreeMap<>();
        Actor before = null;
        for (DotRange range : set.ranges()) {
            assertThat(before == null || before.compareTo(range.actor()) <= 0)
                    .as("seed %d, actors ascend in %s", seed, set)
                    .isTrue();
            Long end = last.put(range.actor(), range.to());
            assertThat(end == null || end < range.from() - 1)
                    .as("seed %d, intervals ascend apart in %s", seed, set)
                    .isTrue();
            before = range.actor();
        }
        assertThat(set.actors()).as("seed %d", seed).containsExactlyElementsOf(last.keySet());
    }
}
