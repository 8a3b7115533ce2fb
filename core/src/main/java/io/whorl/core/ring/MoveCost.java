package io.whorl.core.ring;

import java.util.Arrays;
import java.util.List;

/**
 * What it costs, in replicas that must be sent over the network, to give a partition's next rank to a node.
 *
 * <p>For a bucket of N replicas a partition loses a surviving holder whenever its first N nodes are filled up with
 * newcomers. With U the nodes already chosen and O(N) the previous first N that are still members, at least
 * |O(N) ∪ U| − N of O(N) must go, and filling up by previous rank reaches that bound for every N at once. The cost of a
 * node is that number with the node added to U, summed over all N that the choice matters for. So a choice knows what
 * it costs at the ranks that follow, and a replacement for a lost holder costs nothing wherever it comes in.
 */
final class MoveCost {
    private final int ranks;
    private final int nodes;
    /** Per partition and node its previous rank, or {@code ranks} where it had none below. */
    private final byte[] previousRank;
    /** Per partition and N − 1: |O(N)| plus the chosen nodes outside O(N). */
    private final int[][] claims;

    MoveCost(NodeId[] nodes, int partitions, int ranks, List<List<NodeId>> previous) {
        this.ranks = ranks;
        this.nodes = nodes.length;
        this.previousRank = new byte[partitions * nodes.length];
        this.claims = new int[partitions][ranks];
        Arrays.fill(previousRank, (byte) ranks);
        for (int partition = 0; partition < previous.size(); partition++) {
            List<NodeId> list = previous.get(partition);
            for (int rank = 0; rank < Math.min(ranks, list.size()); rank++) {
                int node = Arrays.binarySearch(nodes, list.get(rank));
                if (node >= 0) {
                    previousRank[partition * nodes.length + node] = (byte) rank;
                    for (int n = rank; n < ranks; n++) {
                        claims[partition][n]++;
                    }
                }
            }
        }
    }

    /** The cost of giving {@code rank} of a partition, all lower ones being given, to a node. */
    int of(int partition, int rank, int node) {
        int before = previousRank[partition * nodes + node];
        int[] claimed = claims[partition];
        int cost = 0;
        for (int n = rank; n < ranks; n++) {
            int outsider = before > n ? 1 : 0;
            cost += Math.max(0, claimed[n] + outsider - (n + 1));
        }
        return cost;
    }

    /** Records that a rank of a partition was given to a node. */
    void chosen(int partition, int node) {
        int before = previousRank[partition * nodes + node];
        for (int n = 0; n < before; n++) {
            claims[partition][n]++;
        }
    }
}
