package io.whorl.core.coordinate;

import io.whorl.api.Durability;
import io.whorl.core.handoff.FallbackWrite;
import io.whorl.core.message.Write;
import io.whorl.core.replica.Excerpt;
import io.whorl.core.replica.InDoubtException;
import io.whorl.core.ring.NodeId;
import io.whorl.core.spi.StorageException;
import io.whorl.core.version.DotSet;
import java.util.ArrayList;
import java.util.List;

/**
 * A sloppy put or delete that no holder could coordinate, coordinated by the node where it was called, wherever that stands in the
 * preference list: kept here as a hint for every holder, in one batch, and by further fallbacks, each for one holder, until as many
 * different nodes have it as the quorum demands.
 *
 * <p>Source: replication.md, "Sloppy quorum and hinted handoff"; {@code write_as_fallback} of dots.py.
 */
public final class FallbackPut {
    private final RequestLane lane;
    private final Order order;
    private final List<NodeId> targets;
    private final boolean counts;
    private final Replication replication;

    private FallbackPut(RequestLane lane, Order order, List<NodeId> targets, boolean counts, Replication replication) {
        this.lane = lane;
        this.order = order;
        this.targets = targets;
        this.counts = counts;
        this.replication = replication;
    }

    /** Coordinates a write on this node's hints. */
    public static void begin(RequestLane lane, Order order, Write write, Callback<WriteResult> callback) {
        List<NodeId> targets = new ArrayList<>(order.holders(lane.state()));
        int slots = targets.size();
        // A holder whose own replica is in doubt keeps no hint for itself: it takes what it lacks from the other
        // holders.
        targets.remove(lane.self());
        Replication replication = new Replication(lane, order, order.quorum(), callback);
        boolean counts = before(lane, order) < slots;
        int fillable = targets.isEmpty() ? 0 : Math.min(slots, replication.spare() + (counts ? 1 : 0));
        if (fillable < order.quorum()) {
            callback.failed(Failures.unavailable(order, fillable, "the write"));
            return;
        }
        new FallbackPut(lane, order, targets, counts, replication).run(write);
    }

    /**
     * How many fallbacks that can be reached the preference list names before this node. A sloppy read asks the first N nodes: if
     * there are that many, what is kept here alone is not found, and so does not count.
     */
    private static int before(RequestLane lane, Order order) {
        int before = 0;
        for (NodeId fallback : order.fallbacks(lane.state())) {
            if (fallback.equals(lane.self())) {
                return before;
            }
            before += lane.isReachable(fallback) ? 1 : 0;
        }
        return before;
    }

    private void run(Write write) {
        replication.enter();
        try {
            store(write);
        } catch (InDoubtException e) {
            refused(e.getMessage());
        } catch (StorageException e) {
            if (!e.isFull()) {
                throw e;
            }
            replication.refuse(Failures.full(e.getMessage()));
        }
    }

    private void store(Write write) {
        long bytes = lane.hints().bytesAfter(order.id(), order.key(), write, order.bucket());
        if (bytes > lane.maxRecordBytes()) {
            replication.refuse(Failures.tooLarge(bytes, lane.maxRecordBytes()));
            return;
        }
        long timestamp = lane.timestamps()
                .next(lane.lane().wallMillis(), lane.timestamps().returned());
        FallbackWrite outcome = lane.hints().write(order.id(), order.key(), write, timestamp, targets, order.bucket());
        if (outcome instanceof FallbackWrite.Refused refused) {
            refused("this node said " + refused.reason() + " (" + refused.detail() + ")");
        } else if (outcome instanceof FallbackWrite.Made made) {
            WriteResult result = new WriteResult(made.history(), timestamp);
            Excerpt whole = new Excerpt(made.record(), DotSet.empty());
            replication.stored(
                    new Replication.Made(whole, made.announced(), result), counts ? targets : List.of(), false);
            if (order.bucket().options().durability() == Durability.FSYNC) {
                lane.durableLine().afterSync(replication::acknowledgedHere);
            } else {
                replication.acknowledgedHere();
            }
        }
    }

    private void refused(String why) {
        replication.refuse(Failures.refused(order, "the write", 1, why));
    }
}
