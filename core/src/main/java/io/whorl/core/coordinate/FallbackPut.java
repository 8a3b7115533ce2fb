package io.whorl.core.coordinate;

import io.whorl.api.Durability;
import io.whorl.core.handoff.FallbackWrite;
import io.whorl.core.message.Failure;
import io.whorl.core.message.Write;
import io.whorl.core.replica.Excerpt;
import io.whorl.core.replica.InDoubtException;
import io.whorl.core.ring.Member;
import io.whorl.core.ring.NodeId;
import io.whorl.core.spi.StorageException;
import io.whorl.core.version.DotSet;
import io.whorl.core.version.Record;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A sloppy put or delete that no holder could coordinate, coordinated by the node where it was called, wherever that stands in the
 * preference list: kept here as a hint for every holder, in one batch, and by further fallbacks, each for one holder, until as many
 * different nodes have it as the quorum demands.
 *
 * <p>Source: replication.md, "Sloppy quorum and hinted handoff"; {@code write_as_fallback} of dots.py.
 */
public final class FallbackPut implements Replication.Own {
    private final RequestLane lane;
    private final Order order;
    private final Replication replication;

    private FallbackPut(RequestLane lane, Order order, Replication replication) {
        this.lane = lane;
        this.order = order;
        this.replication = replication;
    }

    /** Coordinates a write on this node's hints. */
    public static void begin(RequestLane lane, Order order, Write write, Callback<WriteResult> callback) {
        Replication replication = new Replication(lane, order, false, callback);
        FallbackPut put = new FallbackPut(lane, order, replication);
        WritePlan plan = replication.plan();
        if (put.targets(plan).isEmpty()) {
            int required = plan.begin().required();
            callback.failed(Failures.unavailable(order, required, 0, "the write"));
            return;
        }
        Optional<Failure> unavailable = plan.unavailable(plan.begin().ask(lane.self(), put.counting(plan)));
        if (unavailable.isPresent()) {
            callback.failed(unavailable.get());
            return;
        }
        put.run(write);
    }

    /**
     * For whom hints are kept: all writers, old and new holders alike. A holder that cannot coordinate, because its own replica is in
     * doubt or not complete yet, keeps no hint for itself: it takes what it lacks from the other holders.
     */
    private List<NodeId> targets(WritePlan plan) {
        List<NodeId> targets = new ArrayList<>(plan.slots().writers());
        targets.remove(lane.self());
        return targets;
    }

    /**
     * For whom what is kept here counts. A sloppy read asks R of the first N nodes: if the preference list names that many fallbacks before
     * this node which can be reached, what is kept here alone is not found. A node that leaves counts for nobody: it may be gone with
     * what it keeps.
     */
    private List<NodeId> counting(WritePlan plan) {
        if (lane.state()
                .member(lane.self())
                .filter(member -> member.status() == Member.Status.LEAVING)
                .isPresent()) {
            return List.of();
        }
        int before = 0;
        for (NodeId fallback : order.fallbacks(lane)) {
            if (fallback.equals(lane.self())) {
                break;
            }
            before += lane.isReachable(fallback) ? 1 : 0;
        }
        return before < plan.slots().places() ? targets(plan) : List.of();
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
        WritePlan plan = replication.plan();
        FallbackWrite outcome =
                lane.hints().write(order.id(), order.key(), write, timestamp, targets(plan), order.bucket());
        if (outcome instanceof FallbackWrite.Refused refused) {
            refused("this node said " + refused.reason() + " (" + refused.detail() + ")");
        } else if (outcome instanceof FallbackWrite.Made made) {
            WriteResult result = new WriteResult(made.history(), timestamp);
            Excerpt whole = new Excerpt(made.record(), DotSet.empty());
            replication.stored(new Replication.Made(whole, made.announced(), result), this, counting(plan));
        }
    }

    @Override
    public boolean syncs() {
        return order.bucket().options().durability() == Durability.FSYNC;
    }

    @Override
    public List<NodeId> keep(WritePlan plan, Replication.Made made) {
        List<NodeId> kept = new ArrayList<>();
        for (NodeId target : targets(plan)) {
            if (isKept(target, made)) {
                kept.add(target);
            }
        }
        List<NodeId> counting = new ArrayList<>(counting(plan));
        counting.retainAll(kept);
        if (plan.slots().isWriter(lane.self()) && Put.join(lane, order, made)) {
            counting.add(lane.self());
        }
        return counting;
    }

    private boolean isKept(NodeId target, Replication.Made made) {
        try {
            Record whole = made.excerpt().filled();
            return lane.hints()
                    .keep(target, order.id(), order.key(), whole, made.announced())
                    .isEmpty();
        } catch (StorageException e) {
            if (!e.isFull()) {
                throw e;
            }
            return false;
        }
    }

    private void refused(String why) {
        replication.refuse(Failures.refused(replication.plan().begin().required(), "the write", 1, why));
    }
}
