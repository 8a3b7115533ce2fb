package io.whorl.core.handoff;

import io.whorl.api.NodeEvent;
import io.whorl.core.message.HintMessage;
import io.whorl.core.message.Refusal;
import io.whorl.core.message.ReplicaMessage;
import io.whorl.core.meter.Counter;
import io.whorl.core.replica.ReplicaLane;
import io.whorl.core.ring.BucketDefinition;
import io.whorl.core.ring.NodeId;
import io.whorl.core.ring.ReplicaId;
import io.whorl.core.spi.Lane;
import io.whorl.core.spi.RandomSource;
import io.whorl.core.spi.Transport.SendResult;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The handover to one target: one pass after the other through its hints, in the order of replica and key, with one batch under way
 * at a time. A pass that met a refusal, or that left something behind, is followed by another one after a while.
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
    private final Map<Long, Sent> late = new LinkedHashMap<>();

    /** Where the pass is: after this key (null: before the first) of this replica; null when there is no further replica. */
    private ReplicaId replica;

    private byte[] after;
    private boolean inPass;
    private Sent open;
    private Lane.Timer timer;
    private boolean backingOff;
    private int failures;
    private boolean failedInPass;
    private int grant;

    /** A batch that is under way: its versions and their keys. */
    private record Sent(long request, ReplicaId replica, Map<Long, byte[]> keys, byte[] upTo) {}

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
        Sent sent = take(answer.request());
        if (sent == null) {
            return;
        }
        sent.keys.keySet().retainAll(new TreeSet<>(answer.versions()));
        hints.shelf().remove(target, sent.replica, sent.keys);
        long finished = hints.budget().finished(target);
        if (finished > 0) {
            LOG.info(
                    "Node {} handed over {} hints to node {}; none is left",
                    lane.self(),
                    finished,
                    lane.state().named(target));
            lane.happened(new NodeEvent.HintsHandedOver(target.toString(), finished));
        }
        if (sent == open) {
            open = null;
            grant = Math.max(1, Math.min(answer.grantBytes(), MOST_BYTES));
            after = sent.upTo;
            if (after == null) {
                nextReplica();
            }
            stepAfter(Math.max(0, Math.min(answer.pauseNanos(), options.interval())), false);
        }
    }

    void refused(ReplicaMessage.Refuse refusal) {
        Sent sent = take(refusal.request());
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
                    MOVING -> true;
            case OVERLOADED, STORAGE_FULL, TOO_LATE, CLOSING, HINTS_FULL -> false;
        };
    }

    private Sent take(long request) {
        return open != null && open.request == request ? open : late.remove(request);
    }

    private void step() {
        timer = null;
        if (open != null) {
            return;
        }
        if (!hints.shelf().counts().has(target)) {
            failures = 0;
            rewind();
        } else if (!lane.isReachable(target)) {
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
            Optional<BucketDefinition> bucket = lane.state().bucket(replica.bucket());
            HintShelf.Batch batch = hints.shelf().batch(target, replica, after, grant);
            if (bucket.isPresent() && !batch.hints().isEmpty()) {
                send(bucket.get(), batch);
                return;
            }
            nextReplica();
        }
        endPass();
    }

    private void send(BucketDefinition bucket, HintShelf.Batch batch) {
        Map<Long, byte[]> keys = new LinkedHashMap<>();
        batch.hints().forEach(hint -> keys.put(hint.version(), hint.key()));
        Sent sent = new Sent(numbers.getAsLong(), replica, keys, batch.upTo());
        SendResult result =
                lane.send(target, new HintMessage.HandOver(sent.request, replica, bucket.fingerprint(), batch.hints()));
        if (result != SendResult.SENT) {
            backOff();
            return;
        }
        open = sent;
        timer = lane.lane().schedule(PATIENCE_IN_INTERVALS * options.interval(), () -> lost(sent));
    }

    private void lost(Sent sent) {
        timer = null;
        if (open != sent) {
            return;
        }
        lane.meters().add(Counter.HINT_BATCHES_FAILED);
        open = null;
        late.put(sent.request, sent);
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
