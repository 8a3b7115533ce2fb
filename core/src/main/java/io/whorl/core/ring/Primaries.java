package io.whorl.core.ring;

import io.whorl.core.ring.Choices.Guide;

/**
 * One attempt at the first ranks of all preference lists, as nested sets: per partition the primaries for N = 1, which are
 * among those for N = 2, and so on.
 *
 * <p>Each set is the optimum of an {@link Assignment} in which every node has its {@link Shares share}, every partition as
 * many zones as there can be, and whose cost is, before anything else, the number of replicas that this N moves. But the
 * sets restrict each other, so their order matters, and there are several:
 * <ul>
 *   <li>{@link #guided}: from N = 1 upwards, preferring nodes that the best set for the default N would have;
 *   <li>{@link #guidedInward}: the same up to the default N, then from the largest N downwards with that as a guide, because
 *       where nodes or zones are full, the largest sets have the least choice and must go first;
 *   <li>{@link #anchored}: the best set for the default N itself, then inwards and outwards from it.
 * </ul>
 */
final class Primaries {
    /** The N that moves least: the default of a bucket. */
    static final int ANCHOR = 3;

    private final Ideal ideal;
    private final int salt;
    /** By N − 1, partition, and in no order. */
    private final int[][][] sets;

    private Primaries(Ideal ideal, int salt) {
        this.ideal = ideal;
        this.salt = salt;
        this.sets = new int[ideal.ranks()][][];
    }

    /** From N = 1 upwards. Moves least for N = 1, and about as little as possible for the others. */
    static Primaries guided(Ideal ideal, int salt) {
        Primaries attempt = new Primaries(ideal, salt);
        attempt.growInside();
        attempt.growOutside();
        return attempt;
    }

    /** From the largest N downwards, moving about as little as possible for those up to the default N. */
    static Primaries guidedInward(Ideal ideal, int salt) {
        Primaries attempt = new Primaries(ideal, salt);
        attempt.growInside();
        attempt.shrink();
        return attempt;
    }

    /** From the default N in both directions. Moves least for that, at the expense of the others, N = 1 most of all. */
    static Primaries anchored(Ideal ideal, int salt) {
        Primaries attempt = new Primaries(ideal, salt);
        int anchor = attempt.anchor();
        attempt.sets[anchor - 1] = attempt.best(anchor);
        for (int n = anchor - 1; n >= 1; n--) {
            attempt.sets[n - 1] = attempt.choose(n, attempt.nothing(), Guide.NONE, attempt.sets[n]);
        }
        attempt.growOutside();
        return attempt;
    }

    private int anchor() {
        return Math.min(ANCHOR, sets.length);
    }

    /** The owner of a rank, from 0, as the number of a node. */
    int owner(int partition, int rank) {
        for (int node : sets[rank][partition]) {
            if (rank == 0 || !Choices.contains(sets[rank - 1][partition], node)) {
                return node;
            }
        }
        throw new IllegalStateException("rank " + rank + " of partition " + partition + " was given to nobody");
    }

    /** By how many slots the loads leave their shares, over every N: 0 if every N is balanced. */
    int imbalance() {
        int imbalance = 0;
        for (int n = 1; n <= sets.length; n++) {
            imbalance += ideal.imbalance(n, sets[n - 1]);
        }
        return imbalance;
    }

    /** How many replicas a bucket of the default N moves beyond 1.2 times the least. */
    int anchorExcess() {
        return ideal.excess(anchor(), sets[anchor() - 1]);
    }

    /** The same over every N. */
    int excess() {
        int excess = 0;
        for (int n = 1; n <= sets.length; n++) {
            excess += ideal.excess(n, sets[n - 1]);
        }
        return excess;
    }

    private int[][] nothing() {
        return new int[ideal.partitions()][0];
    }

    /** The best set for one N by itself, in the order of this salt among equals. */
    private int[][] best(int n) {
        return salt == 0 ? ideal.set(n) : choose(n, nothing(), Guide.NONE, null);
    }

    private void growInside() {
        Guide guide = Guide.weak(best(anchor()));
        for (int n = 1; n <= anchor(); n++) {
            sets[n - 1] = choose(n, n == 1 ? nothing() : sets[n - 2], guide, null);
        }
    }

    private void growOutside() {
        Guide guide = Guide.weak(best(sets.length));
        for (int n = anchor() + 1; n <= sets.length; n++) {
            sets[n - 1] = choose(n, sets[n - 2], guide, null);
        }
    }

    /** Chooses all sets anew, guided by those up to the default N. */
    private void shrink() {
        int[][] within = null;
        for (int n = sets.length; n >= 1; n--) {
            within = choose(n, nothing(), Guide.strong(sets[Math.min(n, anchor()) - 1]), within);
            sets[n - 1] = within;
        }
    }

    private int[][] choose(int n, int[][] inner, Guide guide, int[][] within) {
        return ideal.choose(n, inner, guide, within, salt);
    }
}
