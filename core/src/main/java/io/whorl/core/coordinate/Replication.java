package io.whorl.core.coordinate;

import io.whorl.api.Outcome;
import io.whorl.core.message.Failure;
import io.whorl.core.message.HintMessage;
import io.whorl.core.message.ReplicaMessage;
import io.whorl.core.meter.Counter;
import io.whorl.core.quorum.SlotTally;
import io.whorl.core.quorum.Verdict;
import io.whorl.core.replica.Excerpt;
import io.whorl.core.replica.PlantedBug;
import io.whorl.core.ring.NodeId;
import io.whorl.core.spi.Lane;
import io.whorl.core.spi.Transport.SendResult;
import io.whorl.core.version.DotSet;
import java.util.ArrayList;
import java.util.List;

/**
 * A write that is made, on its way to its slots: to the other holders at once, and in a sloppy write for each of those that does not
 * take it, or does not answer for long, as a hint to the next node down the preference list that is not in use yet.
 *
 * <p>The caller is told as soon as the tally is decided. The rest goes on in the background: a hint is also kept for a holder whose
 * acknowledgement nobody waits for any more.
 *
 * <p>Source: replication.md, "Sloppy quorum and hinted handoff"; Dynamo, SOSP 2007, section 4.6.
 */
final class Replication implements Request {
    /** A node is late after four times what it usually takes, within these parts of the write's time. */
    private static final int USUAL_TIMES = 4;

    private static final int SHORTEST_PART = 20;
    private static final int LONGEST_PART = 4;

    private final RequestLane lane;
    private final Order order;
    private final Ending<WriteResult> ending;
    private final List<NodeId> holders;
    private final List<NodeId> unused;
    private final int goal;
    private final long shortest;
    private final long longest;
    private SlotTally tally;
    private long number;
    private Made made;
    private Lane.Timer patience;
    private String lastRefusal = "";

    /**
     * What is to be brought to the slots.
     *
     * @param excerpt the record as it is held here, and what fills it
     * @param announced the dots of the writes whose effect it carries
     * @param result what the caller is told
     */
    record Made(Excerpt excerpt, DotSet announced, WriteResult result) {}

    /** @param goal how many slots are to be filled; beyond the quorum, in the background */
    Replication(RequestLane lane, Order order, int goal, Callback<WriteResult> callback) {
        this.lane = lane;
        this.order = order;
        this.goal = goal;
        this.ending = new Ending<>(lane, callback);
        this.holders = order.holders(lane.state());
        this.unused = new ArrayList<>();
        if (!order.strict() || lane.has(PlantedBug.FALLBACK_COUNTS_IN_STRICT)) {
            unused.addAll(order.fallbacks(lane.state()));
            unused.remove(lane.self());
        }
        long whole = order.left(lane.lane());
        this.shortest = whole / SHORTEST_PART;
        this.longest = whole / LONGEST_PART;
        this.tally = SlotTally.of(order.quorum(), holders, lane.has(PlantedBug.NODE_COUNTED_TWICE));
    }

    /** How many fallbacks could be asked now. */
    int spare() {
        return (int) unused.stream().filter(lane::isReachable).count();
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
     * @param slots for which it stands here: its own, or those that it keeps hints for
     * @param toHolders whether the other holders are to have it from here
     */
    void stored(Made what, List<NodeId> slots, boolean toHolders) {
        made = what;
        tally = tally.ask(lane.self(), slots);
        if (toHolders) {
            for (NodeId holder : holders) {
                if (!holder.equals(lane.self())) {
                    ask(holder, holder, replicate());
                }
            }
        }
        fill();
    }

    /** What was stored on this node has the durability that the bucket demands. */
    void acknowledgedHere() {
        tally = tally.acknowledge(lane.self());
        decide();
    }

    private boolean ask(NodeId node, NodeId slot, ReplicaMessage message) {
        tally = tally.ask(node, List.of(slot));
        if (lane.isReachable(node) && lane.send(node, message) == SendResult.SENT) {
            lane.writeLatencies().asked(node, number, lane.lane().nanoTime());
            return true;
        }
        tally = tally.fail(node);
        return false;
    }

    private ReplicaMessage replicate() {
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
        while (tally.expected() < goal) {
            NodeId next = unused.stream().filter(lane::isReachable).findFirst().orElse(null);
            NodeId slot = tally.lacking().orElse(null);
            if (next == null || slot == null) {
                break;
            }
            unused.remove(next);
            if (ask(next, slot, keep(slot))) {
                lane.meters().add(Counter.HINTS_ASKED);
            }
        }
        watch();
    }

    /** Sets the time after which those that were asked until now are late. */
    private void watch() {
        List<NodeId> awaited = tally.awaited();
        if (patience != null || unused.isEmpty() || awaited.isEmpty() || ending.hasLeft()) {
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
                awaited.stream().filter(node -> !node.equals(lane.self())).forEach(this::late);
                fill();
                decide();
            }
        });
    }

    private void late(NodeId node) {
        tally = tally.overdue(node);
    }

    @Override
    public void answered(NodeId from, ReplicaMessage answer) {
        if (answer instanceof ReplicaMessage.Acknowledge) {
            tally = tally.acknowledge(from);
            decide();
        } else if (answer instanceof ReplicaMessage.Refuse refuse) {
            lastRefusal = "node " + from + " said " + refuse.reason() + " (" + refuse.detail() + ")";
            failed(from);
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
        Verdict verdict = ending.isTold() ? Verdict.WAITING : tally.verdict(spare());
        if (verdict == Verdict.SATISFIED) {
            if (tally.leansOnFallbacks()) {
                lane.meters().add(Counter.WRITES_WITH_FALLBACKS);
            }
            ending.succeed(made.result);
        } else if (verdict == Verdict.IMPOSSIBLE) {
            // It is stored here, and others may yet learn of it: nobody can say that it was not applied.
            ending.fail(Failures.failed(tally, Outcome.UNKNOWN, "the write", lastRefusal));
        }
        if (ending.isTold()
                && (tally.acknowledged() >= goal || tally.unanswered().isEmpty())) {
            leave(true);
        } else if (ending.isTold() && lane.isBusy()) {
            lane.meters().add(Counter.BACKGROUND_REPLICATIONS_SHED);
            leave(false);
        }
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
        for (NodeId node : tally.unanswered()) {
            if (givenTime && !node.equals(lane.self())) {
                lane.unanswered(node);
            }
        }
        for (NodeId holder : holders) {
            if (tally.wasAsked(holder) && !tally.hasAcknowledged(holder) && !holder.equals(lane.self())) {
                lane.replicationFailed(holder, order.id());
            }
        }
    }
}
