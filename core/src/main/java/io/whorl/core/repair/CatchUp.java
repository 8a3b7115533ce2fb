package io.whorl.core.repair;

import io.whorl.api.NodeEvent;
import io.whorl.core.replica.Replica;
import io.whorl.core.replica.ReplicaLane;

/**
 * Whether a replica has caught up with one peer: whether the peer, in the present runs of both, has given all that it had to a
 * question that was asked since the last reset, or has found nothing to give. What a peer tells by itself does not count, for that
 * may have been said before.
 */
final class CatchUp {
    /** A replica that lacks so many dots has fallen behind, and is worth an event when it has caught up. */
    private static final long FAR_BEHIND = 1_000;

    private boolean caughtUp;
    private boolean verifying;
    private boolean anyway;
    private boolean behind;
    private boolean answered;
    private long answeredAt;

    /** Nothing that was answered before counts any more. */
    void reset() {
        caughtUp = false;
    }

    boolean isCaughtUp() {
        return caughtUp;
    }

    /** The peer is to be asked, even if this side seems to lack nothing, until this side has caught up. */
    void verify(boolean evenIfEqual) {
        verifying = !caughtUp;
        anyway = verifying && evenIfEqual;
    }

    /** Whether a peer that has seen just the same is to be asked too. */
    boolean asksAnyway() {
        return anyway;
    }

    boolean isVerifying() {
        return verifying;
    }

    /** Nanoseconds since the peer answered last; -1 if it never did. */
    long sinceAnswer(long now) {
        return answered ? now - answeredAt : -1;
    }

    void answered(long now) {
        answered = true;
        answeredAt = now;
    }

    /** This side lacks so much of what the peer has. */
    void lacks(long dots) {
        behind |= dots > FAR_BEHIND;
    }

    /** This side lacks more than the peer still has in its log. */
    void lacksMuch() {
        behind = true;
    }

    /** The peer had nothing more to give. */
    void caughtUp(Replica replica, ReplicaLane lane) {
        caughtUp = true;
        verifying = false;
        anyway = false;
        if (behind) {
            behind = false;
            lane.happened(new NodeEvent.ReplicaCaughtUp(
                    replica.bucket().name(), replica.id().partition()));
        }
    }
}
