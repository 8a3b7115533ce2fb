package io.whorl.core.liveness;

import io.whorl.core.message.LivenessMessage.Status;
import io.whorl.core.ring.NodeId;

/**
 * What a node holds of another member at one instant.
 *
 * @param since when the status became this, in nanoseconds of the clock that the detector is given
 * @param run which run of the member it is about, 0 if none was heard of yet
 * @param incarnation how often that run has contradicted what was said of it
 * @param connected whether a connection to it stands
 * @param direct false while it does not answer this node itself, though perhaps others
 * @param roundTripNanos of the last probe that it answered itself, -1 if there was none
 */
public record MemberLiveness(
        NodeId member,
        Status status,
        long since,
        long run,
        long incarnation,
        boolean connected,
        boolean direct,
        long roundTripNanos) {

    /** Whether it is better to ask others first. */
    public boolean isDoubtful() {
        return status != Status.ALIVE || !direct;
    }
}
