package io.whorl.core.liveness;

import io.whorl.core.ring.NodeId;
import java.util.TreeSet;

/**
 * That a member may be dead, held until it contradicts or the time is over. It lasts the shorter the more others have found the
 * same by themselves (Lifeguard, section IV B).
 */
final class Suspicion {
    private final LivenessSettings settings;
    private final TreeSet<NodeId> accusers = new TreeSet<>();
    private long startedAt;
    private final boolean unfounded;

    /**
     * @param unfounded the node that suspects heard from nobody else either: the fault may be its own, so it tells nobody, and
     *     the time does not run
     */
    Suspicion(LivenessSettings settings, NodeId by, long now, boolean unfounded) {
        this.settings = settings;
        this.startedAt = now;
        this.unfounded = unfounded;
        accusers.add(by);
    }

    boolean isUnfounded() {
        return unfounded;
    }

    /** Another has found the same; false if that was known, or enough have. */
    boolean confirm(NodeId by, int members) {
        return accusers.size() <= settings.confirmationsWanted(members) && accusers.add(by);
    }

    /** The time begins anew. */
    void restart(long now) {
        startedAt = now;
    }

    /** The time during which this node did not run does not count. */
    void shift(long nanos) {
        startedAt += nanos;
    }

    long endsAt(int members) {
        return startedAt + settings.suspicion(members, accusers.size() - 1);
    }
}
