package io.whorl.core.ring;

import java.util.Arrays;

/**
 * Gives every partition some nodes, such that each node ends up with its share at the least cost, and every partition
 * nodes of as many zones as it should.
 *
 * <p>A minimum-cost flow from partitions through their zones to nodes, with a convex charge per node for the distance of its
 * load from its share, solved by successive shortest paths (Ahuja, Magnanti and Orlin, <i>Network Flows</i>, 1993,
 * sections 9.7, 9.8 and 14.4): first each partition takes what is cheapest for itself, which is optimal if loads are free;
 * then, as long as it pays, the cheapest chains "a passes a partition on to b, b another one to c" are carried out. Shortest
 * chains keep the assignment optimal for its loads, so the end is the optimum. {@link Chains} finds them.
 */
final class Assignment {
    /** Dearer than any chain of permitted choices, one per node of a very large cluster. */
    static final long CHARGE_PER_SLOT = 10_000_000_000L;

    final Owners owners;
    final Choices choices;
    /** How many slots each partition has here; slot {@code i} is one of partition {@code i / size}. */
    final int size;

    /** Per partition the nodes that it has besides. */
    private final int[][] inner;

    private final int zonesWanted;
    private final Shares shares;
    private final int salt;
    /** Per node how much it holds in all, the inner ones included. */
    private final int[] load;
    /** Per slot its node. */
    private final int[] holder;
    /** Per slot its place among those of its node. */
    private final int[] place;
    /** Per node its slots, as many as {@code held} says. */
    private final int[][] slots;

    private final int[] held;

    /**
     * @param owners who can be chosen
     * @param shares what each node should end up with
     * @param choices what each choice costs
     * @param inner per partition the nodes that it has already; empty arrays if none
     * @param size how many more each partition needs; there must be as many permitted choices, whichever are taken first
     * @param zonesWanted how many zones each partition must have, the inner nodes' included
     * @param salt varies the order among equals
     */
    Assignment(Owners owners, Shares shares, Choices choices, int[][] inner, int size, int zonesWanted, int salt) {
        this.owners = owners;
        this.shares = shares;
        this.choices = choices;
        this.inner = inner;
        this.size = size;
        this.zonesWanted = zonesWanted;
        this.salt = salt;
        this.load = loads(inner, owners.count());
        this.holder = new int[inner.length * size];
        this.place = new int[holder.length];
        this.slots = new int[owners.count()][4];
        this.held = new int[owners.count()];
        Arrays.fill(holder, -1);
    }

    /** Per node how many of these sets it is in. */
    static int[] loads(int[][] sets, int nodes) {
        int[] loads = new int[nodes];
        for (int[] set : sets) {
            for (int node : set) {
                loads[node]++;
            }
        }
        return loads;
    }

    /** Per partition its inner nodes, then those that were chosen. */
    int[][] solve() {
        for (int partition : scattered()) {
            for (int slot = partition * size; slot < (partition + 1) * size; slot++) {
                take(slot, cheapest(partition, slot));
            }
        }
        Chains chains = new Chains(this, inner.length, owners.seed(salt));
        while (chains.improve()) {
            // Each turn lowers the total, an integer that is not negative.
        }
        int[][] sets = new int[inner.length][];
        for (int partition = 0; partition < sets.length; partition++) {
            int count = inner[partition].length;
            sets[partition] = Arrays.copyOf(inner[partition], count + size);
            System.arraycopy(holder, partition * size, sets[partition], count, size);
        }
        return sets;
    }

    /** Partitions in an order that has nothing to do with theirs, so that no node takes neighbours from all others. */
    private int[] scattered() {
        long seed = owners.seed(salt);
        long[] keys = new long[inner.length];
        for (int partition = 0; partition < keys.length; partition++) {
            keys[partition] = Rendezvous.mix(seed + partition) / Ring.MAX_PARTITIONS * Ring.MAX_PARTITIONS + partition;
        }
        Arrays.sort(keys);
        return Arrays.stream(keys)
                .mapToInt(key -> Math.floorMod(key, Ring.MAX_PARTITIONS))
                .toArray();
    }

