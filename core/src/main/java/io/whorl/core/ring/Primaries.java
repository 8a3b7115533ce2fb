package io.whorl.core.ring;

import io.whorl.core.ring.Choices.Guide;
import java.util.function.Function;

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
 *   <li>{@link #anchored}: the best set for the default N itself, then inwards and outwards from it;
 *   <li>{@link #inward}: from the largest N downwards, each moving as little as it can.
 * </ul>
 */
final class Primaries {
    /** The N that moves least: the default of a bucket. */
    static final int ANCHOR = 3;

    private final Owners owners;
    private final PreviousRanks before;
    private final Shares[] shares;
    private final int salt;
    /** By N − 1, partition, and in no order. */
    private final int[][][] sets;
    /** How many replicas the best set for the default N moves, taken by itself. */
    private int leastMoves;

    private Primaries(Owners owners, Shares[] shares, PreviousRanks before, int salt) {
        this.owners = owners;
        this.before = before;
        this.shares = shares;
        this.salt = salt;
        this.sets = new int[before.ranks()][][];
    }

    /** From N = 1 upwards. Moves least for N = 1, and about as little as possible for the others. */
    static Primaries guided(Owners owners, Shares[] shares, PreviousRanks before, int salt) {
        Primaries attempt = new Primaries(owners, shares, before, salt);
        attempt.growInside(attempt.best());
        attempt.growOutside();
        return attempt;
    }

    /** From the largest N downwards, moving about as little as possible for those up to the default N. */
    static Primaries guidedInward(Owners owners, Shares[] shares, PreviousRanks before, int salt) {
        Primaries attempt = new Primaries(owners, shares, before, salt);
        attempt.growInside(attempt.best());
        attempt.shrink(Guide::strong);
        return attempt;
    }

    /** From the largest N downwards, moving the least for that and about as little as possible for the others. */
    static Primaries inward(Owners owners, Shares[] shares, PreviousRanks before, int salt) {
        Primaries attempt = new Primaries(owners, shares, before, salt);
        attempt.growInside(attempt.best());
        attempt.shrink(Guide::weak);
        return attempt;
    }

    /** From the default N in both directions. Moves least for that, at the expense of the others, N = 1 most of all. */
    static Primaries anchored(Owners owners, Shares[] shares, PreviousRanks before, int salt) {
        Primaries attempt = new Primaries(owners, shares, before, salt);
        int anchor = anchor(before);
        attempt.sets[anchor - 1] = attempt.best();
        for (int n = anchor - 1; n >= 1; n--) {
            attempt.sets[n - 1] = attempt.choose(n, attempt.nothing(), Guide.NONE, attempt.sets[n]);
        }
        attempt.growOutside();
        return attempt;
    }

    private static int anchor(PreviousRanks before) {
        return Math.min(ANCHOR, before.ranks());
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
            int[] loads = Assignment.loads(sets[n - 1], owners.count());
            for (int node = 0; node < loads.length; node++) {
                imbalance += Math.max(0, shares[n - 1].least(node) - loads[node]);
                imbalance += Math.max(0, loads[node] - shares[n - 1].most(node));
            }
        }
        return imbalance;
    }

    /** How many replicas a bucket of the default N moves. */
    int moves() {
        int anchor = anchor(before);
        return before.moves(sets[anchor - 1], anchor);
    }

    /** Whether it keeps both bounds: the balance for every N, and 1.2 times the least movement for the default N. */
    boolean isGood() {
        return imbalance() == 0 && 10L * moves() <= 12L * leastMoves;
    }

    private int[][] nothing() {
        return new int[before.partitions()][0];
    }

    /** The best set for the default N, whatever it means for the others. */
    private int[][] best() {
        int[][] best = choose(anchor(before), nothing(), Guide.NONE, null);
        leastMoves = before.moves(best, anchor(before));
        return best;
    }

    private void growInside(int[][] guide) {
        for (int n = 1; n <= anchor(before); n++) {
            sets[n - 1] = choose(n, n == 1 ? nothing() : sets[n - 2], Guide.weak(guide), null);
        }
    }

    private void growOutside() {
        for (int n = anchor(before) + 1; n <= sets.length; n++) {
            sets[n - 1] = choose(n, sets[n - 2], Guide.NONE, null);
        }
    }

    /** Chooses all sets anew, guided by those up to the default N. */
    private void shrink(Function<int[][], Guide> guide) {
        int[][] within = null;
        for (int n = sets.length; n >= 1; n--) {
            within = choose(n, nothing(), guide.apply(sets[Math.min(n, anchor(before)) - 1]), within);
            sets[n - 1] = within;
        }
    }

    /** The best set of {@code n} per partition that contains {@code inner} and lies within {@code within}, if given. */
    private int[][] choose(int n, int[][] inner, Guide guide, int[][] within) {
        Choices choices = Choices.of(before, n, guide, within);
        int zones = Math.min(n, owners.zoneCount());
        return new Assignment(owners, shares[n - 1], choices, inner, n - inner[0].length, zones, salt).solve();
    }
}
