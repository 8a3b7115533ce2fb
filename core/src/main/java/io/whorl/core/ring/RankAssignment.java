package io.whorl.core.ring;

import java.util.Arrays;

/**
 * Gives one rank of every partition to a node, such that the nodes end up with equal loads at the least cost.
 *
 * <p>A minimum-cost flow from partitions to nodes, with a convex charge per node for the distance of its load from the
 * bounds, solved by successive shortest paths (Ahuja, Magnanti and Orlin, <i>Network Flows</i>, 1993, sections 9.7 and
 * 14.4): first each partition takes what is cheapest for itself, which is optimal if loads are free; then, as long as it
 * pays, the cheapest chain "a passes a partition on to b, b another one to c" is carried out. Shortest chains keep the
 * assignment optimal for its loads, so the end is the optimum. Among equals the higher rendezvous score is taken.
 */
final class RankAssignment {
    /** What may be asked about giving this rank of a partition to a node. */
    interface Choices {
        /** The cost, at most {@link #FORBIDDEN}. */
        int cost(int partition, int node);

        /** The preference among equal costs; higher is better. */
        long score(int partition, int node);
    }

    /** The cost of a choice that must not be made. */
    static final int FORBIDDEN = 1_000_000;

    /** Dearer than any chain of permitted choices. */
    private static final long CHARGE_PER_SLOT = 100_000;

    private static final int NONE = -1;

    private final Choices choices;
    private final int nodes;
    private final int least;
    private final int most;
    /** Per node how much it holds in all, earlier ranks included. */
    private final int[] load;
    /** Per partition the node that has this rank. */
    private final int[] owner;
    /** Per pair (a, b) the least that it costs for a to pass a partition on to b, and which one that is. */
    private final long[][] step;

    private final int[][] stepPartition;

    /**
     * @param partitions how many partitions there are
     * @param load per node how much it holds of the earlier ranks; updated
     * @param least the least load that a node should end up with
     * @param most the greatest
     * @param choices what each choice costs
     */
    RankAssignment(int partitions, int[] load, int least, int most, Choices choices) {
        this.choices = choices;
        this.nodes = load.length;
        this.least = least;
        this.most = most;
        this.load = load;
        this.owner = new int[partitions];
        this.step = new long[nodes][nodes];
        this.stepPartition = new int[nodes][nodes];
    }

    /** The owners, by partition. Every partition must have a permitted choice. */
    int[] solve() {
        for (int partition = 0; partition < owner.length; partition++) {
            owner[partition] = cheapest(partition);
            load[owner[partition]]++;
        }
        for (int node = 0; node < nodes; node++) {
            findSteps(node);
        }
        while (improve()) {
            // Each turn lowers the total, an integer that is not negative.
        }
        return owner;
    }

    private int cheapest(int partition) {
        int best = 0;
        for (int node = 1; node < nodes; node++) {
            if (isBetter(partition, node, best)) {
                best = node;
            }
        }
        return best;
    }

    private boolean isBetter(int partition, int node, int than) {
        int cost = choices.cost(partition, node) - choices.cost(partition, than);
        if (cost != 0) {
            return cost < 0;
        }
        boolean full = load[node] >= most;
        if (full != load[than] >= most) {
            return !full;
        }
        return choices.score(partition, node) > choices.score(partition, than);
    }

    private void findSteps(int from) {
        long[] costs = step[from];
        Arrays.fill(costs, Long.MAX_VALUE);
        for (int partition = 0; partition < owner.length; partition++) {
            if (owner[partition] == from) {
                int now = choices.cost(partition, from);
                for (int to = 0; to < nodes; to++) {
                    int then = choices.cost(partition, to);
                    if (to != from && then < FORBIDDEN && isBetterStep(partition, from, to, then - now)) {
                        costs[to] = then - now;
                        stepPartition[from][to] = partition;
                    }
                }
            }
        }
    }

    private boolean isBetterStep(int partition, int from, int to, long cost) {
        long known = step[from][to];
        return cost < known
                || cost == known && choices.score(partition, to) > choices.score(stepPartition[from][to], to);
    }

    /** Carries out the chain that lowers the total most; false if none lowers it. */
    private boolean improve() {
        long[] distance = new long[nodes];
        int[] from = new int[nodes];
        Arrays.fill(from, NONE);
        for (int node = 0; node < nodes; node++) {
            distance[node] = charge(load[node] - 1) - charge(load[node]);
        }
        relax(distance, from);
        int end = NONE;
        long best = 0;
        for (int node = 0; node < nodes; node++) {
            long change = distance[node] + charge(load[node] + 1) - charge(load[node]);
            if (from[node] != NONE && change < best) {
                end = node;
                best = change;
            }
        }
        if (end == NONE) {
            return false;
        }
        carryOut(end, from);
        return true;
    }

    /** Bellman and Ford's shortest paths, from every node as a possible start of the chain. */
    private void relax(long[] distance, int[] from) {
        boolean changed = true;
        while (changed) {
            changed = false;
            for (int a = 0; a < nodes; a++) {
                long[] costs = step[a];
                for (int b = 0; b < nodes; b++) {
                    if (costs[b] != Long.MAX_VALUE && distance[a] + costs[b] < distance[b]) {
                        distance[b] = distance[a] + costs[b];
                        from[b] = a;
                        changed = true;
                    }
                }
            }
        }
    }

    private void carryOut(int end, int[] from) {
        int start = end;
        for (int node = end; from[node] != NONE; node = from[node]) {
            owner[stepPartition[from[node]][node]] = node;
            start = from[node];
        }
        load[start]--;
        load[end]++;
        for (int node = end; node != NONE; node = from[node]) {
            findSteps(node);
        }
    }

    private long charge(int held) {
        return CHARGE_PER_SLOT * (Math.max(0, least - held) + Math.max(0, held - most));
    }
}
