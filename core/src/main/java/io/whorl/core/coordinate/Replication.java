package io.whorl.core.coordinate;

import io.whorl.api.Outcome;
import io.whorl.core.message.Failure;
import io.whorl.core.message.HintMessage;
import io.whorl.core.message.Refusal;
import io.whorl.core.message.ReplicaMessage;
import io.whorl.core.meter.Counter;
import io.whorl.core.quorum.SlotTally;
import io.whorl.core.quorum.Verdict;
import io.whorl.core.replica.Excerpt;
import io.whorl.core.replica.PlantedBug;
import io.whorl.core.ring.ClusterState;
import io.whorl.core.ring.NodeId;
import io.whorl.core.spi.Lane;
import io.whorl.core.spi.Transport.SendResult;
import io.whorl.core.version.DotSet;
import java.util.List;
import java.util.Optional;

/**
 * A write that is made, on its way to its slots: to the other writers at once, and in a sloppy write for each of those that does not
 * take it, or does not answer for long, as a hint to the next node down the preference list that is not in use yet.
 *
 * <p>The caller is told as soon as the tally is decided. The rest goes on in the background: a hint is also kept for a holder whose
 * acknowledgement nobody waits for any more.
 *
 * <p>Once the lane knows an epoch in which the slots have changed, everything begins anew with the slots of that epoch, but the same
 * record and the same dot: an acknowledgement of before may be of a node that has left and come back with nothing. If this node has no
 * slot any more it goes on as a plain sender.
 *
 * <p>Source: replication.md, "Sloppy quorum and hinted handoff"; cluster.md, "Moving a slot"; Dynamo, SOSP 2007, section 4.6.
 */
final class Replication implements Request {
    /** A node is late after four times what it usually takes, within these parts of the write's time. */
    private static final int USUAL_TIMES = 4;

    private static final int SHORTEST_PART = 20;
    private static final int LONGEST_PART = 4;

    private final RequestLane lane;
    private final Order order;
    private final Ending<WriteResult> ending;
    private final boolean toWriters;
    private final long shortest;
    private final long longest;
    private WritePlan plan;
    private SlotTally tally;
    private long number;
    private Made made;
    private Own own;
    private Lane.Timer patience;
    private boolean stale;
    private String lastRefusal = "";

    /**
     * What is to be brought to the slots.
     *
     * @param excerpt the record as it is held here, and what fills it
     * @param announced the dots of the writes whose effect it carries
     * @param result what the caller is told
     */
    record Made(Excerpt excerpt, DotSet announced, WriteResult result) {}

    /** What this node itself has of the write. */
    interface Own {
        /**
         * Stores the record once more, for the slots of another epoch.
         *
         * @return for which writers this node stands now; perhaps none
         */
        List<NodeId> keep(WritePlan plan, Made made);

        /** Whether an acknowledgement of this node has to wait for a sync. */
        boolean syncs();
    }

    /**
     * @param toWriters whether the slots' writers are to have it from here, all of them, beyond the quorum in the background; else as
     *     many nodes keep hints as the quorum demands
     */
    Replication(RequestLane lane, Order order, boolean toWriters, Callback<WriteResult> callback) {
        this.lane = lane;
        this.order = order;
        this.toWriters = toWriters;
        this.ending = new Ending<>(lane, callback);
        long whole = order.left(lane.lane());
        this.shortest = whole / SHORTEST_PART;
        this.longest = whole / LONGEST_PART;
        this.plan = WritePlan.of(lane, order);
        this.tally = plan.begin();
    }

    /** The slots as they are now, and who can stand in for whom. */
    WritePlan plan() {
        return plan;
    }

    /** Enters the request, before anything is stored: a failure of the storage engine then ends it too. */
    void enter() {
        number = ending.enter(this, order.deadlineNanos(), this::timedOut);
    }

    /** Ends before anything was stored. */
    void refuse(Failure failure) {
        ending.leave();
        ending.fail(failure);
    }

    /** Ends without a word: somebody else goes on with the write, of which nothing was stored. */
    void handOn() {
        ending.leave();
    }

