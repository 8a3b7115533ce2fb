package io.whorl.core.node;

import io.whorl.core.ring.ClusterState;
import io.whorl.core.ring.Member;
import io.whorl.core.ring.NodeId;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Whom to remove for having been away too long, where operators want that.
 *
 * <p>A node judges by its own clock, from when it first found a member dead in this run of its own; so a restart begins anew, and a
 * clock that is wrong does nothing. It removes nobody unless more than half of all members answer it: a node on the smaller side of a
 * split, or one that is cut off, finds the others dead and must not act on it. One member at a time.
 */
final class Absences {
    private final long longest;
    private final TreeMap<NodeId, Long> since = new TreeMap<>();

    /** @param longest nanoseconds that a member may be dead */
    Absences(long longest) {
        this.longest = longest;
    }

    /**
     * Looks at the members once.
     *
     * @param now monotonic nanoseconds
     * @param state the newest state
     * @param seen what this node holds of the others
     * @param self this node
     * @return a member that has been dead for too long, the one that was found so first
     */
    Optional<NodeId> overdue(long now, ClusterState state, List<MemberSnapshot> seen, NodeId self) {
        TreeSet<NodeId> members = new TreeSet<>();
        state.members().stream()
                .filter(member -> member.status() != Member.Status.REMOVED)
                .forEach(member -> members.add(member.id()));
        long answering = members.contains(self) ? 1 : 0;
        TreeSet<NodeId> dead = new TreeSet<>();
        for (MemberSnapshot each : seen) {
            if (members.contains(each.member())) {
                switch (each.status()) {
                    case ALIVE -> answering++;
                    case SUSPECT -> {}
                    case DEAD -> dead.add(each.member());
                }
            }
        }
        since.keySet().retainAll(dead);
        dead.forEach(member -> since.putIfAbsent(member, now));
        if (2 * answering <= members.size()) {
            return Optional.empty();
        }
        return since.entrySet().stream()
                .filter(entry -> now - entry.getValue() >= longest)
                .min(Comparator.comparingLong(entry -> entry.getValue()))
                .map(entry -> entry.getKey());
    }
}
