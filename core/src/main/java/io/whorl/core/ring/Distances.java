package io.whorl.core.ring;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * For every node the length of the shortest chain that passes a slot on to it, in an {@link Assignment} as it stands.
 *
 * <p>A length is the change of cost, the charge of the first node included, and among equal costs the number of steps.
 * Steps can cost less than nothing, so the nodes are labelled and corrected in turn (Ahuja, Magnanti and Orlin, section
 * 5.4). A partition passes on to nearly all nodes at the same cost: only the cheapest such offer to a zone goes to all of
 * its nodes, a later one only to the few that the cheapest could not go to.
 */
final class Distances {
    /** A distance is a cost times this, plus the number of steps. */
    private static final long STEP = 1L << 16;

    private static final long FAR = Long.MAX_VALUE;

    private final Assignment assignment;
    private final Owners owners;
    private final Choices choices;
    private final int nodes;
    private final int[][] nodesOfZone;
    private final long[] distance;
    private final ArrayDeque<Integer> queue = new ArrayDeque<>();
    private final boolean[] queued;

    /** Per zone the cheapest offer to all of its nodes so far. */
    private final long[] zoneOffer;
    /** Per node the cheapest such offer that it could take. */
    private final long[] nodeOffer;
    /** No zone has a dearer offer. */
    private long worstOffer;
    /** The nodes whose offer is dearer than their zone's, and others. */
    private final int[] passedOver;

    private final boolean[] isPassedOver;
    private int passedOverCount;

    Distances(Assignment assignment) {
        this.assignment = assignment;
        this.owners = assignment.owners;
        this.choices = assignment.choices;
        this.nodes = owners.count();
        this.nodesOfZone = new int[owners.zoneCount()][];
        for (int zone = 0; zone < nodesOfZone.length; zone++) {
            int ours = zone;
            nodesOfZone[zone] = IntStream.range(0, nodes)
                    .filter(node -> owners.zone(node) == ours)
                    .toArray();
        }
        this.distance = new long[nodes];
        this.queued = new boolean[nodes];
        this.zoneOffer = new long[nodesOfZone.length];
        this.nodeOffer = new long[nodes];
        this.passedOver = new int[nodes];
        this.isPassedOver = new boolean[nodes];
    }

    /** Measures all distances anew. */
    void measure() {
        Arrays.fill(zoneOffer, FAR);
        Arrays.fill(nodeOffer, FAR);
        Arrays.fill(isPassedOver, false);
        worstOffer = FAR;
        passedOverCount = 0;
        for (int node = 0; node < nodes; node++) {
            distance[node] = assignment.chargeForLess(node) * STEP;
        }
        for (int sign = -1; sign <= 1; sign++) {
            for (int node = 0; node < nodes; node++) {
                if (Long.signum(distance[node]) == sign) {
                    queue.add(node);
                    queued[node] = true;
                }
            }
        }
        while (!queue.isEmpty()) {
            int node = queue.remove();
            queued[node] = false;
            for (int i = 0; i < assignment.held(node); i++) {
                offer(assignment.slot(node, i));
            }
        }
    }

    /** The cost part of a node's distance. */
    long cost(int node) {
        return Math.floorDiv(distance[node], STEP);
    }

    /** Whether the shortest chain to a node begins there. */
    boolean isStart(int node) {
        return distance[node] == assignment.chargeForLess(node) * STEP;
    }

    /** The length of a shortest chain that goes on by passing this slot at a cost. */
    long after(int slot, int cost) {
        int holder = assignment.holder(slot);
        return distance[holder] + STEP * (cost - choices.cost(slot / assignment.size, holder)) + 1;
    }

    /** Whether the shortest chain to {@code to} may end with passing this slot. */
    boolean fits(int slot, int cost, int to) {
        return after(slot, cost) == distance[to];
    }

    /** The nodes by distance; a seed decides among equals. */
    int[] order(long seed) {
        return IntStream.range(0, nodes)
                .boxed()
                .sorted(Comparator.comparingLong((Integer node) -> distance[node])
                        .thenComparingLong(node -> Rendezvous.mix(seed ^ node))
                        .thenComparingInt(node -> node))
                .mapToInt(node -> node)
                .toArray();
    }

    /** The first place in that order of a node that is at least this far. */
    int firstAt(int[] order, long far) {
        int low = 0;
        int high = nodes;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (distance[order[middle]] < far) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private void offer(int slot) {
        int partition = slot / assignment.size;
        int[] named = choices.named(partition);
        for (int i = 0; i < named.length; i++) {
            long offer = after(slot, choices.costOfNamed(partition, i));
            if (offer < distance[named[i]] && assignment.permits(slot, named[i])) {
                label(named[i], offer);
            }
        }
        if (choices.others() != Choices.FORBIDDEN) {
            offerToOthers(slot, after(slot, choices.others()));
        }
    }

    /** Named nodes are among the others here: they have had a better offer for this slot, so it makes no difference. */
    private void offerToOthers(int slot, long offer) {
        if (offer < worstOffer) {
            worstOffer = Long.MIN_VALUE;
            for (int zone = 0; zone < zoneOffer.length; zone++) {
                if (offer < zoneOffer[zone] && assignment.permitsZone(slot, zone)) {
                    offerToZone(slot, zone, offer);
                }
                worstOffer = Math.max(worstOffer, zoneOffer[zone]);
            }
        }
        for (int i = passedOverCount - 1; i >= 0; i--) {
            int node = passedOver[i];
            if (offer < nodeOffer[node] && assignment.permits(slot, node)) {
                nodeOffer[node] = offer;
                label(node, offer);
            }
            if (nodeOffer[node] <= zoneOffer[owners.zone(node)]) {
                isPassedOver[node] = false;
                passedOver[i] = passedOver[--passedOverCount];
            }
        }
    }

    private void offerToZone(int slot, int zone, long offer) {
        zoneOffer[zone] = offer;
        for (int node : nodesOfZone[zone]) {
            if (!assignment.has(slot / assignment.size, node)) {
                nodeOffer[node] = offer;
                label(node, offer);
            } else if (!isPassedOver[node]) {
                isPassedOver[node] = true;
                passedOver[passedOverCount++] = node;
            }
        }
    }

    /** Takes a shorter distance. No shortest chain has more steps than there are nodes. */
    private void label(int node, long shorter) {
        if (shorter < distance[node] && Math.floorMod(shorter, STEP) <= Math.min(nodes, STEP - 1)) {
            distance[node] = shorter;
            if (!queued[node]) {
                queued[node] = true;
                queue.add(node);
            }
        }
    }
}
