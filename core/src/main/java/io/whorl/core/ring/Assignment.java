package io.whorl.core.ring;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Gives every partition a set of nodes of a given size, such that the nodes end up with equal loads at the least cost.
 *
 * <p>A minimum-cost flow from partitions to nodes, with a convex charge per node for the distance of its load from the
 * bounds, solved by successive shortest paths (Ahuja, Magnanti and Orlin, <i>Network Flows</i>, 1993, sections 9.7 and
 * 14.4): first each partition takes what is cheapest for itself, which is optimal if loads are free; then, as long as it
 * pays, the cheapest chain "a passes a partition on to b, b another one to c" is carried out. Shortest chains keep the
 * assignment optimal for its loads, so the end is the optimum. Among equals the higher rendezvous score is taken.
 */
final class Assignment {
    /** What may be asked about giving a partition to a node. */
    interface Choices {
        /** The cost: 0 to {@link #MAX_COST}, or {@link #FORBIDDEN}. */
        int cost(int partition, int node);

        /** The preference among equal costs; higher is better. */
        long score(int partition, int node);
    }

    /** The dearest permitted choice. */
    static final int MAX_COST = 100_000;

    /** The cost of a choice that must not be made. */
    static final int FORBIDDEN = 100_000_000;

    /** Dearer than any chain of permitted choices, one per node of a large cluster. */
    private static final long CHARGE_PER_SLOT = 1_000_000_000_000L;

    private static final int NONE = -1;

    private final Choices choices;
    private final int nodes;
    private final int least;
    private final int most;
    /** Per node how much it holds in all, what it held before included. */
    private final int[] load;
    /** Whether a partition was given to a node. */
    private final boolean[][] given;
    /** Per pair (a, b) the least that it costs for a to pass a partition on to b, and which one that is. */
    private final long[][] step;

    private final int[][] stepPartition;

    /**
     * @param partitions how many partitions there are
     * @param load per node how much it holds already; updated
     * @param least the least load that a node should end up with
     * @param most the greatest
     * @param choices what each choice costs
     */
    Assignment(int partitions, int[] load, int least, int most, Choices choices) {
        this.choices = choices;
        this.nodes = load.length;
        this.least = least;
        this.most = most;
        this.load = load;
        this.given = new boolean[partitions][nodes];
        this.step = new long[nodes][nodes];
        this.stepPartition = new int[nodes][nodes];
    }

    /** Whether each partition was given to each node. Every partition must have {@code size} permitted choices. */
    boolean[][] solve(int size) {
        for (int partition = 0; partition < given.length; partition++) {
            for (int i = 0; i < size; i++) {
                int node = cheapest(partition);
                given[partition][node] = true;
                load[node]++;
            }
        }
        for (int[] partitions : stepPartition) {
            Arrays.fill(partitions, NONE);
        }
        for (int partition = 0; partition < given.length; partition++) {
            offerSteps(partition);
        }
        while (improve()) {
            // Each turn lowers the total, an integer that is not negative.
        }
        return given;
    }

    private int cheapest(int partition) {
        int best = NONE;
        for (int node = 0; node < nodes; node++) {
            if (!given[partition][node] && (best == NONE || isBetter(partition, node, best))) {
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

    /** Considers every step that passes this partition on. */
    private void offerSteps(int partition) {
        for (int from = 0; from < nodes; from++) {
            if (given[partition][from]) {
                for (int to = 0; to < nodes; to++) {
                    offerStep(partition, from, to);
                }
            }
        }
    }

    private void offerStep(int partition, int from, int to) {
        if (given[partition][to]) {
            return;
        }
        int then = choices.cost(partition, to);
        if (then == FORBIDDEN) {
            return;
        }
        long cost = then - choices.cost(partition, from);
        int known = stepPartition[from][to];
        if (known == NONE
                || cost < step[from][to]
                || cost == step[from][to] && choices.score(partition, to) > choices.score(known, to)) {
            step[from][to] = cost;
            stepPartition[from][to] = partition;
        }
    }

    /** Finds the best step anew where it was to pass this partition on and no longer can. */
    private void replaceSteps(int partition) {
        for (int from = 0; from < nodes; from++) {
            for (int to = 0; to < nodes; to++) {
                boolean possible = given[partition][from] && !given[partition][to];
                if (stepPartition[from][to] == partition && !possible) {
                    stepPartition[from][to] = NONE;
                    for (int other = 0; other < given.length; other++) {
                        if (given[other][from]) {
                            offerStep(other, from, to);
                        }
                    }
                }
            }
        }
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
                for (int b = 0; b < nodes; b++) {
                    if (stepPartition[a][b] != NONE && distance[a] + step[a][b] < distance[b]) {
                        distance[b] = distance[a] + step[a][b];
                        from[b] = a;
                        changed = true;
                    }
                }
            }
        }
    }

    private void carryOut(int end, int[] from) {
        int start = end;
        List<Integer> changed = new ArrayList<>();
        for (int node = end; from[node] != NONE; node = from[node]) {
            start = from[node];
            int partition = stepPartition[start][node];
            given[partition][start] = false;
            given[partition][node] = true;
            changed.add(partition);
        }
        load[start]--;
        load[end]++;
        for (int partition : changed) {
            replaceSteps(partition);
        }
        for (int partition : changed) {
            offerSteps(partition);
        }
    }

    private long charge(int held) {
        return CHARGE_PER_SLOT * (Math.max(0, least - held) + Math.max(0, held - most));
    }
}
