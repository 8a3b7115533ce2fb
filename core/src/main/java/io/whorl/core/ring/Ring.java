package io.whorl.core.ring;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Who owns which partition: for each one an ordered list of nodes, the preference list of all its keys.
 *
 * <p>A bucket's N first are the primaries, the others the fallbacks, as in Dynamo (DeCandia et al., SOSP 2007, sections
 * 4.3 and 4.6), over equal partitions (its section 6.2, strategy 3). A list is bounded: it names every member of a
 * cluster of up to {@link #MAX_LISTED}, and that many of a larger one. Immutable.
 */
public final class Ring {
    /** The most partitions a cluster can be founded with. */
    public static final int MAX_PARTITIONS = 65_536;

    /** How many nodes a preference list names at most. */
    public static final int MAX_LISTED = 32;

    private final List<List<NodeId>> preferenceLists;

    private Ring(List<List<NodeId>> preferenceLists) {
        this.preferenceLists = preferenceLists;
    }

    /**
     * A ring of given preference lists.
     *
     * @param preferenceLists one list per partition, in the order of the partitions
     * @return the ring
     * @throws IllegalArgumentException if the number of lists is no power of two between 1 and {@link #MAX_PARTITIONS},
     *     or if a list is empty, longer than {@link #MAX_LISTED} or names a node twice
     */
    public static Ring of(List<? extends List<NodeId>> preferenceLists) {
        requirePartitions(preferenceLists.size());
        List<List<NodeId>> copies = new ArrayList<>(preferenceLists.size());
        for (List<NodeId> list : preferenceLists) {
            if (list.isEmpty() || list.size() > MAX_LISTED || new LinkedHashSet<>(list).size() < list.size()) {
                throw new IllegalArgumentException("partition " + copies.size() + ": a preference list names 1 to "
                        + MAX_LISTED + " distinct nodes, not " + list);
            }
            copies.add(List.copyOf(list));
        }
        return new Ring(List.copyOf(copies));
    }

    static void requirePartitions(int partitions) {
        if (Integer.bitCount(partitions) != 1 || partitions < 1 || partitions > MAX_PARTITIONS) {
            throw new IllegalArgumentException("the number of partitions is a power of two between 1 and "
                    + MAX_PARTITIONS + ", not " + partitions);
        }
    }

    /**
     * How many partitions there are.
     *
     * @return a power of two between 1 and {@link #MAX_PARTITIONS}
     */
    public int partitions() {
        return preferenceLists.size();
    }

    /**
     * The nodes for a partition's keys, the most preferred first.
     *
     * @param partition the partition, from 0
     * @return distinct nodes, at least one; immutable
     * @throws IndexOutOfBoundsException if there is no such partition
     */
    public List<NodeId> preferenceList(int partition) {
        return preferenceLists.get(partition);
    }

    /**
     * The nodes that hold a partition of a bucket.
     *
     * @param partition the partition, from 0
     * @param replicas the bucket's N, at least 1
     * @return the first {@code replicas} of the preference list, or all of a shorter one; immutable
     * @throws IndexOutOfBoundsException if there is no such partition
     * @throws IllegalArgumentException if {@code replicas} is below 1
     */
    public List<NodeId> primaries(int partition, int replicas) {
        List<NodeId> list = preferenceList(partition);
        return list.subList(0, held(list, replicas));
    }

    /**
     * The nodes that stand in for a partition's primaries.
     *
     * @param partition the partition, from 0
     * @param replicas the bucket's N, at least 1
     * @return the preference list after the primaries, in its order; perhaps empty; immutable
     * @throws IndexOutOfBoundsException if there is no such partition
     * @throws IllegalArgumentException if {@code replicas} is below 1
     */
    public List<NodeId> fallbacks(int partition, int replicas) {
        List<NodeId> list = preferenceList(partition);
        return list.subList(held(list, replicas), list.size());
    }

    /**
     * Whether a node is one of a partition's primaries.
     *
     * @param node the node
     * @param partition the partition, from 0
     * @param replicas the bucket's N, at least 1
     * @return whether it holds the partition for that N
     * @throws IndexOutOfBoundsException if there is no such partition
     * @throws IllegalArgumentException if {@code replicas} is below 1
     */
    public boolean isPrimary(NodeId node, int partition, int replicas) {
        return primaries(partition, replicas).contains(node);
    }

    /**
     * The partitions that a node holds of a bucket.
     *
     * @param node the node, perhaps one that holds none
     * @param replicas the bucket's N, at least 1
     * @return partitions in ascending order; immutable
     * @throws IllegalArgumentException if {@code replicas} is below 1
     */
    public List<Integer> partitionsOf(NodeId node, int replicas) {
        List<Integer> held = new ArrayList<>();
        for (int partition = 0; partition < partitions(); partition++) {
            if (isPrimary(node, partition, replicas)) {
                held.add(partition);
            }
        }
        return List.copyOf(held);
    }

    /** Every node that a list names, once, in order. */
    List<NodeId> nodes() {
        Set<NodeId> nodes = new LinkedHashSet<>();
        preferenceLists.forEach(nodes::addAll);
        return nodes.stream().sorted().toList();
    }

    private static int held(List<NodeId> list, int replicas) {
        if (replicas < 1) {
            throw new IllegalArgumentException("a bucket has at least 1 replica, not " + replicas);
        }
        return Math.min(replicas, list.size());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Ring && preferenceLists.equals(((Ring) other).preferenceLists);
    }

    @Override
    public int hashCode() {
        return preferenceLists.hashCode();
    }

    /** How many partitions there are; the lists themselves would fill pages. */
    @Override
    public String toString() {
        return "Ring[" + partitions() + " partitions]";
    }
}
