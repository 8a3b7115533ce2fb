package io.whorl.core.coordinate;

import io.whorl.core.message.Failure;
import io.whorl.core.message.ReplicaMessage;
import io.whorl.core.ring.ClusterState;
import io.whorl.core.ring.NodeId;

/** Something that was asked and is not answered yet; called on its lane only. */
public interface Request {

    /** An answer with this request's number came. */
    void answered(NodeId from, ReplicaMessage answer);

    /** The connection to that run of a node is gone: what was asked there and not answered may or may not have been done. */
    void disconnected(NodeId node);

    /**
     * The lane knows a newer cluster state. A request whose partition's slots have changed in it is planned anew, under another number:
     * what was answered before counts no more.
     */
    void slotsChanged(ClusterState state);

    /** The node stops: the request ends with this kind of failure and the outcome that is true of it. */
    void abort(Failure.Kind kind, String detail);
}
