package io.whorl.core.ring;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Computes who should own what. A pure function, the same on every JVM, whatever the order in which members are given.
 *
 * <p>The first {@link #BALANCED_RANKS} of each preference list are chosen such that, for every N up to that,
 * <ul>
 *   <li>the primaries are in N distinct zones, or in as many as there are; members that name no zone share one, {@code ""};
 *   <li>every node holds its fair share of the slots, rounded down or up: in proportion to the weights, as far as nodes
 *       and zones can take it ({@link Shares} says exactly how far);
 *   <li>as few replicas as possible move away from the previous ring, for the default N at most 1.2 times the least;
 *   <li>and, that being equal, a partition gets the nodes that it likes by rendezvous hashing.
 * </ul>
 * {@link Primaries} does it, and where one attempt misses a bound others follow. Fallbacks come after them in rendezvous
 * order, those of zones that the list does not name yet before others. What was measured, and how far the bounds hold for
 * other N, is in {@code docs/decisions/0004-placement.md}.
 */
public final class Placement {
    /** The largest N for which loads, zones and moves are held to their bounds. */
    public static final int BALANCED_RANKS = 5;

    /** How many orders among equals are tried with each way of choosing primaries. */
    private static final int SALTS = 4;

    /** After so many of them, only the default N has to move little. */
    private static final int SALTS_FOR_EVERY_N = 2;

    private static final Comparator<Primaries> BEST_FIRST = Comparator.comparingInt(Primaries::imbalance)
            .thenComparingInt(Primaries::anchorExcess)
            .thenComparingInt(Primaries::excess);

    private static final List<Order> ORDERS = List.of(Primaries::guided, Primaries::guidedInward, Primaries::anchored);

    private Placement() {}

    /** A way of choosing primaries. */
    private interface Order {
        Primaries attempt(Ideal ideal, int salt);
    }

    /**
     * A ring for these members.
     *
     * @param members who should own something, in any order, each once
     * @param partitions a power of two between 1 and {@link Ring#MAX_PARTITIONS}
     * @param previous the ring that holds now; with it, as little as possible moves
     * @return the ring; each list names min(members, {@link Ring#MAX_LISTED}) nodes
     * @throws IllegalArgumentException if there is no member, if one is named twice, if {@code partitions} is not such a
     *     number, or if {@code previous} has another number of partitions
     */
    public static Ring plan(List<Member> members, int partitions, Optional<Ring> previous) {
        Ring.requirePartitions(partitions);
        Owners owners = Owners.of(members);
        if (previous.isPresent() && previous.get().partitions() != partitions) {
            throw new IllegalArgumentException("the previous ring has "
                    + previous.get().partitions() + " partitions, not " + partitions + "; their number never changes");
        }
        int ranks = Math.min(BALANCED_RANKS, owners.count());
        Primaries primaries = primaries(new Ideal(owners, new PreviousRanks(owners, partitions, ranks, previous)));
        Fallbacks fallbacks = new Fallbacks(owners);
        List<List<NodeId>> lists = new ArrayList<>(partitions);
        for (int partition = 0; partition < partitions; partition++) {
            int[] first = new int[ranks];
            for (int rank = 0; rank < ranks; rank++) {
                first[rank] = primaries.owner(partition, rank);
            }
            lists.add(fallbacks.listAfter(first, partition));
        }
        return Ring.of(lists);
    }

    /** The first attempt that keeps all bounds, else the best one. */
    private static Primaries primaries(Ideal ideal) {
        Primaries best = null;
        for (int salt = 0; salt < SALTS; salt++) {
            for (Order order : ORDERS) {
                Primaries next = order.attempt(ideal, salt);
                if (best == null || BEST_FIRST.compare(next, best) < 0) {
                    best = next;
                }
                int excess = salt < SALTS_FOR_EVERY_N ? best.excess() : best.anchorExcess();
                if (best.imbalance() == 0 && excess == 0) {
                    return best;
                }
            }
        }
        return best;
    }

    /**
     * The partitions of which fewer zones have a replica than could: fewer than N, or than there are.
     *
     * @param ring who owns what
     * @param members the zones of the nodes; a node of the ring that is none of them stands in no zone
     * @param replicas the bucket's N, at least 1
     * @return the violations in the order of the partitions; empty if there is none; immutable
     * @throws IllegalArgumentException if {@code replicas} is below 1
     */
    public static List<ZoneViolation> violations(Ring ring, List<Member> members, int replicas) {
        TreeMap<NodeId, String> zoneOf = new TreeMap<>();
        members.forEach(member -> zoneOf.put(member.id(), member.zone()));
        int zones = new TreeSet<>(zoneOf.values()).size();
        List<ZoneViolation> violations = new ArrayList<>();
        for (int partition = 0; partition < ring.partitions(); partition++) {
            TreeSet<String> named = new TreeSet<>();
            TreeSet<String> repeated = new TreeSet<>();
            int holders = 0;
            for (NodeId node : ring.primaries(partition, replicas)) {
                String zone = zoneOf.get(node);
                if (zone != null) {
                    holders++;
                    if (!named.add(zone)) {
                        repeated.add(zone);
                    }
                }
            }
            if (named.size() < Math.min(holders, zones)) {
                violations.add(new ZoneViolation(partition, List.copyOf(repeated)));
            }
        }
        return List.copyOf(violations);
    }

    /**
     * How many replicas a change of rings moves: those that a node has by the new one and had not by the old one.
     *
     * @param from the ring before
     * @param to the ring after, of as many partitions
     * @param replicas the bucket's N, at least 1
     * @return how many replicas of the bucket are new to their nodes
     * @throws IllegalArgumentException if {@code replicas} is below 1, or the rings differ in their number of partitions
     */
    public static int moves(Ring from, Ring to, int replicas) {
        if (from.partitions() != to.partitions()) {
            throw new IllegalArgumentException("the rings have " + from.partitions() + " and " + to.partitions()
                    + " partitions; compare rings of one cluster, whose number never changes");
        }
        int moves = 0;
        for (int partition = 0; partition < to.partitions(); partition++) {
            for (NodeId node : to.primaries(partition, replicas)) {
                moves += from.isPrimary(node, partition, replicas) ? 0 : 1;
            }
        }
        return moves;
    }
}