    private int cheapest(int partition, int slot) {
        int best = -1;
        int bestCost = Choices.FORBIDDEN;
        int[] named = choices.named(partition);
        for (int i = 0; i < named.length; i++) {
            int cost = choices.costOfNamed(partition, i);
            if (cost <= bestCost && permits(slot, named[i])) {
                if (best < 0 || cost < bestCost || isLikedMore(partition, named[i], best)) {
                    best = named[i];
                    bestCost = cost;
                }
            }
        }
        return best < 0 ? favourite(partition, slot) : best;
    }

    /** Of all nodes that may take a slot, the one that its partition likes most, of those that are not full if there are any. */
    private int favourite(int partition, int slot) {
        int best = -1;
        boolean bestIsFull = true;
        double bestLiking = Double.NEGATIVE_INFINITY;
        for (int node = 0; node < owners.count(); node++) {
            boolean full = load[node] >= shares.most(node);
            if (full && !bestIsFull || !permits(slot, node)) {
                continue;
            }
            double liking = owners.liking(partition, node, salt);
            if (bestIsFull && !full || liking > bestLiking) {
                best = node;
                bestIsFull = full;
                bestLiking = liking;
            }
        }
        return best;
    }

    private boolean isLikedMore(int partition, int node, int than) {
        boolean full = load[node] >= shares.most(node);
        if (full != load[than] >= shares.most(than)) {
            return !full;
        }
        return owners.liking(partition, node, salt) > owners.liking(partition, than, salt);
    }

    int holder(int slot) {
        return holder[slot];
    }

    /** How many slots a node was given. */
    int held(int node) {
        return held[node];
    }

    /** The {@code i}-th slot that a node was given. */
    int slot(int node, int i) {
        return slots[node][i];
    }

    /** Whether a node may take this slot, instead of the one that has it. */
    boolean permits(int slot, int node) {
        return !has(slot / size, node) && permitsZone(slot, owners.zone(node));
    }

    /** Whether a node is among those of a partition. */
    boolean has(int partition, int node) {
        for (int slot = partition * size; slot < (partition + 1) * size; slot++) {
            if (holder[slot] == node) {
                return true;
            }
        }
        return Choices.contains(inner[partition], node);
    }

    /**
     * Whether some node of a zone may take this slot, as far as zones are concerned: what is still to be taken has to
     * suffice for the zones that are wanted.
     */
    boolean permitsZone(int slot, int zone) {
        if (zonesWanted < 2) {
            return true;
        }
        int partition = slot / size;
        int distinct = 1;
        int[] seen = new int[inner[partition].length + size];
        int count = 0;
        seen[count++] = zone;
        for (int node : inner[partition]) {
            distinct += addZone(seen, count, owners.zone(node));
            seen[count++] = owners.zone(node);
        }
        for (int other = partition * size; other < (partition + 1) * size; other++) {
            if (other != slot && holder[other] < 0) {
                distinct++;
            } else if (other != slot) {
                distinct += addZone(seen, count, owners.zone(holder[other]));
                seen[count++] = owners.zone(holder[other]);
            }
        }
        return distinct >= zonesWanted;
    }

    private static int addZone(int[] seen, int count, int zone) {
        for (int i = 0; i < count; i++) {
            if (seen[i] == zone) {
                return 0;
            }
        }
        return 1;
    }

    /** Whether giving a slot to a node of another zone changes which zones can take the partition's other slots. */
    boolean hasZoneRule() {
        return zonesWanted > 1;
    }

    /** Passes a slot on. */
    void pass(int slot, int to) {
        int from = holder[slot];
        int last = slots[from][--held[from]];
        slots[from][place[slot]] = last;
        place[last] = place[slot];
        load[from]--;
        take(slot, to);
    }

    private void take(int slot, int node) {
        if (held[node] == slots[node].length) {
            slots[node] = Arrays.copyOf(slots[node], 2 * held[node]);
        }
        holder[slot] = node;
        place[slot] = held[node];
        slots[node][held[node]++] = slot;
        load[node]++;
    }

    /** What one slot less would add to the charge of a node. */
    long chargeForLess(int node) {
        return charge(node, load[node] - 1) - charge(node, load[node]);
    }

    /** What one slot more would add to the charge of a node. */
    long chargeForMore(int node) {
        return charge(node, load[node] + 1) - charge(node, load[node]);
    }

    private long charge(int node, int held) {
        return CHARGE_PER_SLOT * (Math.max(0, shares.least(node) - held) + Math.max(0, held - shares.most(node)));
    }
}
