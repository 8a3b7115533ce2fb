package io.whorl.core.ring;

import java.util.Arrays;

/**
 * Finds the chains of an {@link Assignment} that lower its total most, and carries them out: "a passes a slot on to b, b
 * another one to c".
 *
 * <p>One turn is a phase of the primal-dual method (Ahuja, Magnanti and Orlin, section 9.8): the shortest distance of
 * every node from a beginning, then as many chains of that length as a depth-first search finds, each carried out at once.
 * A distance is a cost and, among equal costs, a number of steps, so no cycle has length zero, and a shortest chain
 * never needs the same partition twice in a way that its zones would not permit: the shortcut would be shorter.
 */
final class Chains {
    private final Assignment assignment;
    private final Owners owners;
    private final Choices choices;
    private final int nodes;
    private final long seed;
    private final Distances distances;
    /** By node: it is on the chain, or no chain goes through it. */
    private final boolean[] seen;
    /** By node: which of its slots comes next in the search. */
    private final int[] cursor;
    /** By partition: the chain passes it on to another zone. */
    private final boolean[] crossed;
    /** The nodes by distance, those of one distance in no particular order. */
    private int[] byDistance;
    /** By how much each chain of this turn changes the total; negative. */
    private long change;

    Chains(Assignment assignment, int partitions, long seed) {
        this.assignment = assignment;
        this.owners = assignment.owners;
        this.choices = assignment.choices;
        this.nodes = owners.count();
        this.seed = seed;
        this.distances = new Distances(assignment);
        this.seen = new boolean[nodes];
        this.cursor = new int[nodes];
        this.crossed = new boolean[partitions];
    }

    /** Carries out chains that lower the total most; false if none lowers it. */
    boolean improve() {
        distances.measure();
        change = 0;
        for (int node = 0; node < nodes; node++) {
            change = Math.min(change, distances.cost(node) + assignment.chargeForMore(node));
        }
        if (change == 0) {
            return false;
        }
        byDistance = distances.order(seed);
        Arrays.fill(seen, false);
        Arrays.fill(cursor, 0);
        boolean improved = false;
        for (int start : byDistance) {
            while (!seen[start] && distances.isStart(start) && extend(start)) {
                improved = true;
            }
        }
        return improved;
    }

    /** Whether the chain that has come to this node has an end; if so, it has been carried out from here on. */
    private boolean extend(int node) {
        if (distances.cost(node) + assignment.chargeForMore(node) == change) {
            return true;
        }
        seen[node] = true;
        for (; cursor[node] < assignment.held(node); cursor[node]++) {
            if (extendBy(assignment.slot(node, cursor[node]))) {
                seen[node] = false;
                return true;
            }
        }
        return false;
    }

    private boolean extendBy(int slot) {
        int partition = slot / assignment.size;
        int[] named = choices.named(partition);
        for (int i = 0; i < named.length; i++) {
            if (distances.fits(slot, choices.costOfNamed(partition, i), named[i]) && pass(slot, named[i])) {
                return true;
            }
        }
        if (choices.others() == Choices.FORBIDDEN) {
            return false;
        }
        long distance = distances.after(slot, choices.others());
        int first = distances.firstAt(byDistance, distance);
        int end = distances.firstAt(byDistance, distance + 1);
        int count = end - first;
        int offset = count == 0 ? 0 : (int) Math.floorMod(Rendezvous.mix(seed ^ slot), (long) count);
        for (int i = 0; i < count; i++) {
            int to = byDistance[first + (i + offset) % count];
            if (!choices.isNamed(partition, to) && pass(slot, to)) {
                return true;
            }
        }
        return false;
    }

    private boolean pass(int slot, int to) {
        if (seen[to] || !assignment.permits(slot, to)) {
            return false;
        }
        int partition = slot / assignment.size;
        boolean crosses = assignment.hasZoneRule() && owners.zone(to) != owners.zone(assignment.holder(slot));
        if (crosses && crossed[partition]) {
            return false;
        }
        crossed[partition] |= crosses;
        boolean carriedOut = extend(to);
        crossed[partition] &= !crosses;
        if (carriedOut) {
            assignment.pass(slot, to);
        }
        return carriedOut;
    }
}
