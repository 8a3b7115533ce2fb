package io.whorl.core.handoff;

import io.whorl.api.NodeEvent;
import io.whorl.core.message.HintMessage;
import io.whorl.core.message.Refusal;
import io.whorl.core.message.ReplicaMessage;
import io.whorl.core.meter.Counter;
import io.whorl.core.replica.Arrival;
import io.whorl.core.replica.Replica;
import io.whorl.core.replica.ReplicaLane;
import io.whorl.core.ring.BucketDefinition;
import io.whorl.core.ring.NodeId;
import io.whorl.core.ring.ReplicaId;
import io.whorl.core.spi.Lane;
import io.whorl.core.spi.RandomSource;
import io.whorl.core.spi.Transport.SendResult;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The handover of what is kept for one target: one pass after the other through its hints, in the order of replica and key, with one
 * batch under way at a time. A pass that met a refusal, or that left something behind, is followed by another one after a while.
 *
 * <p>A batch goes to all present holders of the target's slot, one after the other: to the target alone at rest, to the new holder too
 * while the slot moves. If the target has no slot of the partition any more, the batch goes to the holders of all its slots. Only when
 * the last of them has it durably, and the slots have not changed since the first was asked, is it removed here.
 */
final class TargetLine {
    private static final Logger LOG = LoggerFactory.getLogger(TargetLine.class);
    private static final int MOST_BYTES = 4 << 20;
    private static final int PATIENCE_IN_INTERVALS = 4;
    private static final int MOST_DOUBLINGS = 4;
    private static final int MOST_LATE = 8;

    private final NodeId target;
    private final ReplicaLane lane;
    private final HintStore hints;
    private final LongSupplier numbers;
    private final HintOptions options;
    private final RandomSource random;
    /** Batches whose answer did not come in time; it may still, and says as much as a timely one. */
    private final Map<Long, SentHints> late = new LinkedHashMap<>();

    /** Where the pass is: after this key (null: before the first) of this replica; null when there is no further replica. */
    private ReplicaId replica;

    private byte[] after;
    private boolean inPass;
    private SentHints open;
    private Lane.Timer timer;
    private boolean backingOff;
    private int failures;
    private boolean failedInPass;
    private int grant;

    TargetLine(
            NodeId target,
            ReplicaLane lane,
            HintStore hints,
            LongSupplier numbers,
            HintOptions options,
            RandomSource random) {
        this.target = target;
        this.lane = lane;
        this.hints = hints;
        this.numbers = numbers;
        this.options = options;
        this.random = random;
        this.grant = options.batchBytes();
    }

    /** There is a hint: if nothing is under way or waited for, the next pass begins soon. */
    void kept() {
        if (open == null && timer == null) {
            stepAfter(lane.isReachable(target) ? options.delay() : jittered(options.interval()), false);
        } else if (open == null && !backingOff && !inPass && lane.isReachable(target)) {
            stepAfter(options.delay(), false);
        }
    }

    /** There is a newer cluster state: what is for others now, and perhaps only was for a node that is gone, goes to them soon. */
    void adopted() {
        if (open == null && hasMoved()) {
            failures = 0;
            rewind();
            stepAfter(options.delay(), false);
        } else {
            kept();
        }
    }

    /** The target is back: a pass begins at once, from the first hint on. */
    void returned() {
        late.clear();
        open = null;
        failures = 0;
        if (!hints.shelf().counts().has(target)) {
            return;
        }
        grant = options.batchBytes();
        rewind();
        stepAfter(0, false);
    }

    void answered(HintMessage.HandedOver answer) {
        SentHints sent = take(answer.request());
        if (sent != null) {
            taken(sent.taken(answer), sent == open);
        }
    }

    /** Another node has a batch: it goes on to the next one, or is removed if this was the last. */
    private void taken(SentHints sent, boolean isOpen) {
        if (sent.to().size() > 1) {
            if (isOpen) {
                dispatch(sent.onward(numbers.getAsLong()));
            }
            return;
        }
        if (sent.changed() == changed(sent.replica())) {
            hints.shelf().remove(target, sent.replica(), sent.keys());
        }
        long finished = hints.budget().finished(target);
        if (finished > 0) {
            LOG.info(
                    "Node {} handed over {} hints to node {}; none is left",
                    lane.self(),
                    finished,
                    lane.state().named(target));
            lane.happened(new NodeEvent.HintsHandedOver(target.toString(), finished));
        }
        if (isOpen) {
            open = null;
            grant = Math.max(1, Math.min(sent.grant(), MOST_BYTES));
            after = sent.batch().upTo();
            if (after == null) {
                nextReplica();
            }
            stepAfter(Math.max(0, Math.min(sent.pause(), options.interval())), false);
        }
    }

    void refused(ReplicaMessage.Refuse refusal) {
        SentHints sent = take(refusal.request());
        if (sent == null) {
            return;
        }
        lane.meters().add(Counter.HINT_BATCHES_FAILED);
        if (sent == open) {
            open = null;
            failedInPass = true;
            if (concernsTheReplicaOnly(refusal.reason())) {
                nextReplica();
                stepAfter(0, false);
            } else {
                backOff();
            }
        }
    }

