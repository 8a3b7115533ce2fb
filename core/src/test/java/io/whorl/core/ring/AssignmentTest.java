package io.whorl.core.ring;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class AssignmentTest {
    private static final int PARTITIONS = 4;

    @Test
    void is_as_cheap_as_the_cheapest_of_all_assignments() {
        for (int seed = 0; seed < 4_000; seed++) {
            Problem problem = new Problem(new SplittableRandom(seed));
            int[][] sets = problem.solve();
            for (int partition = 0; partition < PARTITIONS; partition++) {
                assertThat(problem.permitted(partition))
                        .as("seed %d, partition %d", seed, partition)
                        .contains(bits(sets[partition]));
            }
            assertThat(problem.total(sets)).as("seed %d", seed).isEqualTo(problem.least());
        }
    }

    private static int bits(int[] nodes) {
        return Arrays.stream(nodes).map(node -> 1 << node).reduce(0, (a, b) -> a | b);
    }

    /** A small assignment with everything at random: zones, weights, the ring before, a guide, nodes given already. */
    private static final class Problem {
        private final Owners owners;
        private final int n;
        private final Shares shares;
        private final Choices choices;
        private final int[][] inner = new int[PARTITIONS][0];
        private final int zones;

        Problem(SplittableRandom random) {
            List<Member> members = RingFixtures.placedMembers(random.nextInt(2, 6), random);
            owners = Owners.of(members);
            n = random.nextInt(1, Math.min(3, members.size()) + 1);
            zones = Math.min(n, owners.zoneCount());
            shares = Shares.of(owners, n, PARTITIONS);
            Optional<Ring> previous = random.nextInt(3) == 0 ? Optional.empty() : Optional.of(anyRing(members, random));
            PreviousRanks before = new PreviousRanks(owners, PARTITIONS, Math.min(5, owners.count()), previous);
            int[][] guide = new int[PARTITIONS][];
            for (int partition = 0; partition < PARTITIONS; partition++) {
                guide[partition] = random.ints(0, owners.count())
                        .distinct()
                        .limit(Math.min(2, n))
                        .toArray();
            }
            Choices.Guide[] guides = {
                Choices.Guide.NONE, Choices.Guide.weak(guide), Choices.Guide.strong(guide),
            };
            choices = Choices.of(before, n, guides[random.nextInt(3)], null);
            if (n > 1 && random.nextBoolean()) {
                for (int partition = 0; partition < PARTITIONS; partition++) {
                    inner[partition] = new int[] {random.nextInt(owners.count())};
                }
            }
        }

        int[][] solve() {
            int size = n - inner[0].length;
            return new Assignment(owners, shares, choices, inner, size, zones, 0).solve();
        }

        /** The sets of nodes that a partition may have, as bits. */
        List<Integer> permitted(int partition) {
            List<Integer> permitted = new ArrayList<>();
            for (int set = 0; set < 1 << owners.count(); set++) {
                TreeSet<Integer> named = new TreeSet<>();
                for (int node = 0; node < owners.count(); node++) {
                    if ((set >> node & 1) == 1) {
                        named.add(owners.zone(node));
                    }
                }
                boolean hasInner = (bits(inner[partition]) & ~set) == 0;
                if (Integer.bitCount(set) == n && hasInner && named.size() >= zones) {
                    permitted.add(set);
                }
            }
            return permitted;
        }

        long least() {
            return least(0, new int[owners.count()], 0);
        }

        private long least(int partition, int[] loads, long cost) {
            if (partition == PARTITIONS) {
                return cost + charge(loads);
            }
            long least = Long.MAX_VALUE;
            for (int set : permitted(partition)) {
                long sum = cost;
                int[] then = loads.clone();
                for (int node = 0; node < loads.length; node++) {
                    if ((set >> node & 1) == 1) {
                        then[node]++;
                        sum += cost(partition, node);
                    }
                }
                least = Math.min(least, least(partition + 1, then, sum));
            }
            return least;
        }

        long total(int[][] sets) {
            long total = charge(Assignment.loads(sets, owners.count()));
            for (int partition = 0; partition < PARTITIONS; partition++) {
                for (int node : sets[partition]) {
                    total += cost(partition, node);
                }
            }
            return total;
        }

        private long cost(int partition, int node) {
            return Choices.contains(inner[partition], node) ? 0 : choices.cost(partition, node);
        }

        private long charge(int[] loads) {
            long charge = 0;
            for (int node = 0; node < loads.length; node++) {
                charge += Math.max(0, loads[node] - shares.most(node)) + Math.max(0, shares.least(node) - loads[node]);
            }
            return charge * Assignment.CHARGE_PER_SLOT;
        }

        private static Ring anyRing(List<Member> members, SplittableRandom random) {
            List<List<NodeId>> lists = new ArrayList<>();
            for (int partition = 0; partition < PARTITIONS; partition++) {
                TreeSet<NodeId> some = new TreeSet<>();
                while (some.isEmpty()) {
                    members.stream().filter(member -> random.nextBoolean()).forEach(member -> some.add(member.id()));
                }
                lists.add(List.copyOf(some));
            }
            return Ring.of(lists);
        }
    }
}
