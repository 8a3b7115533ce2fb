package io.whorl.core.quorum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whorl.core.ring.NodeId;
import io.whorl.core.ring.Slot;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class SlotTallyTest {
    private static final int SEEDS = 3_000;

    @Test
    void slots_count_as_far_as_they_can_be_told_off_to_different_nodes() {
        for (int seed = 0; seed < SEEDS; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            List<NodeId> slots = nodes(1, random.nextInt(1, 5));
            int required = random.nextInt(1, 6);
            SlotTally tally = SlotTally.of(required, atRest(slots), false);
            Map<NodeId, List<NodeId>> asked = new TreeMap<>();
            Map<NodeId, String> states = new TreeMap<>();
            for (int step = 0; step < 16; step++) {
                NodeId node = new NodeId(random.nextInt(1, 8));
                switch (random.nextInt(4)) {
                    case 0 -> {
                        List<NodeId> some = some(slots, random);
                        tally = tally.ask(node, some);
                        if (asked.putIfAbsent(node, some) == null) {
                            states.put(node, "asked");
                        }
                    }
                    case 1 -> {
                        tally = tally.acknowledge(node);
                        states.computeIfPresent(node, (any, was) -> was.equals("failed") ? was : "acknowledged");
                    }
                    case 2 -> {
                        tally = tally.fail(node);
                        states.computeIfPresent(node, (any, was) -> was.equals("acknowledged") ? was : "failed");
                    }
                    default -> {
                        tally = tally.overdue(node);
                        states.computeIfPresent(node, (any, was) -> was.equals("asked") ? "overdue" : was);
                    }
                }
                String what = "seed " + seed + ", step " + step;
                int acknowledged = most(asked, states, List.of("acknowledged"));
                int possible = most(asked, states, List.of("acknowledged", "asked", "overdue"));
                assertThat(tally.acknowledged()).as(what).isEqualTo(acknowledged);
                assertThat(tally.expected()).as(what).isEqualTo(most(asked, states, List.of("acknowledged", "asked")));
                for (int spare = 0; spare < 4; spare++) {
                    Verdict expected = acknowledged >= required
                            ? Verdict.SATISFIED
                            : Math.min(slots.size(), possible + spare) < required
                                    ? Verdict.IMPOSSIBLE
                                    : Verdict.WAITING;
                    assertThat(tally.verdict(spare)).as(what).isEqualTo(expected);
                }
                assertThat(tally.failed()).as(what).isEqualTo((int)
                        states.values().stream().filter("failed"::equals).count());
            }
        }
    }

    /** While nobody but writers was asked, each for itself, less is kept and searched; a node asked for nothing ends that. */
    @Test
    void writers_asked_for_themselves_alone_are_judged_as_they_are_among_others() {
        for (int seed = 0; seed < SEEDS; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            List<Slot> slots = anySlots(random);
            List<NodeId> writers =
                    slots.stream().flatMap(slot -> slot.writers().stream()).toList();
            int required = random.nextInt(1, 4);
            SlotTally plain = SlotTally.of(2, slots, false).requiring(required);
            NodeId other = new NodeId(100);
            SlotTally general =
                    SlotTally.of(required, slots, false).ask(other, List.of()).fail(other);
            SlotBruteForce brute = new SlotBruteForce(slots);
            for (int step = 0; step < 12 && !writers.isEmpty(); step++) {
                NodeId node = writers.get(random.nextInt(writers.size()));
                switch (random.nextInt(5)) {
                    case 0, 1 -> {
                        plain = plain.ask(node, node);
                        general = general.ask(node, List.of(node));
                        brute.ask(node, List.of(node));
                    }
                    case 2 -> {
                        plain = plain.acknowledge(node);
                        general = general.acknowledge(node);
                        brute.acknowledge(node);
                    }
                    case 3 -> {
                        plain = plain.fail(node);
                        general = general.fail(node);
                        brute.fail(node);
                    }
                    default -> {
                        plain = plain.overdue(node);
                        general = general.overdue(node);
                        brute.overdue(node);
                    }
                }
                String what = "seed " + seed + ", step " + step + ", " + slots + ", " + plain;
                for (int spare = 0; spare < 3; spare++) {
                    assertThat(plain.verdict(spare)).as(what).isEqualTo(brute.verdict(required, spare));
                    assertThat(plain.possible(spare)).as(what).isEqualTo(general.possible(spare));
                }
                assertThat(view(plain)).as(what).isEqualTo(view(general));
                assertThat(plain.failed() + 1).as(what).isEqualTo(general.failed());
            }
        }
    }

    private static List<Object> view(SlotTally tally) {
        return List.of(
                tally.acknowledged(),
                tally.expected(),
                tally.unanswered(),
                tally.isAnswered(),
                tally.awaited(),
                tally.acknowledgers(),
                tally.keepers(),
                tally.expectedKeepers(),
                tally.possibleKeepers(),
                tally.leansOnFallbacks(),
                tally.isSatisfied(),
                tally.isExpected(),
                tally.isComplete(),
                tally.uncovered(),
                tally.lacking());
    }

    @Test
    void what_is_lacking_is_a_slot_for_which_one_more_node_helps() {
        for (int seed = 0; seed < SEEDS; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            List<NodeId> slots = nodes(1, random.nextInt(1, 5));
            SlotTally tally = SlotTally.of(1, atRest(slots), false);
            for (NodeId node : nodes(1, 6)) {
                if (random.nextBoolean()) {
                    tally = tally.ask(node, some(slots, random));
                    tally = random.nextInt(3) == 0 ? tally.fail(node) : tally;
                }
            }
            NodeId more = new NodeId(100);
            SlotTally before = tally;
            List<NodeId> helpful = slots.stream()
                    .filter(slot -> before.ask(more, List.of(slot)).expected() > before.expected())
                    .toList();
            assertThat(tally.lacking())
                    .as("seed %d", seed)
                    .isEqualTo(helpful.stream().findFirst());
        }
    }

    @Test
    void slots_of_several_writers_uncounted_and_demanded_ones_are_judged_as_by_trying_everything() {
        for (int seed = 0; seed < SEEDS / 2; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            List<Slot> slots = anySlots(random);
            List<NodeId> writers =
                    slots.stream().flatMap(slot -> slot.writers().stream()).toList();
            int required = random.nextInt(1, 4);
            SlotTally tally = SlotTally.of(required, slots, false);
            SlotBruteForce brute = new SlotBruteForce(slots);
            for (int step = 0; step < 12; step++) {
                NodeId node = new NodeId(random.nextInt(1, 9));
                switch (random.nextInt(5)) {
                    case 0, 1 -> {
                        boolean alone = random.nextInt(3) > 0;
                        List<NodeId> some = writers.contains(node) && alone
                                ? List.of(node)
                                : alone && !writers.isEmpty()
                                        ? List.of(writers.get(random.nextInt(writers.size())))
                                        : some(writers, random);
                        tally = tally.ask(node, some);
                        brute.ask(node, some);
                    }
                    case 2 -> {
                        tally = tally.acknowledge(node);
                        brute.acknowledge(node);
                    }
                    case 3 -> {
                        tally = tally.fail(node);
                        brute.fail(node);
                    }
                    default -> {
                        tally = tally.overdue(node);
                        brute.overdue(node);
                    }
                }
                String what = "seed " + seed + ", step " + step + ", " + slots + ", " + tally;
                assertThat(tally.acknowledged()).as(what).isEqualTo(brute.most(SlotBruteForce.HAVE, 0));
                assertThat(tally.expected()).as(what).isEqualTo(brute.most(SlotBruteForce.EXPECTED, 0));
                for (int spare = 0; spare < 3; spare++) {
                    assertThat(tally.verdict(spare)).as(what).isEqualTo(brute.verdict(required, spare));
                }
                assertThat(tally.isComplete())
                        .as(what)
                        .isEqualTo(brute.lacks(SlotBruteForce.HAVE, writers).isEmpty());
                assertThat(tally.uncovered().stream())
                        .as(what)
                        .isSubsetOf(brute.lacks(SlotBruteForce.EXPECTED, writers));
                requireUseful(tally, brute, what);
            }
        }
    }

    /** As long as more slots can be filled, somebody is named for whom to ask; and nobody who is covered, without need. */
    private static void requireUseful(SlotTally tally, SlotBruteForce brute, String what) {
        int rounds = 0;
        SlotTally filled = tally;
        while (filled.lacking().isPresent()) {
            assertThat(rounds++).as(what).isLessThan(20);
            filled = filled.ask(
                    new NodeId(100 + rounds), filled.lacking().stream().toList());
        }
        assertThat(filled.expected()).as(what).isEqualTo(brute.most(SlotBruteForce.EXPECTED, 20));
        assertThat(brute.demandedLack(SlotBruteForce.EXPECTED)).as(what).isLessThanOrEqualTo(rounds);
    }

    private static List<Slot> anySlots(SplittableRandom random) {
        List<Slot> slots = new ArrayList<>();
        int next = 1;
        boolean moving = random.nextBoolean();
        for (int i = random.nextInt(1, 5); i > 0; i--) {
            NodeId holder = new NodeId(next++);
            if (!moving) {
                slots.add(Slot.atRest(holder));
                continue;
            }
            moving = false;
            switch (random.nextInt(4)) {
                case 0 -> slots.add(new Slot(Optional.of(holder), List.of(holder, new NodeId(next++)), true, false));
                case 1 -> slots.add(new Slot(Optional.empty(), List.of(holder), false, false));
                case 2 -> slots.add(new Slot(Optional.empty(), List.of(), false, false));
                default -> slots.add(new Slot(Optional.empty(), List.of(holder), false, true));
            }
        }
        Collections.rotate(slots, random.nextInt(slots.size()));
        return slots;
    }

    @Test
    void a_moving_slot_is_acknowledged_by_both_of_its_holders_or_those_who_stand_in_for_them() {
        List<NodeId> all = nodes(1, 4);
        Slot moving = new Slot(Optional.of(all.get(1)), List.of(all.get(1), all.get(2)), true, false);
        List<Slot> slots = List.of(Slot.atRest(all.get(0)), moving, Slot.atRest(all.get(3)));
        SlotTally tally = SlotTally.of(2, slots, false);
        for (NodeId writer : all) {
            tally = tally.ask(writer, List.of(writer));
        }
        tally = tally.acknowledge(all.get(0)).acknowledge(all.get(1));
        assertThat(tally.acknowledged()).isEqualTo(1);
        assertThat(tally.acknowledge(all.get(2)).verdict(0)).isEqualTo(Verdict.SATISFIED);
        assertThat(tally.acknowledge(all.get(2)).leansOnFallbacks()).isFalse();
        assertThat(tally.fail(all.get(2)).fail(all.get(3)).verdict(0)).isEqualTo(Verdict.IMPOSSIBLE);
        NodeId fallback = new NodeId(9);
        SlotTally stoodFor =
                tally.fail(all.get(2)).ask(fallback, List.of(all.get(2))).acknowledge(fallback);
        assertThat(stoodFor.verdict(0)).isEqualTo(Verdict.SATISFIED);
        assertThat(stoodFor.leansOnFallbacks()).isTrue();
        assertThat(stoodFor.keepers()).containsExactly(all.get(0), fallback);
    }

    @Test
    void what_is_demanded_is_waited_for_and_does_not_count() {
        List<NodeId> all = nodes(1, 3);
        Slot added = new Slot(Optional.empty(), List.of(all.get(2)), false, true);
        List<Slot> slots = List.of(Slot.atRest(all.get(0)), Slot.atRest(all.get(1)), added);
        SlotTally tally = SlotTally.of(1, slots, false);
        for (NodeId writer : all) {
            tally = tally.ask(writer, List.of(writer));
        }
        assertThat(tally.acknowledge(all.get(0)).verdict(0)).isEqualTo(Verdict.WAITING);
        assertThat(tally.acknowledge(all.get(2)).acknowledged()).isZero();
        assertThat(tally.acknowledge(all.get(0)).acknowledge(all.get(2)).verdict(0))
                .isEqualTo(Verdict.SATISFIED);
        assertThat(tally.fail(all.get(2)).verdict(0)).isEqualTo(Verdict.IMPOSSIBLE);
        assertThat(tally.fail(all.get(2)).lacking()).contains(all.get(2));
    }

    @Test
    void a_node_that_keeps_hints_for_all_slots_counts_once() {
        List<NodeId> slots = nodes(1, 3);
        NodeId fallback = new NodeId(9);
        SlotTally tally =
                SlotTally.of(2, atRest(slots), false).ask(fallback, slots).acknowledge(fallback);
        assertThat(tally.acknowledged()).isEqualTo(1);
        assertThat(tally.verdict(0)).isEqualTo(Verdict.IMPOSSIBLE);
        assertThat(tally.verdict(1)).isEqualTo(Verdict.WAITING);
        NodeId other = new NodeId(10);
        tally = tally.ask(other, tally.lacking().stream().toList()).acknowledge(other);
        assertThat(tally.verdict(0)).isEqualTo(Verdict.SATISFIED);
        assertThat(tally.leansOnFallbacks()).isTrue();
        assertThat(SlotTally.of(2, atRest(slots), true)
                        .ask(fallback, slots)
                        .acknowledge(fallback)
                        .verdict(0))
                .isEqualTo(Verdict.SATISFIED);
    }

    @Test
    void a_slot_counts_once_though_its_holder_and_a_fallback_have_both_acknowledged() {
        List<NodeId> slots = nodes(1, 3);
        NodeId holder = slots.get(0);
        NodeId fallback = new NodeId(9);
        SlotTally tally = SlotTally.of(2, atRest(slots), false)
                .ask(holder, List.of(holder))
                .overdue(holder)
                .ask(fallback, List.of(holder))
                .acknowledge(fallback)
                .acknowledge(holder);
        assertThat(tally.acknowledged()).isEqualTo(1);
        assertThat(tally.unanswered()).isEmpty();
        assertThat(tally.hasAcknowledged(holder)).isTrue();
    }

    @Test
    void who_was_not_asked_or_has_failed_cannot_acknowledge() {
        List<NodeId> slots = nodes(1, 2);
        SlotTally tally =
                SlotTally.of(1, atRest(slots), false).ask(slots.get(0), slots).fail(slots.get(0));
        assertThat(tally.acknowledge(slots.get(0))).isSameAs(tally);
        assertThat(tally.acknowledge(slots.get(1))).isSameAs(tally);
        assertThat(tally.ask(slots.get(0), slots)).isSameAs(tally);
        assertThat(tally.overdue(slots.get(0))).isSameAs(tally);
        assertThat(tally.verdict(0)).isEqualTo(Verdict.IMPOSSIBLE);
    }

    @Test
    void the_same_slots_serve_writes_of_several_quorums() {
        List<NodeId> slots = nodes(1, 3);
        SlotTally two = SlotTally.of(2, atRest(slots), false);
        assertThat(two.requiring(2)).isSameAs(two);
        NodeId holder = slots.get(0);
        SlotTally one = two.ask(holder, holder).acknowledge(holder).requiring(1);
        assertThat(one.wasAsked(holder)).isFalse();
        assertThat(one.ask(holder, holder).acknowledge(holder).isSatisfied()).isTrue();
        assertThatThrownBy(() -> two.requiring(0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void more_nodes_than_can_be_told_apart_are_refused() {
        SlotTally tally = SlotTally.of(1, atRest(nodes(1, 3)), false);
        for (NodeId node : nodes(4, 64)) {
            tally = tally.ask(node, List.of());
        }
        SlotTally full = tally;
        assertThat(full.ask(new NodeId(1), new NodeId(1)).wasAsked(new NodeId(1)))
                .isTrue();
        assertThatThrownBy(() -> full.ask(new NodeId(65), List.of())).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void nothing_cannot_be_required() {
        assertThatThrownBy(() -> SlotTally.of(0, atRest(nodes(1, 1)), false))
                .isInstanceOf(IllegalArgumentException.class);
    }

    /** The most slots that can be told off to different nodes, by trying everything. */
    private static int most(Map<NodeId, List<NodeId>> asked, Map<NodeId, String> states, List<String> which) {
        List<List<NodeId>> nodes = new ArrayList<>();
        asked.forEach((node, slots) -> {
            if (which.contains(states.get(node))) {
                nodes.add(slots);
            }
        });
        return most(nodes, 0, new TreeSet<>());
    }

    private static int most(List<List<NodeId>> nodes, int from, TreeSet<NodeId> taken) {
        if (from == nodes.size()) {
            return 0;
        }
        int most = most(nodes, from + 1, taken);
        for (NodeId slot : nodes.get(from)) {
            if (taken.add(slot)) {
                most = Math.max(most, 1 + most(nodes, from + 1, taken));
                taken.remove(slot);
            }
        }
        return most;
    }

    private static List<NodeId> some(List<NodeId> slots, SplittableRandom random) {
        int most = random.nextInt(slots.size() + 1);
        return slots.stream().filter(slot -> random.nextBoolean()).limit(most).toList();
    }

    private static List<Slot> atRest(List<NodeId> holders) {
        return holders.stream().map(Slot::atRest).toList();
    }

    private static List<NodeId> nodes(int from, int to) {
        List<NodeId> nodes = new ArrayList<>();
        for (int i = from; i <= to; i++) {
            nodes.add(new NodeId(i));
        }
        return nodes;
    }
}
