package io.whorl.core.coordinate;

import io.whorl.core.message.Write;
import io.whorl.core.replica.InDoubtException;
import io.whorl.core.replica.Replica;
import io.whorl.core.replica.Written;
import io.whorl.core.ring.NodeId;
import io.whorl.core.spi.StorageException;
import io.whorl.core.version.DotSet;
import java.util.List;
import java.util.Optional;

/**
 * A put or delete at the holder that coordinates it: stored here first, then sent to all other holders at once, and acknowledged to
 * the caller when W slots have it. {@link Replication} is the second half of its life.
 */
public final class Put {
    private final RequestLane lane;
    private final Replica replica;
    private final Order order;
    private final Replication replication;

    private Put(RequestLane lane, Replica replica, Order order, Replication replication) {
        this.lane = lane;
        this.replica = replica;
        this.order = order;
        this.replication = replication;
    }

    /**
     * Coordinates a write on this node's replica.
     *
     * @param floor the write's timestamp has to be above it
     * @throws InDoubtException if the replica cannot be read; nothing was done then, and the callback is not called
     */
    public static void begin(
            RequestLane lane, Replica replica, Order order, Write write, long floor, Callback<WriteResult> callback) {
        List<NodeId> holders = order.holders(lane.state());
        Replication replication = new Replication(lane, order, holders.size(), callback);
        int reachable = (int) holders.stream().filter(lane::isReachable).count();
        int fillable = Math.min(holders.size(), reachable + replication.spare());
        if (fillable < order.quorum()) {
            callback.failed(Failures.unavailable(order, fillable, "the write"));
            return;
        }
        new Put(lane, replica, order, replication).run(write, floor);
    }

    private void run(Write write, long floor) {
        replication.enter();
        try {
            store(write, floor);
        } catch (InDoubtException e) {
            replication.handOn();
            throw e;
        } catch (StorageException e) {
            if (!e.isFull()) {
                throw e;
            }
            replication.refuse(Failures.full(e.getMessage()));
        }
    }

    private void store(Write write, long floor) {
        long limit = lane.maxRecordBytes();
        long timestamp = lane.timestamps().next(lane.lane().wallMillis(), floor);
        Optional<Written> made = replica.writeWithin(order.key(), write, timestamp, limit);
        if (made.isEmpty()) {
            replication.refuse(Failures.tooLarge(replica.bytesAfter(order.key(), write), limit));
            return;
        }
        Written written = made.get();
        WriteResult result = new WriteResult(written.history(), timestamp);
        replication.stored(
                new Replication.Made(written.excerpt(), DotSet.of(written.dot()), result), List.of(lane.self()), true);
        lane.durableLine().touched(replica);
        if (replica.syncsEveryWrite()) {
            lane.durableLine().afterSync(replication::acknowledgedHere);
        } else {
            replication.acknowledgedHere();
        }
    }
}
