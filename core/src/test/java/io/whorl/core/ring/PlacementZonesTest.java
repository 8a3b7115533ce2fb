package io.whorl.core.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlacementZonesTest {

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 8, 16, 64, 256})
    void every_change_of_members_keeps_zones_and_shares(int partitions) {
        int histories = partitions > 64 ? 4 : 20;
        for (int seed = 0; seed < histories; seed++) {
            SplittableRandom random = new SplittableRandom(1_000L * partitions + seed);
            List<Member> strangers = RingFixtures.placedMembers(40, random);
            List<Member> members = new ArrayList<>(strangers.subList(0, random.nextInt(1, 21)));
            strangers = new ArrayList<>(strangers.subList(members.size(), 40));
            Ring ring = Placement.plan(members, partitions, Optional.empty());
            assertKeepsRules(ring, members, seed);
            for (int step = 0; step < 15; step++) {
                change(members, strangers, random);
                ring = Placement.plan(members, partitions, Optional.of(ring));
                assertKeepsRules(ring, members, seed);
            }
        }
    }

    /** Two dozen nodes, where hardly a node or a zone is full: the rules for other N cost the default one a replica at most. */
    @ParameterizedTest
    @ValueSource(ints = {64, 256})
    void joins_leaves_and_new_weights_move_little(int partitions) {
        for (int seed = 0; seed < 4; seed++) {
            SplittableRandom random = new SplittableRandom(77L * partitions + seed);
            int zones = random.nextInt(3, 7);
            List<Member> strangers = new ArrayList<>();
            for (Member plain : RingFixtures.members(60, random)) {
                strangers.add(RingFixtures.placed(plain, "zone-" + strangers.size() % zones, random.nextInt(1, 5)));
            }
            List<Member> members = new ArrayList<>(strangers.subList(0, 24));
            strangers = new ArrayList<>(strangers.subList(24, 60));
            Ring ring = Placement.plan(members, partitions, Optional.empty());
            for (int step = 0; step < 15; step++) {
                change(members, strangers, random);
                Ring next = Placement.plan(members, partitions, Optional.of(ring));
                assertThat(10 * Placement.moves(ring, next, 3))
                        .as("ten times what moved, seed %d, step %d, %d members", seed, step, members.size())
                        .isLessThanOrEqualTo(12 * leastMoves(ring, members, 3) + 10);
                ring = next;
            }
        }
    }

    /** What the best set of this N alone would move; AssignmentTest shows that no other one moves less. */
    private static int leastMoves(Ring ring, List<Member> members, int replicas) {
        Owners owners = Owners.of(members);
        PreviousRanks before =
                new PreviousRanks(owners, ring.partitions(), Placement.BALANCED_RANKS, Optional.of(ring));
        return before.moves(new Ideal(owners, before).set(replicas), replicas);
    }

    @Test
    void three_zones_of_many_each_have_one_replica_of_everything() {
        List<Member> members = inZones(12, "a", "b", "c");
        Ring ring = Placement.plan(members, 256, Optional.empty());
        TreeSet<NodeId> zone = new TreeSet<>();
        for (int i = 0; i < members.size(); i += 3) {
            zone.add(members.get(i).id());
        }
        for (int partition = 0; partition < 256; partition++) {
            List<NodeId> primaries = new ArrayList<>(ring.primaries(partition, 3));
            primaries.retainAll(zone);
            assertThat(primaries).hasSize(1);
        }
    }

    @Test
    void fallbacks_are_of_zones_that_have_no_primary_while_there_are_such() {
        Ring ring = Placement.plan(inZones(24, "a", "b", "c", "d", "e", "f", "g", "h"), 64, Optional.empty());
        assertThat(Placement.violations(ring, inZones(24, "a", "b", "c", "d", "e", "f", "g", "h"), 8))
                .isEmpty();
    }

    @Test
    void the_order_of_the_members_does_not_matter() {
        for (int seed = 0; seed < 100; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            List<Member> members = new ArrayList<>(RingFixtures.placedMembers(random.nextInt(2, 30), random));
            Ring before = Placement.plan(members.subList(1, members.size()), 32, Optional.empty());
            Ring expected = Placement.plan(members, 32, Optional.of(before));
            Collections.shuffle(members, new Random(seed));
            assertThat(Placement.plan(members, 32, Optional.of(before))).isEqualTo(expected);
        }
    }

    @Test
    void violations_name_the_partitions_and_the_zones_that_repeat() {
        List<Member> members = inZones(4, "a", "a", "b", "");
        List<NodeId> ids = members.stream().map(Member::id).toList();
        Ring ring = Ring.of(List.of(
                List.of(ids.get(0), ids.get(1), ids.get(2)),
                List.of(ids.get(0), ids.get(2), ids.get(3)),
                List.of(ids.get(2), ids.get(1), ids.get(0)),
                List.of(ids.get(3), ids.get(1), ids.get(2))));
        assertThat(Placement.violations(ring, members, 1)).isEmpty();
        assertThat(Placement.violations(ring, members, 2)).containsExactly(new ZoneViolation(0, List.of("a")));
        assertThat(Placement.violations(ring, members, 3))
                .containsExactly(new ZoneViolation(0, List.of("a")), new ZoneViolation(2, List.of("a")));
        assertThat(Placement.violations(ring, members.subList(0, 2), 3))
                .as("nodes that are no members stand in no zone")
                .isEmpty();
    }

    @Test
    void moves_are_the_replicas_that_are_new_to_their_nodes() {
        List<NodeId> ids = inZones(3, "").stream().map(Member::id).toList();
        Ring from = Ring.of(List.of(List.of(ids.get(0), ids.get(1)), List.of(ids.get(1), ids.get(2))));
        Ring to = Ring.of(List.of(List.of(ids.get(1), ids.get(0)), List.of(ids.get(1), ids.get(0))));
        assertThat(Placement.moves(from, to, 1)).isEqualTo(1);
        assertThat(Placement.moves(from, to, 2)).isEqualTo(1);
        assertThat(Placement.moves(from, from, 2)).isZero();
        Ring other = Ring.of(List.of(List.of(ids.get(0))));
        assertThatThrownBy(() -> Placement.moves(from, other, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("2 and 1 partitions");
    }

    private static List<Member> inZones(int count, String... zones) {
        List<Member> members = RingFixtures.members(count, new SplittableRandom(count));
        for (int i = 0; i < count; i++) {
            members.set(i, RingFixtures.placed(members.get(i), zones[i % zones.length], 1));
        }
        return members;
    }

    private static void change(List<Member> members, List<Member> strangers, SplittableRandom random) {
        int one = random.nextInt(members.size());
        int what = random.nextInt(5);
        if (what == 0) {
            Member member = members.get(one);
            members.set(one, RingFixtures.placed(member, member.zone(), random.nextInt(1, 5)));
        } else if (strangers.isEmpty() || members.size() > 1 && what < 3) {
            strangers.add(members.remove(one));
        } else {
            members.add(strangers.remove(0));
        }
    }

    private static void assertKeepsRules(Ring ring, List<Member> members, int seed) {
        Owners owners = Owners.of(members);
        for (int n = 1; n <= Math.min(Placement.BALANCED_RANKS, members.size()); n++) {
            String which = "seed " + seed + ", " + members.size() + " members, N=" + n;
            assertThat(Placement.violations(ring, members, n)).as(which).isEmpty();
            Shares shares = Shares.of(owners, n, ring.partitions());
            for (int node = 0; node < owners.count(); node++) {
                assertThat(ring.partitionsOf(owners.id(node), n).size())
                        .as(which)
                        .isBetween(shares.least(node), shares.most(node));
            }
        }
    }
}
