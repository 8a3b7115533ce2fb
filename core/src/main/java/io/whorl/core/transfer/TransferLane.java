package io.whorl.core.transfer;

import io.whorl.core.replica.Replica;
import io.whorl.core.replica.ReplicaLane;
import io.whorl.core.ring.Change;
import io.whorl.core.ring.ReplicaId;
import java.util.Collection;

/** What moves may use of the lane they run on. */
public interface TransferLane extends ReplicaLane {
    /** This node's replica, whatever it may be asked; null if the node has none. */
    Replica held(ReplicaId id);

    /** All replicas of this lane, in order. */
    Collection<Replica> allHeld();

    /** Removes a replica from memory and from disk; not durable before the next sync. */
    void erase(ReplicaId id);

    /** From now on this node, as an outgoing holder of the partition, is read no more. */
    void stopped(int partition);

    /** All that had to be done before the end of this move is done, durably. Said again until the move has ended. */
    void finished(Change.MoveId move);

    /**
     * This node has nothing of the partition any more that it does not hold, durably. Said again until the cluster knows.
     *
     * @param changed the epoch of the last change of the partition's slots by which it is a former holder
     */
    void dropped(int partition, long changed);

    /** Asks the cluster for a change of one of its moves. */
    void propose(Change change);
}
