package io.whorl.core.liveness;

import io.whorl.core.message.LivenessMessage.News;
import io.whorl.core.message.LivenessMessage.Status;
import io.whorl.core.ring.NodeId;

/** What this node holds of another member. Mutable; of one detector. */
final class MemberView {
    private static final long NEVER = -1;
    /** One lost message says nothing about a link. */
    private static final int MISSES_OF_A_BAD_LINK = 2;

    final NodeId id;
    /** The run that everything here is about; 0 as long as none was heard of. */
    long run;

    long incarnation;
    Status status = Status.ALIVE;
    long since;
    Suspicion suspicion;
    /** The run that a connection stands with, 0 for none. */
    long connectedRun;
    /** The probe of it that is under way, or null. */
    OwnProbe probe;
    /** How many of this node's probes in a row it has not answered to this node itself. */
    int misses;

    long roundTrip = NEVER;
    private long heardAt = NEVER;

    MemberView(NodeId id, long now) {
        this.id = id;
        this.since = now;
    }

    boolean isConnected() {
        return connectedRun != 0;
    }

    boolean isDirect() {
        return misses < MISSES_OF_A_BAD_LINK;
    }

    void heard(long now) {
        heardAt = now;
    }

    /** Whether a message of it came at that time or later. */
    boolean wasHeardSince(long instant) {
        return heardAt != NEVER && heardAt >= instant;
    }

    /** The time during which this node did not run does not count. */
    void shift(long nanos) {
        if (heardAt != NEVER) {
            heardAt += nanos;
        }
        if (suspicion != null) {
            suspicion.shift(nanos);
        }
    }

    /** Another process of it: nothing of what was held is about that one. */
    void forget(long newRun) {
        run = newRun;
        incarnation = 0;
        suspicion = null;
        misses = 0;
        roundTrip = NEVER;
        heardAt = NEVER;
    }

    /** What is held of it, as this node would say it. */
    News asSaidBy(NodeId by) {
        return new News(id, run, incarnation, status, by);
    }

    MemberLiveness snapshot() {
        return new MemberLiveness(id, status, since, run, incarnation, isConnected(), isDirect(), roundTrip);
    }
}
