package io.whorl.core.ring;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Computes who should own what. A pure function, the same on every JVM, whatever the order in which members are given.
 *
 * <p>The preference lists are filled rank by rank. At each of the first {@link #BALANCED_RANKS} ranks the nodes' loads
 * (how often they stand among the ranks so far) are held between the two whole numbers around the mean, so that a bucket
 * of any N up to that is balanced to within one slot; among the balanced assignments one is taken that moves the fewest
 * replicas away from the previous ring, for every N at once ({@link MoveCost}, {@link RankAssignment}), and among those
 * the partitions' own rendezvous order decides. Fallbacks follow in rendezvous order. Members are treated alike: zones
 * and weights are not looked at yet. The evidence for the bounds is in {@code docs/decisions/0004-placement.md}.
 */
public final class Placement {
    /** The largest N for which loads and moves are held to their bounds. */
    public static final int BALANCED_RANKS = 5;

    private Placement() {}

    /**
     * A ring for these members.
     *
     * @param members who takes part, in any order, each once
     * @param partitions a power of two between 1 and {@link Ring#MAX_PARTITIONS}
     * @param previous the ring that holds now; with it, as little as possible moves
     * @return the ring; each list names min(members, {@link Ring#MAX_LISTED}) nodes
     * @throws IllegalArgumentException if there is no member, if one is named twice, if {@code partitions} is not such a
     *     number, or if {@code previous} has another number of partitions
     */
    public static Ring plan(List<Member> members, int partitions, Optional<Ring> previous) {
        Ring.requirePartitions(partitions);
        NodeId[] nodes = members.stream().map(Member::id).distinct().sorted().toArray(NodeId[]::new);
        if (nodes.length == 0 || nodes.length < members.size()) {
            throw new IllegalArgumentException("a placement needs at least one member, and each once, not " + members);
        }
        List<List<NodeId>> before = previous.map(ring -> lists(ring, partitions)).orElse(List.of());
        int ranks = Math.min(BALANCED_RANKS, nodes.length);
        int[][] primaries = primaries(nodes, partitions, ranks, before);
        List<List<NodeId>> lists = new ArrayList<>(partitions);
        for (int partition = 0; partition < partitions; partition++) {
            lists.add(withFallbacks(partition, primaries, nodes));
        }
        return Ring.of(lists);
    }

    private static List<List<NodeId>> lists(Ring previous, int partitions) {
        if (previous.partitions() != partitions) {
            throw new IllegalArgumentException("the previous ring has " + previous.partitions() + " partitions, not "
                    + partitions + "; their number never changes");
        }
        List<List<NodeId>> lists = new ArrayList<>(partitions);
        for (int partition = 0; partition < partitions; partition++) {
            lists.add(previous.preferenceList(partition));
        }
        return lists;
    }

    /** By rank and partition, indexes into {@code nodes}. */
    private static int[][] primaries(NodeId[] nodes, int partitions, int ranks, List<List<NodeId>> before) {
        MoveCost moves = new MoveCost(nodes, partitions, ranks, before);
        int[] load = new int[nodes.length];
        int[][] owners = new int[ranks][];
        for (int rank = 0; rank < ranks; rank++) {
            int slots = (rank + 1) * partitions;
            int least = slots / nodes.length;
            int most = (slots + nodes.length - 1) / nodes.length;
            RankAssignment.Choices choices = new RankChoices(nodes, owners, rank, moves);
            owners[rank] = new RankAssignment(partitions, load, least, most, choices).solve();
            for (int partition = 0; partition < partitions; partition++) {
                moves.chosen(partition, owners[rank][partition]);
            }
        }
        return owners;
    }

    private static List<NodeId> withFallbacks(int partition, int[][] primaries, NodeId[] nodes) {
        List<NodeId> list = new ArrayList<>(nodes.length);
        for (int[] owners : primaries) {
            list.add(nodes[owners[partition]]);
        }
        Arrays.stream(nodes)
                .filter(node -> !list.contains(node))
                .sorted(Comparator.comparingLong((NodeId node) -> Rendezvous.score(partition, node))
                        .reversed()
                        .thenComparing(Comparator.naturalOrder()))
                .limit(Ring.MAX_LISTED - primaries.length)
                .forEachOrdered(list::add);
        return list;
    }

    /** What one rank may choose, the earlier ranks being given. */
    private record RankChoices(NodeId[] nodes, int[][] owners, int rank, MoveCost moves)
            implements RankAssignment.Choices {
        @Override
        public int cost(int partition, int node) {
            for (int earlier = 0; earlier < rank; earlier++) {
                if (owners[earlier][partition] == node) {
                    return RankAssignment.FORBIDDEN;
                }
            }
            return moves.of(partition, rank, node);
        }

        @Override
        public long score(int partition, int node) {
            return Rendezvous.score(partition, nodes[node]);
        }
    }
}
