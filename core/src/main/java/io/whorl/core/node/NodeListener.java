package io.whorl.core.node;

import io.whorl.api.NodeEvent;
import io.whorl.core.ring.ClusterState;

/** Learns of the turns in a node's life; called on the node's lanes, and must not block. */
public interface NodeListener {

    /**
     * The node belongs to a cluster, and is connected with all of its members or has tried to be for a while; called once at the most.
     */
    void ready(ClusterState state);

    /** The node cannot become part of a cluster, for the reason given; it has stopped. Called instead of {@link #ready}. */
    void startFailed(String reason);

    /** The node has stopped itself because it can no longer be trusted; the ports have to be closed. Called once at the most. */
    void stoppedItself(String reason, Throwable cause);

    /**
     * The node was a member of its cluster and is none any more: it has left, or was removed. It has stopped; the ports have to be
     * closed. Called once at the most, instead of {@link #stoppedItself}, which does by default what there is to do.
     */
    default void leftCluster(String reason) {
        stoppedItself(reason, new IllegalStateException(reason));
    }

    /** Something happened that an operator or an application may want to know. */
    void happened(NodeEvent event);
}
