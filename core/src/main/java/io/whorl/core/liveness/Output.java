package io.whorl.core.liveness;

import io.whorl.core.message.LivenessMessage;
import io.whorl.core.message.LivenessMessage.Status;
import io.whorl.core.ring.NodeId;

/** What a {@link Detector} wants done, or has found out. */
public sealed interface Output {

    /** To be sent to that run of a member; whether it arrives is nobody's promise. */
    record Send(NodeId to, long run, LivenessMessage message) implements Output {}

    /**
     * Another status is held of a member.
     *
     * @param member as it is held now
     * @param before the status before
     * @param lasted for how many nanoseconds that was held
     * @param by whose finding it is
     */
    record Changed(MemberLiveness member, Status before, long lasted, NodeId by) implements Output {}

    /** A member that is alive does not answer this node itself any more; or it does again. */
    record LinkChanged(MemberLiveness member) implements Output {}

    /** A member has answered this node's probe. */
    record Measured(MemberLiveness member) implements Output {}

    /** This node has not run for so long. */
    record Paused(long nanos) implements Output {}

    /** This node has heard from no other member for so long: it takes itself for cut off, and finds nobody dead. */
    record CutOff(long nanos) implements Output {}

    /** This node hears from others again. */
    record HearsAgain() implements Output {}
}
