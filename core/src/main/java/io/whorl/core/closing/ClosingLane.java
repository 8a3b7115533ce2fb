package io.whorl.core.closing;

import io.whorl.core.message.ClosingMessage;
import io.whorl.core.ring.Change;
import io.whorl.core.ring.ClusterState;
import io.whorl.core.ring.NodeId;
import io.whorl.core.spi.Lane;
import java.util.Optional;

/** What closing may use of the lane it runs on, which is the cluster's. */
public interface ClosingLane {

    /** The lane itself, for timers and the time. */
    Lane lane();

    /** This node. */
    NodeId self();

    /** The newest cluster state that this node knows; empty until it belongs to a cluster. */
    Optional<ClusterState> state();

    /** Whether a member is there to be asked. True for the node itself. */
    boolean isReachable(NodeId node);

    /** Asks a member, this node too; whether the message arrives is not known. */
    void ask(NodeId member, ClosingMessage question);

    /** Has a change made, if that can be; the next state tells. */
    void propose(Change change);

    /** A number for a question, higher than all before. */
    long nextRequest();
}