    private static boolean concernsTheReplicaOnly(Refusal reason) {
        return switch (reason) {
            case NOT_A_HOLDER,
                    UNKNOWN_BUCKET,
                    BUCKET_MISMATCH,
                    IN_DOUBT,
                    NOT_CAUGHT_UP,
                    TOO_LARGE,
                    STALE_EPOCH,
                    MOVING,
                    FROZEN -> true;
            case OVERLOADED, STORAGE_FULL, TOO_LATE, CLOSING, HINTS_FULL -> false;
        };
    }

    private SentHints take(long request) {
        return open != null && open.request() == request ? open : late.remove(request);
    }

    private void step() {
        timer = null;
        if (open != null) {
            return;
        }
        if (!hints.shelf().counts().has(target)) {
            failures = 0;
            rewind();
        } else if (!lane.isReachable(target) && !hasMoved()) {
            rewind();
            stepAfter(jittered(options.interval()), false);
        } else {
            sendNext();
        }
    }

    private void sendNext() {
        if (!inPass) {
            inPass = true;
            nextReplica();
        }
        while (replica != null) {
            List<NodeId> to = recipients(replica);
            if (!to.isEmpty() && to.stream().allMatch(this::canTake)) {
                HintShelf.Batch batch = hints.shelf().batch(target, replica, after, grant);
                if (!batch.hints().isEmpty()) {
                    send(to, batch);
                    return;
                }
            }
            nextReplica();
        }
        endPass();
    }

    /** Whether something is kept for the target that is for others now. */
    private boolean hasMoved() {
        Optional<ReplicaId> next = hints.shelf().counts().next(target, null);
        while (next.isPresent()) {
            List<NodeId> to = recipients(next.get());
            if (!to.isEmpty() && !to.get(0).equals(target)) {
                return true;
            }
            next = hints.shelf().counts().next(target, next.get());
        }
        return false;
    }

    private List<NodeId> recipients(ReplicaId id) {
        return HintRoute.recipients(lane.state(), target, id);
    }

    private long changed(ReplicaId id) {
        return lane.state().layout().changed(id.partition());
    }

    private void send(List<NodeId> to, HintShelf.Batch batch) {
        dispatch(SentHints.first(numbers.getAsLong(), replica, changed(replica), to, batch));
    }

    private void dispatch(SentHints sent) {
        if (timer != null) {
            timer.cancel();
        }
        open = sent;
        timer = lane.lane().schedule(PATIENCE_IN_INTERVALS * options.interval(), () -> lost(sent));
        NodeId to = sent.to().get(0);
        boolean under = to.equals(lane.self()) ? takeHere(sent) : handOver(sent, to);
        if (!under && open == sent) {
            open = null;
            backOff();
        }
    }

    private boolean canTake(NodeId holder) {
        return holder.equals(lane.self()) ? lane.replica(replica).isPresent() : lane.isReachable(holder);
    }

    private boolean handOver(SentHints sent, NodeId to) {
        Optional<BucketDefinition> bucket = lane.state().bucket(sent.replica().bucket());
        return bucket.isPresent()
                && lane.send(
                                to,
                                new HintMessage.HandOver(
                                        sent.request(),
                                        sent.replica(),
                                        bucket.get().fingerprint(),
                                        sent.batch().hints()))
                        == SendResult.SENT;
    }

    /** This node has a slot of the partition itself by now. */
    private boolean takeHere(SentHints sent) {
        Optional<Replica> own = lane.replica(sent.replica());
        if (own.isEmpty()) {
            return false;
        }
        List<Arrival> arrivals = sent.batch().hints().stream()
                .map(hint -> new Arrival(hint.key(), hint.record(), hint.announced()))
                .toList();
        if (own.get().receive(arrivals)) {
            lane.durableLine().touched(own.get());
        }
        lane.durableLine().afterSync(() -> {
            if (open == sent) {
                taken(sent, true);
            }
        });
        return true;
    }

    private void lost(SentHints sent) {
        timer = null;
        if (open != sent) {
            return;
        }
        lane.meters().add(Counter.HINT_BATCHES_FAILED);
        open = null;
        late.put(sent.request(), sent);
        if (late.size() > MOST_LATE) {
            late.remove(late.keySet().iterator().next());
        }
        backOff();
    }

    /** What was refused or left behind in this pass is for another one. */
    private void endPass() {
        boolean failed = failedInPass;
        rewind();
        if (failed) {
            backOff();
        } else {
            failures = 0;
            stepAfter(jittered(options.interval()), false);
        }
    }

    private void backOff() {
        long pause = options.interval() << Math.min(failures, MOST_DOUBLINGS);
        failures++;
        stepAfter(jittered(pause), true);
    }

    private void nextReplica() {
        after = null;
        replica = hints.shelf().counts().next(target, replica).orElse(null);
    }

    private void rewind() {
        inPass = false;
        replica = null;
        after = null;
        failedInPass = false;
    }

    private void stepAfter(long delay, boolean backing) {
        if (timer != null) {
            timer.cancel();
        }
        backingOff = backing;
        timer = lane.lane().schedule(delay, this::step);
    }

    private long jittered(long interval) {
        return interval + random.nextInt((int) Math.min(Integer.MAX_VALUE, 1 + interval / 4));
    }
}
