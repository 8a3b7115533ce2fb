package io.whorl.core.ring;

/**
 * One attempt at the first ranks of all preference lists, as nested sets: per partition the primaries for N = 1, which are
 * among those for N = 2, and so on.
 *
 * <p>Each set is the optimum of an {@link Assignment} whose loads lie between the two whole numbers around the mean, and
 * whose cost is, before anything else, the number of replicas that this N moves. But the sets restrict each other, so
 * their order matters, and there are two ways to begin:
 * <ul>
 *   <li>{@link #guided}: from N = 1 upwards, preferring nodes that the best set for the default N would have;
 *   <li>{@link #anchored}: the best set for the default N itself, then inwards and outwards from it.
 * </ul>
 */
final class Primaries {
    /** The N that moves least: the default of a bucket. */
    static final int ANCHOR = 3;

    private static final int MOVED = 10_000;
    private static final int MISGUIDED = 10;

    private final NodeId[] nodes;
    private final int partitions;
    private final PreviousRanks before;
    private final int salt;
    /** By N − 1, partition and node. */
    private final boolean[][][] sets;

    private Primaries(NodeId[] nodes, int partitions, PreviousRanks before, int salt) {
        this.nodes = nodes;
        this.partitions = partitions;
        this.before = before;
        this.salt = salt;
        this.sets = new boolean[before.ranks()][][];
    }

    /** From N = 1 upwards. Moves least for N = 1, and about as little as possible for the others. */
    static Primaries guided(NodeId[] nodes, int partitions, PreviousRanks before, int salt) {
        Primaries attempt = new Primaries(nodes, partitions, before, salt);
        boolean[][] guide = attempt.choose(anchor(before), null, null, null);
        boolean[][] inner = null;
        for (int n = 1; n <= attempt.sets.length; n++) {
            inner = attempt.choose(n, inner, null, n <= ANCHOR ? guide : null);
            attempt.sets[n - 1] = inner;
        }
        return attempt;
    }

    /** From the default N in both directions. Moves least for that, at the expense of the others, N = 1 most of all. */
    static Primaries anchored(NodeId[] nodes, int partitions, PreviousRanks before, int salt) {
        Primaries attempt = new Primaries(nodes, partitions, before, salt);
        int anchor = anchor(before);
        attempt.sets[anchor - 1] = attempt.choose(anchor, null, null, null);
        for (int n = anchor - 1; n >= 1; n--) {
            attempt.sets[n - 1] = attempt.choose(n, null, attempt.sets[n], null);
        }
        for (int n = anchor + 1; n <= attempt.sets.length; n++) {
            attempt.sets[n - 1] = attempt.choose(n, attempt.sets[n - 2], null, null);
        }
        return attempt;
    }

    private static int anchor(PreviousRanks before) {
        return Math.min(ANCHOR, before.ranks());
    }

    /** The owner of a rank, from 0, as an index of a node. */
    int owner(int partition, int rank) {
        for (int node = 0; node < nodes.length; node++) {
            if (sets[rank][partition][node] && (rank == 0 || !sets[rank - 1][partition][node])) {
                return node;
            }
        }
        throw new IllegalStateException("rank " + rank + " of partition " + partition + " was given to nobody");
    }

    /** By how many slots the loads leave their bounds, over every N: 0 if every N is balanced. */
    int imbalance() {
        int imbalance = 0;
        for (int n = 1; n <= sets.length; n++) {
            for (int load : loads(sets[n - 1])) {
                imbalance += Math.max(0, least(n) - load) + Math.max(0, load - most(n));
            }
        }
        return imbalance;
    }

    /** How many replicas a bucket of the default N moves. */
    int moves() {
        int n = anchor(before);
        int moves = 0;
        for (int partition = 0; partition < partitions; partition++) {
            for (int node = 0; node < nodes.length; node++) {
                if (sets[n - 1][partition][node] && before.of(partition, node) >= n) {
                    moves++;
                }
            }
        }
        return moves;
    }

    /** Whether it keeps both bounds: the balance for every N, and 1.2 times the least movement for the default N. */
    boolean isGood() {
        return imbalance() == 0 && 10L * moves() <= 12L * before.leastMoves(anchor(before));
    }

    private int least(int n) {
        return n * partitions / nodes.length;
    }

    private int most(int n) {
        return (n * partitions + nodes.length - 1) / nodes.length;
    }

    private int[] loads(boolean[][] set) {
        int[] loads = new int[nodes.length];
        for (boolean[] holders : set) {
            for (int node = 0; node < nodes.length; node++) {
                if (holders[node]) {
                    loads[node]++;
                }
            }
        }
        return loads;
    }

    /** The best set of {@code n} per partition that contains {@code inner} and lies within {@code outer}, where given. */
    private boolean[][] choose(int n, boolean[][] inner, boolean[][] outer, boolean[][] guide) {
        int[] loads = inner == null ? new int[nodes.length] : loads(inner);
        SetChoices choices = new SetChoices(n, inner, outer, guide);
        boolean[][] set = new Assignment(partitions, loads, least(n), most(n), choices).solve(inner == null ? n : 1);
        if (inner != null) {
            for (int partition = 0; partition < partitions; partition++) {
                for (int node = 0; node < nodes.length; node++) {
                    set[partition][node] |= inner[partition][node];
                }
            }
        }
        return set;
    }

    private final class SetChoices implements Assignment.Choices {
        private final int n;
        private final boolean[][] inner;
        private final boolean[][] outer;
        private final boolean[][] guide;

        SetChoices(int n, boolean[][] inner, boolean[][] outer, boolean[][] guide) {
            this.n = n;
            this.inner = inner;
            this.outer = outer;
            this.guide = guide;
        }

        /** A move first; then the guide; then the previous rank, since a low one leaves the other sets their choice. */
        @Override
        public int cost(int partition, int node) {
            if (inner != null && inner[partition][node] || outer != null && !outer[partition][node]) {
                return Assignment.FORBIDDEN;
            }
            int rank = before.of(partition, node);
            int moved = rank >= n ? MOVED : 0;
            int misguided = guide != null && !guide[partition][node] ? MISGUIDED : 0;
            return moved + misguided + rank;
        }

        @Override
        public long score(int partition, int node) {
            return Rendezvous.score(partition, nodes[node], salt);
        }
    }
}
