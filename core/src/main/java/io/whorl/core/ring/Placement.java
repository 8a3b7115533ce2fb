package io.whorl.core.ring;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Computes who should own what. A pure function, the same on every JVM, whatever the order in which members are given.
 *
 * <p>The first {@link #BALANCED_RANKS} of each preference list are chosen such that every node holds the mean number of
 * slots, rounded down or up, for every N up to that; that as few replicas as possible move away from the previous ring,
 * at most 1.2 times the least possible for the default N; and, that being equal, in the partitions' own rendezvous order.
 * {@link Primaries} does it, and where one attempt misses a bound others follow. Fallbacks come after them in rendezvous
 * order. Members are treated alike: zones and weights are not looked at yet. What was measured, and how far the bounds
 * hold for other N, is in {@code docs/decisions/0004-placement.md}.
 */
public final class Placement {
    /** The largest N for which loads and moves are held to their bounds. */
    public static final int BALANCED_RANKS = 5;

    /** How many orders among equals are tried with either way of choosing primaries. */
    private static final int SALTS = 4;

    private static final Comparator<Primaries> BEST_FIRST =
            Comparator.comparingInt(Primaries::imbalance).thenComparingInt(Primaries::moves);

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
        if (previous.isPresent() && previous.get().partitions() != partitions) {
            throw new IllegalArgumentException("the previous ring has "
                    + previous.get().partitions() + " partitions, not " + partitions + "; their number never changes");
        }
        int ranks = Math.min(BALANCED_RANKS, nodes.length);
        Primaries primaries = primaries(nodes, partitions, new PreviousRanks(nodes, partitions, ranks, previous));
        List<List<NodeId>> lists = new ArrayList<>(partitions);
        for (int partition = 0; partition < partitions; partition++) {
            List<NodeId> list = new ArrayList<>(Math.min(nodes.length, Ring.MAX_LISTED));
            for (int rank = 0; rank < ranks; rank++) {
                list.add(nodes[primaries.owner(partition, rank)]);
            }
            addFallbacks(partition, list, nodes);
            lists.add(list);
        }
        return Ring.of(lists);
    }

    /** The first attempt that keeps both bounds, else the best one. */
    private static Primaries primaries(NodeId[] nodes, int partitions, PreviousRanks before) {
        Primaries best = null;
        for (int attempt = 0; attempt < 2 * SALTS; attempt++) {
            Primaries next = attempt < SALTS
                    ? Primaries.guided(nodes, partitions, before, attempt)
                    : Primaries.anchored(nodes, partitions, before, attempt - SALTS);
            if (next.isGood()) {
                return next;
            }
            if (best == null || BEST_FIRST.compare(next, best) < 0) {
                best = next;
            }
        }
        return best;
    }

    private static void addFallbacks(int partition, List<NodeId> list, NodeId[] nodes) {
        Arrays.stream(nodes)
                .filter(node -> !list.contains(node))
                .sorted(Comparator.comparingLong((NodeId node) -> Rendezvous.score(partition, node))
                        .reversed()
                        .thenComparing(Comparator.naturalOrder()))
                .limit(Ring.MAX_LISTED - list.size())
                .toList()
                .forEach(list::add);
    }
}
