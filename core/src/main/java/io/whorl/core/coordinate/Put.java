package io.whorl.core.coordinate;

import io.whorl.core.message.Failure;
import io.whorl.core.message.Write;
import io.whorl.core.quorum.SlotTally;
import io.whorl.core.replica.Arrival;
import io.whorl.core.replica.GroupCommit;
import io.whorl.core.replica.InDoubtException;
import io.whorl.core.replica.Replica;
import io.whorl.core.replica.Written;
import io.whorl.core.ring.NodeId;
import io.whorl.core.ring.ReplicaSlots;
import io.whorl.core.ring.Slot;
import io.whorl.core.spi.StorageException;
import io.whorl.core.version.DotSet;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A put or delete at the holder that coordinates it: stored here first, then sent to all other writers at once, and acknowledged to
 * the caller when W slots have it. {@link Replication} is the second half of its life.
 */
public final class Put implements Replication.Own, GroupCommit.Step {
    private static final Logger LOG = LoggerFactory.getLogger(Put.class);

    private final RequestLane lane;
    private final Replica replica;
    private final Order order;
    private final Replication replication;
    private final Write write;
    private final long timestamp;
    private Optional<Written> made = Optional.empty();

    private Put(RequestLane lane, Replica replica, Order order, Replication replication, Write write, long timestamp) {
        this.lane = lane;
        this.replica = replica;
        this.order = order;
        this.replication = replication;
        this.write = write;
        this.timestamp = timestamp;
    }

    /**
     * Coordinates a write on this node's replica, which is complete.
     *
     * @param floor the write's timestamp has to be above it
     * @throws InDoubtException if the replica cannot be read; nothing was done then, and the callback is not called
     */
    public static void begin(
            RequestLane lane, Replica replica, Order order, Write write, long floor, Callback<WriteResult> callback) {
        Replication replication = new Replication(lane, order, true, callback);
        Optional<Failure> unavailable = unavailable(lane, replication.plan());
        if (unavailable.isPresent()) {
            callback.failed(unavailable.get());
            return;
        }
        long timestamp = lane.timestamps().next(lane.lane().wallMillis(), floor);
        new Put(lane, replica, order, replication, write, timestamp).run();
    }

    private static Optional<Failure> unavailable(RequestLane lane, WritePlan plan) {
        if (isWhole(lane, plan.slots())) {
            return Optional.empty();
        }
        SlotTally asked = plan.begin();
        for (NodeId writer : plan.slots().writers()) {
            asked = lane.isReachable(writer) ? asked.ask(writer, writer) : asked;
        }
        return plan.unavailable(asked);
    }

    private static boolean isWhole(RequestLane lane, ReplicaSlots slots) {
        for (Slot slot : slots.slots()) {
            if (!slot.counts() && !slot.demanded()) {
                return false;
            }
        }
        for (NodeId writer : slots.writers()) {
            if (!lane.isReachable(writer)) {
                return false;
            }
        }
        return true;
    }

    private void run() {
        replication.enter();
        try {
            lane.commits().take(this);
        } catch (InDoubtException e) {
            replication.handOn();
            throw e;
        }
    }

    @Override
    public void change() {
        made = replica.writeWithin(order.key(), write, timestamp, lane.maxRecordBytes());
    }

    @Override
    public void committed() {
        if (made.isEmpty()) {
            replication.refuse(Failures.tooLarge(replica.bytesAfter(order.key(), write), lane.maxRecordBytes()));
            return;
        }
        Written written = made.get();
        WriteResult result = new WriteResult(written.history(), timestamp);
        lane.durableLine().touched(replica);
        replication.stored(
                new Replication.Made(written.excerpt(), DotSet.of(written.dot()), result), this, List.of(lane.self()));
    }

    @Override
    public void refused(RuntimeException cause) {
        replication.refuse(
                cause instanceof StorageException
                        ? Failures.full(cause.getMessage())
                        : Failures.refused(replication.plan().begin().required(), "the write", 1, cause.getMessage()));
    }

    @Override
    public boolean syncs() {
        return replica.syncsEveryWrite();
    }

    @Override
    public List<NodeId> keep(WritePlan plan, Replication.Made made) {
        if (!plan.slots().isWriter(lane.self())) {
            return List.of();
        }
        return join(lane, order, made) ? List.of(lane.self()) : List.of();
    }

    /** Has this node's replica take the record as it would from another node; it may be another replica than the one that made it. */
    static boolean join(RequestLane lane, Order order, Replication.Made made) {
        Optional<Replica> now = lane.replica(order.id());
        if (now.isEmpty()) {
            return false;
        }
        try {
            Arrival arrival = new Arrival(order.key(), made.excerpt().filled(), made.announced());
            if (now.get().receive(List.of(arrival))) {
                lane.durableLine().touched(now.get());
            }
            return true;
        } catch (InDoubtException e) {
            LOG.debug("Replica {} cannot take its own write once more", order.id(), e);
        } catch (StorageException e) {
            if (!e.isFull()) {
                throw e;
            }
        }
        return false;
    }
}
