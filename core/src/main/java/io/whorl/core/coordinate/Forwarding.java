package io.whorl.core.coordinate;

import io.whorl.api.Outcome;
import io.whorl.core.message.Failure;
import io.whorl.core.message.Refusal;
import io.whorl.core.message.ReplicaMessage;
import io.whorl.core.message.Write;
import io.whorl.core.meter.Counter;
import io.whorl.core.ring.ClusterState;
import io.whorl.core.ring.NodeId;
import io.whorl.core.ring.ReplicaSlots;
import io.whorl.core.spi.Transport.SendResult;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * A write that this node cannot coordinate as a holder, handed to one. Another holder is tried only when the one before is known not
 * to have done anything: it refused, or nothing was sent. Two holders that execute the same write would make two events of it. When
 * no holder can be reached, or all have refused, this node coordinates a sloppy write itself, as a fallback.
 *
 * <p>A holder that knows of other slots refuses, and so does one that is about to give its slot up: the epoch that says so is on its way,
 * and once it is here the write is begun anew. The slots may also change while a holder coordinates; that is its own business.
 */
public final class Forwarding implements Request {
    /** What ends a write at one holder without an effect, and may not at another, or here. */
    private static final Set<Failure.Kind> ELSEWHERE_PERHAPS = EnumSet.of(
            Failure.Kind.QUORUM_UNAVAILABLE,
            Failure.Kind.OVERLOADED,
            Failure.Kind.STORAGE_FULL,
            Failure.Kind.NODE_CLOSED);

    private final RequestLane lane;
    private final Order order;
    private final Write write;
    private final Callback<WriteResult> callback;
    private final Runnable anew;
    private final Ending<WriteResult> ending;
    private final long changed;
    private final int required;
    private boolean awaitsEpoch;
    private final List<NodeId> candidates = new ArrayList<>();
    private NodeId asked;
    private int refused;
    private String lastRefusal = "";
    private Failure lastFailure;

    private Forwarding(RequestLane lane, Order order, Write write, Callback<WriteResult> callback, Runnable anew) {
        this.lane = lane;
        this.anew = anew;
        this.changed = order.changed(lane.state());
        this.required = order.writeQuorum(order.slots(lane));
        this.order = order;
        this.write = write;
        this.callback = callback;
        this.ending = new Ending<>(lane, callback);
    }

    /**
     * Forwards a write to the first holder that takes it.
     *
     * @param anew begins the write once more, of which nothing was done, by what the lane knows then
     */
    public static void begin(
            RequestLane lane, Order order, Write write, Callback<WriteResult> callback, Runnable anew) {
        new Forwarding(lane, order, write, callback, anew).run();
    }

    private void run() {
        List<NodeId> silent = new ArrayList<>();
        for (NodeId holder : order.slots(lane).readers()) {
            if (!holder.equals(lane.self()) && lane.isReachable(holder)) {
                (lane.isSilent(holder) ? silent : candidates).add(holder);
            }
        }
        candidates.addAll(silent);
        // This node would coordinate itself if it were not about to give its slot up.
        ReplicaSlots slots = order.slots(lane);
        awaitsEpoch = slots.isReader(lane.self()) && lane.hasStopped(order.id().partition());
        ending.setDeadline(order.deadlineNanos(), this::timedOut);
        tryNext();
    }

    private void tryNext() {
        while (!candidates.isEmpty()) {
            asked = candidates.remove(0);
            ReplicaMessage.Forward forward = new ReplicaMessage.Forward(
                    ending.enterForward(this),
                    order.id(),
                    order.bucket().fingerprint(),
                    order.key(),
                    write,
                    order.quorum(),
                    order.strict(),
                    order.left(lane.lane()),
                    lane.timestamps().returned(),
                    order.zones());
            if (lane.send(asked, forward) == SendResult.SENT) {
                lane.meters().add(Counter.FORWARDS);
                return;
            }
        }
        asked = null;
        if (awaitsEpoch) {
            // Nothing may have been sent yet, and then the lane does not know whom to tell of the epoch.
            ending.reenter(this);
            return;
        }
        if (!order.strict()) {
            ending.leave();
            FallbackPut.begin(lane, order, write, callback);
        } else if (lastFailure != null) {
            fail(lastFailure);
        } else if (refused == 0) {
            fail(Failures.unavailable(order, required, 0, "the write"));
        } else {
            fail(Failures.refused(required, "the write", refused, lastRefusal));
        }
    }

    @Override
    public void answered(NodeId from, ReplicaMessage answer) {
        if (ending.hasLeft() || !from.equals(asked)) {
            return;
        }
        if (answer instanceof ReplicaMessage.ForwardDone done) {
            ending.leave();
            ending.succeed(new WriteResult(done.history(), done.timestamp()));
        } else if (answer instanceof ReplicaMessage.ForwardFailed failed) {
            failed(from, failed.failure());
        } else if (answer instanceof ReplicaMessage.Refuse refuse) {
            if (refuse.reason() == Refusal.TOO_LATE) {
                fail(unknown("node " + from + " cannot tell whether it executed the write before"));
            } else if (refuse.reason() == Refusal.BUCKET_MISMATCH) {
                fail(Failures.mismatch("node " + from + ": " + refuse.detail()));
            } else {
                awaitsEpoch |= refuse.reason() == Refusal.STALE_EPOCH || refuse.reason() == Refusal.MOVING;
                if (refuse.reason() == Refusal.STALE_EPOCH) {
                    // The others are asked when it is known who they are.
                    candidates.clear();
                }
                refused("node " + from + " said " + refuse.reason() + " (" + refuse.detail() + ")");
            }
        }
    }

    @Override
    public void slotsChanged(ClusterState state) {
        if (ending.hasLeft() || asked != null) {
            return;
        }
        if (order.changed(state) != changed || order.dropped(state).isPresent()) {
            lane.meters().add(Counter.REQUESTS_PLANNED_ANEW);
            ending.leave();
            anew.run();
        }
    }

    private void failed(NodeId from, Failure failure) {
        if (failure.outcome() == Outcome.NOT_APPLIED && ELSEWHERE_PERHAPS.contains(failure.kind())) {
            lastFailure = failure;
            refused("node " + from + " said " + failure.kind() + " (" + failure.detail() + ")");
        } else {
            fail(failure);
        }
    }

    private void refused(String why) {
        refused++;
        lastRefusal = why;
        tryNext();
        // The epoch that it waits for may have come while the answer was on its way: nobody tells of it again.
        slotsChanged(lane.state());
    }

    @Override
    public void disconnected(NodeId node) {
        if (node.equals(asked)) {
            fail(unknown("the connection to node " + node + ", which coordinates it, was lost"));
        }
    }

    @Override
    public void abort(Failure.Kind kind, String detail) {
        fail(new Failure(kind, Outcome.UNKNOWN, 0, required, detail));
    }

    private Failure unknown(String why) {
        return new Failure(
                Failure.Kind.REPLICAS_FAILED, Outcome.UNKNOWN, 0, required, "the write was forwarded, but " + why);
    }

    private void timedOut() {
        if (asked != null) {
            lane.unanswered(asked);
            fail(Failures.timedOut(0, required, "the forwarded write"));
        } else {
            fail(Failures.refused(required, "the write", refused, lastRefusal));
        }
    }

    private void fail(Failure failure) {
        if (!ending.hasLeft()) {
            ending.leave();
            ending.fail(failure);
        }
    }
}
