package io.whorl.core.ring;

import io.whorl.core.ring.Choices.Guide;

/**
 * What a plan should come close to: for every N the shares of the nodes, and the set of primaries that moves the least, each
 * by itself. These sets are not nested, so no ring has them all.
 */
final class Ideal {
    private final Owners owners;
    private final PreviousRanks before;
    private final Shares[] shares;
    /** By N − 1 and partition. */
    private final int[][][] sets;

    private final int[] leastMoves;

    Ideal(Owners owners, PreviousRanks before) {
        this.owners = owners;
        this.before = before;
        this.shares = new Shares[before.ranks()];
        this.sets = new int[shares.length][][];
        this.leastMoves = new int[shares.length];
        int[][] nothing = new int[before.partitions()][0];
        for (int n = 1; n <= shares.length; n++) {
            shares[n - 1] = Shares.of(owners, n, before.partitions());
            sets[n - 1] = choose(n, nothing, Guide.NONE, null, 0);
            leastMoves[n - 1] = before.moves(sets[n - 1], n);
        }
    }

    /** The largest N. */
    int ranks() {
        return shares.length;
    }

    int partitions() {
        return before.partitions();
    }

    /** Per partition the primaries for one N that move the least. */
    int[][] set(int n) {
        return sets[n - 1];
    }

    /** By how many slots the loads of a set leave the shares. */
    int imbalance(int n, int[][] set) {
        int[] loads = Assignment.loads(set, owners.count());
        int imbalance = 0;
        for (int node = 0; node < loads.length; node++) {
            imbalance += Math.max(0, shares[n - 1].least(node) - loads[node]);
            imbalance += Math.max(0, loads[node] - shares[n - 1].most(node));
        }
        return imbalance;
    }

    /** How many replicas a set moves beyond 1.2 times the least. */
    int excess(int n, int[][] set) {
        return Math.max(0, before.moves(set, n) - 6 * leastMoves[n - 1] / 5);
    }

    /** The best set of {@code n} per partition that contains {@code inner} and lies within {@code within}, if given. */
    int[][] choose(int n, int[][] inner, Guide guide, int[][] within, int salt) {
        Choices choices = Choices.of(before, n, guide, within);
        int zones = Math.min(n, owners.zoneCount());
        return new Assignment(owners, shares[n - 1], choices, inner, n - inner[0].length, zones, salt).solve();
    }
}
