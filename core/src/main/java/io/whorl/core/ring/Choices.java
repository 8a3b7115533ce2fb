package io.whorl.core.ring;

import java.util.Arrays;

/**
 * What each choice of a node for a partition costs: a few nodes of a partition have a cost of their own, and all others
 * the same one, which is the dearest.
 */
final class Choices {
    /** The cost of a choice that must not be made. */
    static final int FORBIDDEN = Integer.MAX_VALUE;

    private static final int MOVED = 10_000;
    private static final int[] NOBODY = {};

    /** Per partition the nodes that have a cost of their own. */
    private final int[][] named;

    private final int[][] costs;
    private final int others;

    private Choices(int[][] named, int[][] costs, int others) {
        this.named = named;
        this.costs = costs;
        this.others = others;
    }

    /**
     * For the primaries of one N: a move first; then leaving the guide; then the previous rank, since taking nodes that
     * stood low leaves the other sets their choice.
     *
     * @param before where the nodes stood
     * @param replicas N
     * @param guide the nodes to prefer
     * @param within per partition the only nodes permitted, or null
     */
    static Choices of(PreviousRanks before, int replicas, Guide guide, int[][] within) {
        int[][] named = new int[before.partitions()][];
        int[][] costs = new int[before.partitions()][];
        for (int partition = 0; partition < named.length; partition++) {
            named[partition] =
                    within == null ? union(before.nodes(partition), guide.nodes(partition)) : within[partition];
            costs[partition] = new int[named[partition].length];
            for (int i = 0; i < costs[partition].length; i++) {
                int rank = before.of(partition, named[partition][i]);
                int misguided = contains(guide.nodes(partition), named[partition][i]) ? 0 : guide.cost();
                costs[partition][i] = (rank >= replicas ? MOVED : 0) + misguided + rank;
            }
        }
        return new Choices(named, costs, within == null ? MOVED + guide.cost() + before.ranks() : FORBIDDEN);
    }

    /**
     * Nodes to prefer.
     *
     * @param sets per partition the nodes, or null for no guide
     * @param cost what leaving it costs
     */
    record Guide(int[][] sets, int cost) {
        static final Guide NONE = new Guide(null, 0);

        /** A guide that decides only among choices that move as much. */
        static Guide weak(int[][] sets) {
            return new Guide(sets, 10);
        }

        /** A guide that is left only for the sake of loads and zones. */
        static Guide strong(int[][] sets) {
            return new Guide(sets, 2 * MOVED);
        }

        int[] nodes(int partition) {
            return sets == null ? NOBODY : sets[partition];
        }
    }

    /** The nodes of a partition that have a cost of their own; not to be changed. */
    int[] named(int partition) {
        return named[partition];
    }

    /** The cost of the {@code i}-th of them. */
    int costOfNamed(int partition, int i) {
        return costs[partition][i];
    }

    /** The cost of every other node, or {@link #FORBIDDEN}. */
    int others() {
        return others;
    }

    boolean isNamed(int partition, int node) {
        return contains(named[partition], node);
    }

    int cost(int partition, int node) {
        for (int i = 0; i < named[partition].length; i++) {
            if (named[partition][i] == node) {
                return costs[partition][i];
            }
        }
        return others;
    }

    static boolean contains(int[] nodes, int node) {
        for (int one : nodes) {
            if (one == node) {
                return true;
            }
        }
        return false;
    }

    private static int[] union(int[] some, int[] more) {
        int[] all = Arrays.copyOf(some, some.length + more.length);
        int count = some.length;
        for (int node : more) {
            if (!contains(some, node)) {
                all[count++] = node;
            }
        }
        return Arrays.copyOf(all, count);
    }
}
