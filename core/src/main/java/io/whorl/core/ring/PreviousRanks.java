package io.whorl.core.ring;

import java.util.Arrays;
import java.util.Optional;

/** Where today's nodes stood in the previous ring, among its first ranks; and what the change of members costs at least. */
final class PreviousRanks {
    private final int ranks;
    /** Per partition and node; {@code ranks} where it had none. */
    private final byte[][] rank;

    /**
     * @param nodes today's nodes, sorted
     * @param partitions how many partitions there are
     * @param ranks how many ranks matter
     * @param previous the ring before, if there was one
     */
    PreviousRanks(NodeId[] nodes, int partitions, int ranks, Optional<Ring> previous) {
        this.ranks = ranks;
        this.rank = new byte[partitions][nodes.length];
        for (int partition = 0; partition < partitions; partition++) {
            Arrays.fill(rank[partition], (byte) ranks);
            if (previous.isPresent()) {
                byte place = 0;
                for (NodeId owner : previous.get().primaries(partition, ranks)) {
                    int node = Arrays.binarySearch(nodes, owner);
                    if (node >= 0) {
                        rank[partition][node] = place;
                    }
                    place++;
                }
            }
        }
    }

    /** The node's rank in a partition, from 0, or the number of ranks if it had none. */
    int of(int partition, int node) {
        return rank[partition][node];
    }

    /**
     * A lower bound for the replicas that any balanced ring moves, for a bucket of N replicas: each partition must replace
     * those it lost, and each node must be brought up to its share.
     */
    int leastMoves(int replicas) {
        int nodes = rank[0].length;
        int[] kept = new int[nodes];
        int lost = 0;
        for (byte[] places : rank) {
            lost += replicas;
            for (int node = 0; node < nodes; node++) {
                if (places[node] < replicas) {
                    kept[node]++;
                    lost--;
                }
            }
        }
        int share = replicas * rank.length / nodes;
        int wanting = 0;
        for (int load : kept) {
            wanting += Math.max(0, share - load);
        }
        return Math.max(lost, wanting);
    }

    /** How many ranks matter. */
    int ranks() {
        return ranks;
    }
}
