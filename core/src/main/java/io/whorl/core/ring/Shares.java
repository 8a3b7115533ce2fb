package io.whorl.core.ring;

/**
 * How many slots each node should hold for one N: its fair share, rounded down or up.
 *
 * <p>Fair shares are in proportion to the weights as far as the zone rule lets them be. Formally: all nodes have the same
 * share per unit of weight, except that
 * <ul>
 *   <li>a node has at most one slot of a partition, so its share is at most Q;
 *   <li>with N or more zones, a zone has at most one slot of a partition: a zone whose weight would give it more than Q
 *       gets Q, split by weight within it;
 *   <li>with fewer zones than N, a zone has at least one slot of a partition: a zone whose weight would give it less than
 *       Q gets Q, split by weight within it.
 * </ul>
 * What a limit takes from some, or gives to them, the others share by weight. All of it is exact arithmetic on whole
 * numbers. A share never shrinks as N grows, which nested sets need.
 */
final class Shares {
    private final int[] least;
    private final int[] most;

    private Shares(int nodes) {
        this.least = new int[nodes];
        this.most = new int[nodes];
    }

    /**
     * @param owners who shares
     * @param replicas N, at most the number of owners
     * @param partitions Q
     */
    static Shares of(Owners owners, int replicas, int partitions) {
        Shares shares = new Shares(owners.count());
        if (replicas <= owners.zoneCount()) {
            shares.fillUpToZones(owners, replicas, partitions);
        } else {
            shares.fillEveryZone(owners, replicas, partitions);
        }
        return shares;
    }

    /** The fair share, rounded down. */
    int least(int node) {
        return least[node];
    }

    /** The fair share, rounded up. */
    int most(int node) {
        return most[node];
    }

    private void set(int node, long numerator, long denominator) {
        least[node] = Math.toIntExact(numerator / denominator);
        most[node] = Math.toIntExact((numerator + denominator - 1) / denominator);
    }

    /** At most one slot of a partition per zone. That a node cannot have two follows. */
    private void fillUpToZones(Owners owners, int replicas, int partitions) {
        boolean[] full = new boolean[owners.zoneCount()];
        long slots = (long) replicas * partitions;
        long weight = owners.weight();
        for (boolean changed = true; changed; ) {
            changed = false;
            for (int zone = 0; zone < full.length; zone++) {
                if (!full[zone] && owners.zoneWeight(zone) * slots > partitions * weight) {
                    full[zone] = true;
                    slots -= partitions;
                    weight -= owners.zoneWeight(zone);
                    changed = true;
                }
            }
        }
        for (int node = 0; node < least.length; node++) {
            if (full[owners.zone(node)]) {
                splitZone(owners, node, partitions);
            } else {
                set(node, owners.weight(node) * slots, weight);
            }
        }
    }

    /** At least one slot of a partition per zone, and at most one per node. */
    private void fillEveryZone(Owners owners, int replicas, int partitions) {
        boolean[] raised = new boolean[owners.zoneCount()];
        for (boolean changed = true; changed; ) {
            changed = false;
            long[] level = fillNodes(owners, raised, replicas, partitions);
            boolean[] hasFullNode = new boolean[raised.length];
            for (int node = 0; node < least.length; node++) {
                hasFullNode[owners.zone(node)] |= least[node] == partitions;
            }
            for (int zone = 0; zone < raised.length; zone++) {
                boolean enough = raised[zone]
                        || hasFullNode[zone]
                        || owners.zoneWeight(zone) * level[0] >= partitions * level[1];
                raised[zone] |= !enough;
                changed |= !enough;
            }
        }
        for (int node = 0; node < least.length; node++) {
            if (raised[owners.zone(node)]) {
                splitZone(owners, node, partitions);
            }
        }
    }

    /**
     * Shares of the nodes outside the raised zones.
     *
     * @return how many slots are left for the nodes that are not full, and their weight
     */
    private long[] fillNodes(Owners owners, boolean[] raised, int replicas, int partitions) {
        long slots = (long) replicas * partitions;
        long weight = owners.weight();
        for (int zone = 0; zone < raised.length; zone++) {
            slots -= raised[zone] ? partitions : 0;
            weight -= raised[zone] ? owners.zoneWeight(zone) : 0;
        }
        boolean[] full = new boolean[least.length];
        for (boolean changed = true; changed; ) {
            changed = false;
            for (int node = 0; node < full.length; node++) {
                if (!full[node] && !raised[owners.zone(node)] && owners.weight(node) * slots > partitions * weight) {
                    full[node] = true;
                    slots -= partitions;
                    weight -= owners.weight(node);
                    changed = true;
                }
            }
        }
        for (int node = 0; node < full.length; node++) {
            if (full[node]) {
                set(node, partitions, 1);
            } else if (!raised[owners.zone(node)]) {
                set(node, owners.weight(node) * slots, weight);
            }
        }
        return new long[] {slots, weight};
    }

    /** The share of a node whose zone has exactly one slot of every partition. */
    private void splitZone(Owners owners, int node, int partitions) {
        set(node, (long) owners.weight(node) * partitions, owners.zoneWeight(owners.zone(node)));
    }
}