    /**
     * The write is stored on this node.
     *
     * @param writers for which it stands here: itself, or those that it keeps hints for
     */
    void stored(Made what, Own mine, List<NodeId> writers) {
        made = what;
        own = mine;
        if (ending.hasLeft()) {
            return; // It ran out of time while it was stored; anti-entropy brings it to the others.
        }
        if (order.changed(lane.state()) != plan.changed()) {
            slotsChanged(lane.state());
            return;
        }
        tally = tally.ask(lane.self(), writers);
        spread();
        if (own.syncs()) {
            syncThenAcknowledge();
        } else {
            acknowledgedHere();
        }
    }

    private void spread() {
        if (toWriters) {
            ReplicaMessage.Replicate message = replicate();
            for (NodeId writer : plan.slots().writers()) {
                if (!writer.equals(lane.self()) && !tally.hasAcknowledged(writer)) {
                    ask(writer, writer, message);
                }
            }
        }
        fill();
    }

    private void syncThenAcknowledge() {
        long asked = number;
        lane.durableLine().afterSync(() -> {
            if (asked == number) {
                acknowledgedHere();
            }
        });
    }

    /** What was stored on this node has the durability that the bucket demands. */
    private void acknowledgedHere() {
        tally = tally.acknowledge(lane.self());
        decide();
    }

    @Override
    public void slotsChanged(ClusterState state) {
        if (ending.hasLeft() || made == null) {
            return;
        }
        Optional<Failure> dropped = order.dropped(state);
        if (dropped.isPresent()) {
            abort(dropped.get().kind(), dropped.get().detail());
        } else if (order.changed(state) != plan.changed()) {
            again();
        }
    }

    private void again() {
        lane.meters().add(Counter.REQUESTS_PLANNED_ANEW);
        SlotTally before = tally;
        if (patience != null) {
            patience.cancel();
            patience = null;
        }
        stale = false;
        number = ending.reenter(this);
        plan = WritePlan.of(lane, order);
        tally = plan.begin();
        if (lane.has(PlantedBug.OLD_ACKNOWLEDGEMENT_COUNTS)) {
            for (NodeId node : before.acknowledgers()) {
                tally = tally.ask(node, node).acknowledge(node);
            }
        }
        List<NodeId> mine = own.keep(plan, made);
        if (!mine.isEmpty()) {
            tally = tally.ask(lane.self(), mine);
        }
        spread();
        if (mine.isEmpty()) {
            decide();
        } else if (own.syncs()) {
            syncThenAcknowledge();
        } else {
            acknowledgedHere();
        }
    }

    private boolean ask(NodeId node, NodeId writer, ReplicaMessage message) {
        tally = tally.ask(node, writer);
        if (lane.isReachable(node) && lane.send(node, message) == SendResult.SENT) {
            lane.writeLatencies().asked(node, number, lane.lane().nanoTime());
            return true;
        }
        tally = tally.fail(node);
        return false;
    }

    private ReplicaMessage.Replicate replicate() {
        return new ReplicaMessage.Replicate(
                number,
                order.id(),
                order.bucket().fingerprint(),
                order.key(),
                made.excerpt.record(),
                made.excerpt.bases(),
                made.announced,
                order.left(lane.lane()));
    }

    private ReplicaMessage keep(NodeId target) {
        return new HintMessage.Keep(
                number,
                order.id(),
                order.bucket().fingerprint(),
                target,
                order.key(),
                made.excerpt.record(),
                made.excerpt.bases(),
                lane.has(PlantedBug.HINT_WITHOUT_ANNOUNCED) ? DotSet.empty() : made.announced,
                order.left(lane.lane()));
    }

    /** Asks fallbacks until as many slots are expected as are to be filled, or nobody is left to be asked. */
    private void fill() {
        while (!stale && !isEnoughExpected()) {
            NodeId next = plan.next(tally).orElse(null);
            NodeId writer = tally.lacking()
                    .or(() -> toWriters ? tally.uncovered() : Optional.empty())
                    .orElse(null);
            if (next == null || writer == null) {
                break;
            }
            plan.use(next);
            if (ask(next, writer, keep(writer))) {
                lane.meters().add(Counter.HINTS_ASKED);
            }
        }
        watch();
    }

