package io.whorl.core.ring;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Chooses the members that agree on epochs. A pure function, the same on every JVM, whatever the order in which members are
 * given.
 */
public final class Voters {
    /** The most voters a cluster has. */
    public static final int MOST = 5;

    private Voters() {}

    /**
     * The voters for a set of members: one of up to two members, three of up to four, else five.
     *
     * <p>They are spread over the zones as evenly as can be: no zone has two more than another one that could have more.
     * Members that name no zone share one. Among the sets that are so spread it is one that keeps the most of the current
     * voters; then one of the zones first in the alphabet, and in a zone of the lowest ids.
     *
     * @param members who can vote, in any order, each once
     * @param current the voters so far, in any order; those that are no members are passed over
     * @return the voters, sorted; immutable
     * @throws IllegalArgumentException if there is no member, or if one is named twice
     */
    public static List<NodeId> choose(List<Member> members, List<NodeId> current) {
        TreeSet<NodeId> voting = new TreeSet<>(current);
        TreeMap<String, TreeSet<NodeId>> zones = new TreeMap<>();
        TreeSet<NodeId> ids = new TreeSet<>();
        for (Member member : members) {
            ids.add(member.id());
            zones.computeIfAbsent(member.zone(), zone -> new TreeSet<>()).add(member.id());
        }
        if (ids.isEmpty() || ids.size() < members.size()) {
            throw new IllegalArgumentException("voters need at least one member, and each once, not " + members);
        }
        List<Zone> choices = new ArrayList<>();
        zones.values().forEach(zone -> choices.add(new Zone(zone, voting)));
        TreeSet<NodeId> chosen = new TreeSet<>();
        // What is even is decided level by level, so a zone that keeps a voter can only go before others of its level.
        while (chosen.size() < count(ids.size())) {
            Zone next = choices.stream()
                    .filter(Zone::hasMore)
                    .min(Comparator.comparingInt(Zone::taken).thenComparing(Zone::keeps, Comparator.reverseOrder()))
                    .orElseThrow();
            chosen.add(next.take());
        }
        return List.copyOf(chosen);
    }

    private static int count(int members) {
        if (members < 3) {
            return 1;
        }
        return members < MOST ? 3 : MOST;
    }

    /** The members of a zone, its current voters first, and how many of them are taken. */
    private static final class Zone {
        private final List<NodeId> nodes = new ArrayList<>();
        private final int current;
        private int taken;

        Zone(TreeSet<NodeId> ids, TreeSet<NodeId> voting) {
            ids.stream().filter(voting::contains).forEach(nodes::add);
            current = nodes.size();
            ids.stream().filter(id -> !voting.contains(id)).forEach(nodes::add);
        }

        boolean hasMore() {
            return taken < nodes.size();
        }

        int taken() {
            return taken;
        }

        /** Whether the next one to be taken is a voter already. */
        boolean keeps() {
            return taken < current;
        }

        NodeId take() {
            return nodes.get(taken++);
        }
    }
}
