package io.whorl.core.ring;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The nodes that a placement is for, numbered in the order of their ids, with their weights and zones.
 *
 * <p>Zones are numbered too. Members that name none share the zone {@code ""}, so where nobody names one there is a single
 * zone, which is no rule at all.
 */
final class Owners {
    private final NodeId[] ids;
    private final int[] weights;
    private final int[] zones;
    private final long[] zoneWeights;
    private final boolean alike;

    private Owners(NodeId[] ids, int[] weights, int[] zones, int zoneCount) {
        this.ids = ids;
        this.weights = weights;
        this.zones = zones;
        this.zoneWeights = new long[zoneCount];
        for (int node = 0; node < ids.length; node++) {
            zoneWeights[zones[node]] += weights[node];
        }
        this.alike = Arrays.stream(weights).distinct().count() == 1;
    }

    /**
     * @param members in any order
     * @throws IllegalArgumentException if there is none, or one is named twice
     */
    static Owners of(List<Member> members) {
        TreeMap<NodeId, Member> byId = new TreeMap<>();
        members.forEach(member -> byId.put(member.id(), member));
        if (byId.isEmpty() || byId.size() < members.size()) {
            throw new IllegalArgumentException("a placement needs at least one member, and each once, not " + members);
        }
        List<String> names =
                List.copyOf(new TreeSet<>(members.stream().map(Member::zone).toList()));
        return new Owners(
                byId.keySet().toArray(NodeId[]::new),
                byId.values().stream().mapToInt(Member::weight).toArray(),
                byId.values().stream()
                        .mapToInt(member -> Collections.binarySearch(names, member.zone()))
                        .toArray(),
                names.size());
    }

    /** How many there are, at least one. */
    int count() {
        return ids.length;
    }

    NodeId id(int node) {
        return ids[node];
    }

    int weight(int node) {
        return weights[node];
    }

    /** Its zone, from 0. */
    int zone(int node) {
        return zones[node];
    }

    /** How many zones there are, at least one. */
    int zoneCount() {
        return zoneWeights.length;
    }

    /** The sum of the weights in a zone. */
    long zoneWeight(int zone) {
        return zoneWeights[zone];
    }

    /** The sum of all weights. */
    long weight() {
        return Arrays.stream(zoneWeights).sum();
    }

    /** The number of a node, or a negative one if it does not take part. */
    int indexOf(NodeId id) {
        return Arrays.binarySearch(ids, id);
    }

    /** How much a partition likes a node, by weight; higher is liked more. Another order for each salt. */
    double liking(int partition, int node, int salt) {
        return alike
                ? Rendezvous.uniform(partition, ids[node], salt)
                : Rendezvous.weighted(partition, ids[node], weights[node], salt);
    }

    /** A number that another set of nodes or another salt makes another one. */
    long seed(int salt) {
        long seed = salt;
        for (NodeId id : ids) {
            seed = Rendezvous.mix(seed) ^ id.value();
        }
        return seed;
    }
}