    private boolean isEnoughExpected() {
        return toWriters ? tally.uncovered().isEmpty() : plan.isExpected(tally);
    }

    /** Sets the time after which those that were asked until now are late. */
    private void watch() {
        if (patience != null || stale || !plan.hasUnused() || ending.hasLeft()) {
            return;
        }
        List<NodeId> awaited = tally.awaited();
        if (awaited.isEmpty()) {
            return;
        }
        long usual = 0;
        for (NodeId node : awaited) {
            usual = Math.max(usual, lane.writeLatencies().patience(node).orElse(0));
        }
        long wait = Math.min(longest, Math.max(shortest, USUAL_TIMES * usual));
        patience = lane.lane().schedule(wait, () -> {
            patience = null;
            if (!ending.hasLeft()) {
                // A late sync of this node is no reason to ask somebody else: the disk has the write, or stops the
                // node.
                for (NodeId node : awaited) {
                    tally = node.equals(lane.self()) ? tally : tally.overdue(node);
                }
                fill();
                decide();
            }
        });
    }

    @Override
    public void answered(NodeId from, ReplicaMessage answer) {
        if (answer instanceof ReplicaMessage.Acknowledge) {
            tally = tally.acknowledge(from);
            decide();
        } else if (answer instanceof ReplicaMessage.Refuse refuse) {
            lastRefusal = "node " + from + " said " + refuse.reason() + " (" + refuse.detail() + ")";
            if (refuse.reason() == Refusal.STALE_EPOCH) {
                isStale();
            } else {
                failed(from);
            }
        }
    }

    /** There are other slots, in an epoch that is on its way: nobody else is asked until it is here. */
    private void isStale() {
        stale = true;
        if (patience != null) {
            patience.cancel();
            patience = null;
        }
    }

    @Override
    public void disconnected(NodeId node) {
        failed(node);
    }

    private void failed(NodeId node) {
        SlotTally next = tally.fail(node);
        if (next != tally) {
            tally = next;
            fill();
            decide();
        }
    }

    @Override
    public void abort(Failure.Kind kind, String detail) {
        ending.leave();
        ending.fail(new Failure(kind, Outcome.UNKNOWN, tally.acknowledged(), tally.required(), detail));
    }

    private void timedOut() {
        leave(true);
        ending.fail(Failures.timedOut(tally.acknowledged(), tally.required(), "the write"));
    }

    private void decide() {
        Verdict verdict = ending.isTold() ? Verdict.WAITING : plan.verdict(tally);
        if (verdict == Verdict.SATISFIED) {
            if (tally.leansOnFallbacks()) {
                lane.meters().add(Counter.WRITES_WITH_FALLBACKS);
            }
            ending.succeed(made.result);
        } else if (verdict == Verdict.IMPOSSIBLE && !stale) {
            // It is stored here, and others may yet learn of it: nobody can say that it was not applied.
            ending.fail(Failures.failed(tally, Outcome.UNKNOWN, "the write", lastRefusal));
        }
        if (ending.isTold() && (isDone() || tally.isAnswered())) {
            leave(true);
        } else if (ending.isTold() && lane.isBusy()) {
            lane.meters().add(Counter.BACKGROUND_REPLICATIONS_SHED);
            leave(false);
        }
    }

    private boolean isDone() {
        return toWriters ? tally.isComplete() : plan.verdict(tally) == Verdict.SATISFIED;
    }

    /** Nothing more is done for the write from here; what a holder may lack is left to anti-entropy and to its hints. */
    private void leave(boolean givenTime) {
        if (ending.hasLeft()) {
            return;
        }
        ending.leave();
        if (patience != null) {
            patience.cancel();
        }
        if (givenTime && !tally.isAnswered()) {
            for (NodeId node : tally.unanswered()) {
                if (!node.equals(lane.self())) {
                    lane.unanswered(node);
                }
            }
        }
        for (NodeId writer : plan.slots().writers()) {
            if (tally.wasAsked(writer) && !tally.hasAcknowledged(writer) && !writer.equals(lane.self())) {
                lane.replicationFailed(writer, order.id());
            }
        }
    }
}
