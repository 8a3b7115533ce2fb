package io.whorl.core.ring;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Where today's nodes stood in the previous ring, among its first ranks; and what a change of members costs at least. */
final class PreviousRanks {
    private static final int GONE = -1;

    private final int ranks;
    /** Per partition and rank the node, or {@link #GONE}. */
    private final int[][] holders;

    /**
     * @param owners today's nodes
     * @param partitions how many partitions there are
     * @param ranks how many ranks matter
     * @param previous the ring before, if there was one
     */
    PreviousRanks(Owners owners, int partitions, int ranks, Optional<Ring> previous) {
        this.ranks = ranks;
        this.holders = new int[partitions][ranks];
        for (int partition = 0; partition < partitions; partition++) {
            Arrays.fill(holders[partition], GONE);
            if (previous.isPresent()) {
                List<NodeId> primaries = previous.get().primaries(partition, ranks);
                for (int rank = 0; rank < primaries.size(); rank++) {
                    holders[partition][rank] = Math.max(GONE, owners.indexOf(primaries.get(rank)));
                }
            }
        }
    }

    /** The node's rank in a partition, from 0, or the number of ranks if it had none. */
    int of(int partition, int node) {
        for (int rank = 0; rank < ranks; rank++) {
            if (holders[partition][rank] == node) {
                return rank;
            }
        }
        return ranks;
    }

    /** Those of today's nodes that had a rank in a partition, in the order of their ranks. */
    int[] nodes(int partition) {
        return Arrays.stream(holders[partition]).filter(node -> node != GONE).toArray();
    }

    /** How many replicas these sets of N move: those that the previous ring did not have among its first N. */
    int moves(int[][] sets, int replicas) {
        int moves = 0;
        for (int partition = 0; partition < sets.length; partition++) {
            for (int node : sets[partition]) {
                moves += of(partition, node) >= replicas ? 1 : 0;
            }
        }
        return moves;
    }

    /** How many ranks matter. */
    int ranks() {
        return ranks;
    }

    /** How many partitions there are. */
    int partitions() {
        return holders.length;
    }
}
