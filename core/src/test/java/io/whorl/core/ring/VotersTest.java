package io.whorl.core.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class VotersTest {
    private static final int[] COUNTS = {0, 1, 1, 3, 3, 5, 5, 5, 5, 5};

    @Test
    void one_three_or_five_members_vote() {
        SplittableRandom random = new SplittableRandom(1);
        for (int count = 1; count < COUNTS.length; count++) {
            List<Member> members = RingFixtures.placedMembers(count, random);
            assertThat(Voters.choose(members, List.of())).hasSize(COUNTS[count]).isSorted();
        }
    }

    @Test
    void voters_are_spread_over_zones_before_any_is_kept() {
        List<Member> members = RingFixtures.members(7, new SplittableRandom(2));
        String[] zones = {"a", "a", "a", "a", "a", "b", "c"};
        for (int i = 0; i < zones.length; i++) {
            members.set(i, RingFixtures.placed(members.get(i), zones[i], 1));
        }
        List<NodeId> current = members.subList(0, 5).stream().map(Member::id).toList();
        assertThat(Voters.choose(members, current))
                .hasSize(5)
                .contains(members.get(5).id(), members.get(6).id());
    }

    @Test
    void no_change_of_members_replaces_more_voters_than_the_spread_demands() {
        for (int seed = 0; seed < 3_000; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            List<Member> members = RingFixtures.placedMembers(random.nextInt(1, 10), random);
            List<NodeId> current = new ArrayList<>();
            for (Member member : RingFixtures.members(2, random)) {
                current.add(member.id());
            }
            for (Member member : members) {
                if (random.nextBoolean() && current.size() < 7) {
                    current.add(member.id());
                }
            }
            List<NodeId> chosen = Voters.choose(members, current);
            TreeSet<NodeId> kept = new TreeSet<>(chosen);
            kept.retainAll(current);
            int[] best = mostEvenThenMostKept(members, current, chosen.size());
            assertThat(spread(members, chosen)).as("seed %d", seed).isEqualTo(best[0]);
            assertThat(kept.size()).as("kept, seed %d", seed).isEqualTo(best[1]);
        }
    }

    @Test
    void the_order_of_the_members_does_not_matter_and_the_chosen_stay() {
        for (int seed = 0; seed < 500; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            List<Member> members = new ArrayList<>(RingFixtures.placedMembers(random.nextInt(1, 30), random));
            List<NodeId> chosen = Voters.choose(members, List.of());
            Collections.shuffle(members, new Random(seed));
            assertThat(Voters.choose(members, List.of())).isEqualTo(chosen);
            assertThat(Voters.choose(members, chosen)).isEqualTo(chosen);
        }
    }

    @Test
    void refuses_members_that_cannot_be_told_apart() {
        List<Member> members = RingFixtures.members(1, new SplittableRandom(3));
        assertThatThrownBy(() -> Voters.choose(List.of(), List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at least one member");
        assertThatThrownBy(() -> Voters.choose(List.of(members.get(0), members.get(0)), List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("each once");
    }

    /** Over all subsets of this size: the least spread, and the most voters kept with it. */
    private static int[] mostEvenThenMostKept(List<Member> members, List<NodeId> current, int size) {
        int[] best = {Integer.MAX_VALUE, 0};
        for (int bits = 0; bits < 1 << members.size(); bits++) {
            if (Integer.bitCount(bits) == size) {
                List<NodeId> subset = new ArrayList<>();
                for (int i = 0; i < members.size(); i++) {
                    if ((bits >> i & 1) == 1) {
                        subset.add(members.get(i).id());
                    }
                }
                int spread = spread(members, subset);
                int kept = (int) subset.stream().filter(current::contains).count();
                if (spread < best[0] || spread == best[0] && kept > best[1]) {
                    best = new int[] {spread, kept};
                }
            }
        }
        return best;
    }

    /** The sum of the squares of the zones' numbers of voters: the least when they are as even as can be. */
    private static int spread(List<Member> members, List<NodeId> voters) {
        TreeMap<String, Integer> zones = new TreeMap<>();
        members.stream()
                .filter(member -> voters.contains(member.id()))
                .forEach(member -> zones.merge(member.zone(), 1, Integer::sum));
        return zones.values().stream().mapToInt(count -> count * count).sum();
    }
}
