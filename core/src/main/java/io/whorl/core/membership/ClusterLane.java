package io.whorl.core.membership;

import io.whorl.core.message.ClusterMessage;
import io.whorl.core.ring.Address;
import io.whorl.core.ring.ClusterState;
import io.whorl.core.ring.Member;
import io.whorl.core.ring.NodeId;
import io.whorl.core.spi.Lane;

/** What the membership may use of the lane it runs on, and whom it tells. */
public interface ClusterLane {

    /** The lane itself, for timers and the time. */
    Lane lane();

    /** Sends to a connected node; false when it is known not to have been sent. */
    boolean send(NodeId to, ClusterMessage message);

    /** Sends to whoever listens at an address. */
    void send(Address to, ClusterMessage message);

    /** Whether there is a connection to this node now. */
    boolean isConnected(NodeId node);

    /** A member's address is known: a connection is to be kept up. */
    void learn(Member member);

    /** There is a new cluster state; the first one means that this node has become a member. */
    void published(ClusterState state);

    /** This node cannot become a member, and why. */
    void refused(String reason);

    /** This node was a member and is none any more, as it has just learnt; it has nothing left to do. */
    void leftCluster(String reason);

    /** The node cannot go on. */
    void failed(RuntimeException cause);
}
