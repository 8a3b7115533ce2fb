package io.whorl.core.node;

import io.whorl.core.message.LivenessMessage.Status;
import io.whorl.core.ring.NodeId;

/**
 * What a node holds of another member at one instant, for its status.
 *
 * @param status what is held of it
 * @param sinceMillis since when, by this node's wall clock
 * @param run which run of the member it is about, 0 if none was heard of yet
 * @param incarnation how often that run has contradicted what was said of it
 * @param connected whether a connection to it stands
 * @param direct false while it does not answer this node's probes, though perhaps those of others
 * @param roundTripNanos of the last probe that it answered, -1 if there was none
 */
public record MemberSnapshot(
        NodeId member,
        Status status,
        long sinceMillis,
        long run,
        long incarnation,
        boolean connected,
        boolean direct,
        long roundTripNanos) {

    /** The same with a connection standing or not. */
    MemberSnapshot connected(boolean stands) {
        return new MemberSnapshot(member, status, sinceMillis, run, incarnation, stands, direct, roundTripNanos);
    }
}
