package io.whorl.core.replica;

import io.whorl.api.NodeEvent;
import io.whorl.core.message.Message;
import io.whorl.core.meter.Meters;
import io.whorl.core.ring.ClusterState;
import io.whorl.core.ring.NodeId;
import io.whorl.core.ring.ReplicaId;
import io.whorl.core.spi.Lane;
import io.whorl.core.spi.Transport.SendResult;
import java.util.Optional;

/** What code that works with replicas may use of the lane it runs on. */
public interface ReplicaLane {

    /** This node. */
    NodeId self();

    /** The newest cluster state that this lane knows. */
    ClusterState state();

    /** The lane itself, for timers and the time. */
    Lane lane();

    /** This node's replica, unless the node is no holder or the replica is in doubt. */
    Optional<Replica> replica(ReplicaId id);

    /** Whether it makes sense to ask that node: it is connected, and does not count as dead. */
    boolean isReachable(NodeId node);

    /** Sends; what becomes of it afterwards is not known. */
    SendResult send(NodeId to, Message message);

    /**
     * Answers what that run of a node asked. It is not sent to another run, which numbers its own questions from the start and
     * would take it for an answer to one of them.
     */
    SendResult answer(NodeId to, long run, Message message);

    /** What the steps that wait on this lane change is stored together. */
    GroupCommit commits();

    /** When what was stored is durable. */
    DurableLine durableLine();

    /** How many requests of callers are under way on this lane. */
    int underWay();

    /** A peer did not take, or did not acknowledge, a write of this replica: anti-entropy sees to it soon. */
    void replicationFailed(NodeId peer, ReplicaId replica);

    /** Whether there is space for what others would bring; what callers write is refused by the storage itself. */
    boolean hasSpace();

    /** How busy this lane is with what callers and peers ask of it, from 0 to 1: what can wait should, while it is high. */
    double load();

    /** What the node counts. */
    Meters meters();

    /** Whether this fault is planted; never outside tests. */
    boolean has(PlantedBug bug);

    /** Tells whoever listens to this node. */
    void happened(NodeEvent event);
}
