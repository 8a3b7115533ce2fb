package io.whorl.core.coordinate;

import io.whorl.api.Outcome;
import io.whorl.core.message.Failure;
import io.whorl.core.message.Refusal;
import io.whorl.core.message.ReplicaMessage;
import io.whorl.core.message.Write;
import io.whorl.core.quorum.Tally;
import io.whorl.core.ring.BucketDefinition;
import io.whorl.core.ring.NodeId;
import io.whorl.core.ring.ReplicaId;
import io.whorl.core.spi.Lane;
import io.whorl.core.spi.Transport.SendResult;
import java.util.ArrayList;
import java.util.List;

/**
 * A write that this node cannot coordinate, handed to a holder. Another holder is tried only when the one before is known not to
 * have done anything: it refused, or nothing was sent. Two holders that execute the same write would make two events of it.
 */
public final class Forwarding implements Request {
    private final RequestLane lane;
    private final ReplicaId id;
    private final BucketDefinition bucket;
    private final byte[] key;
    private final Write write;
    private final int quorum;
    private final boolean strict;
    private final Callback<WriteResult> callback;
    private final List<NodeId> candidates = new ArrayList<>();
    private long deadlineNanos;
    private long number;
    private NodeId asked;
    private Lane.Timer deadline;
    private boolean ended;
    private int refused;
    private String lastRefusal = "";

    private Forwarding(
            RequestLane lane,
            ReplicaId id,
            BucketDefinition bucket,
            byte[] key,
            Write write,
            int quorum,
            boolean strict,
            Callback<WriteResult> callback) {
        this.lane = lane;
        this.id = id;
        this.bucket = bucket;
        this.key = key;
        this.write = write;
        this.quorum = quorum;
        this.strict = strict;
        this.callback = callback;
    }

    /** Forwards a write to the first holder that takes it. */
    public static void begin(
            RequestLane lane,
            ReplicaId id,
            BucketDefinition bucket,
            byte[] key,
            Write write,
            int quorum,
            boolean strict,
            long timeoutNanos,
            Callback<WriteResult> callback) {
        new Forwarding(lane, id, bucket, key, write, quorum, strict, callback).run(timeoutNanos);
    }

    private void run(long timeoutNanos) {
        deadlineNanos = lane.lane().nanoTime() + timeoutNanos;
        List<NodeId> silent = new ArrayList<>();
        for (NodeId holder :
                lane.state().ring().primaries(id.partition(), bucket.options().replicas())) {
            if (!holder.equals(lane.self()) && lane.isReachable(holder)) {
                (lane.isSilent(holder) ? silent : candidates).add(holder);
            }
        }
        candidates.addAll(silent);
        if (candidates.isEmpty()) {
            callback.failed(Failures.unavailable(quorum, 0, "the write"));
            return;
        }
        deadline = lane.lane().schedule(timeoutNanos, this::timedOut);
        tryNext();
    }

    private void tryNext() {
        while (!candidates.isEmpty()) {
            asked = candidates.remove(0);
            number = lane.enterForward(this);
            ReplicaMessage.Forward forward = new ReplicaMessage.Forward(
                    number,
                    id,
                    bucket.fingerprint(),
                    key,
                    write,
                    quorum,
                    strict,
                    Math.max(1, deadlineNanos - lane.lane().nanoTime()),
                    lane.timestamps().returned());
            if (lane.send(asked, forward) == SendResult.SENT) {
                return;
            }
            lane.leave(number);
        }
        if (refused == 0) {
            fail(Failures.unavailable(quorum, 0, "the write"));
        } else {
            fail(Failures.failed(
                    new Tally(quorum, List.of(), 0, refused), Outcome.NOT_APPLIED, "the write", lastRefusal));
        }
    }

    @Override
    public void answered(NodeId from, ReplicaMessage answer) {
        if (ended || !from.equals(asked)) {
            return;
        }
        if (answer instanceof ReplicaMessage.ForwardDone done) {
            end();
            callback.succeeded(new WriteResult(done.history(), done.timestamp()));
        } else if (answer instanceof ReplicaMessage.ForwardFailed failed) {
            fail(failed.failure());
        } else if (answer instanceof ReplicaMessage.Refuse refuse) {
            if (refuse.reason() == Refusal.TOO_LATE) {
                fail(unknown("node " + from + " cannot tell whether it executed the write before"));
            } else if (refuse.reason() == Refusal.BUCKET_MISMATCH) {
                fail(Failures.mismatch("node " + from + ": " + refuse.detail()));
            } else {
                refused++;
                lastRefusal = "node " + from + " said " + refuse.reason() + " (" + refuse.detail() + ")";
                lane.leave(number);
                tryNext();
            }
        }
    }

    @Override
    public void disconnected(NodeId node) {
        if (node.equals(asked)) {
            fail(unknown("the connection to node " + node + ", which coordinates it, was lost"));
        }
    }

    @Override
    public void abort(Failure.Kind kind, String detail) {
        fail(new Failure(kind, Outcome.UNKNOWN, 0, quorum, detail));
    }

    private Failure unknown(String why) {
        return new Failure(
                Failure.Kind.REPLICAS_FAILED, Outcome.UNKNOWN, 0, quorum, "the write was forwarded, but " + why);
    }

    private void timedOut() {
        if (!ended) {
            lane.unanswered(asked);
            fail(Failures.timedOut(Tally.of(quorum, List.of(asked)), "the forwarded write"));
        }
    }

    private void fail(Failure failure) {
        if (!ended) {
            end();
            callback.failed(failure);
        }
    }

    private void end() {
        ended = true;
        deadline.cancel();
        lane.leave(number);
    }
}
