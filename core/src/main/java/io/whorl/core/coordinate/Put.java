package io.whorl.core.coordinate;

import io.whorl.api.Outcome;
import io.whorl.core.message.Failure;
import io.whorl.core.message.ReplicaMessage;
import io.whorl.core.message.Write;
import io.whorl.core.quorum.Tally;
import io.whorl.core.quorum.Verdict;
import io.whorl.core.replica.InDoubtException;
import io.whorl.core.replica.Replica;
import io.whorl.core.replica.Written;
import io.whorl.core.ring.BucketDefinition;
import io.whorl.core.ring.NodeId;
import io.whorl.core.ring.ReplicaId;
import io.whorl.core.spi.Lane;
import io.whorl.core.spi.StorageException;
import io.whorl.core.spi.Transport.SendResult;
import io.whorl.core.version.DotSet;
import java.util.List;

/**
 * A put or delete at the holder that coordinates it: stored here first, sent to all other holders at once, acknowledged to the
 * caller when W slots have it. What is not acknowledged in time is left to anti-entropy.
 */
public final class Put implements Request {
    private final RequestLane lane;
    private final Replica replica;
    private final byte[] key;
    private final long timeoutNanos;
    private final Callback<WriteResult> callback;
    private long number;
    private Lane.Timer deadline;
    private Tally tally;
    private WriteResult result;
    private boolean ended;
    private String lastRefusal = "";

    private Put(RequestLane lane, Replica replica, byte[] key, long timeoutNanos, Callback<WriteResult> callback) {
        this.lane = lane;
        this.replica = replica;
        this.key = key;
        this.timeoutNanos = timeoutNanos;
        this.callback = callback;
    }

    /**
     * Coordinates a write on this node's replica.
     *
     * @param quorum how many slots must acknowledge, at most as many as there are
     * @param strict only holders count
     * @param floor the write's timestamp has to be above it
     * @throws io.whorl.core.replica.InDoubtException if the replica cannot be read; nothing was done then
     */
    public static void begin(
            RequestLane lane,
            Replica replica,
            byte[] key,
            Write write,
            int quorum,
            boolean strict,
            long timeoutNanos,
            long floor,
            Callback<WriteResult> callback) {
        new Put(lane, replica, key, timeoutNanos, callback).run(write, quorum, floor);
    }

    private void run(Write write, int quorum, long floor) {
        ReplicaId id = replica.id();
        BucketDefinition bucket = replica.bucket();
        List<NodeId> holders =
                lane.state().ring().primaries(id.partition(), bucket.options().replicas());
        int reachable = (int) holders.stream().filter(lane::isReachable).count();
        if (reachable < quorum) {
            callback.failed(Failures.unavailable(quorum, reachable, "the write"));
            return;
        }
        tally = Tally.of(quorum, holders);
        // Entered before anything is stored, so that a failure of the storage engine ends this request too.
        number = lane.enter(this);
        deadline = lane.lane().schedule(timeoutNanos, this::timedOut);
        try {
            store(write, floor, holders);
        } catch (InDoubtException e) {
            end();
            throw e;
        } catch (StorageException e) {
            if (!e.isFull()) {
                throw e;
            }
            fail(Failures.full(e.getMessage()));
        }
    }

    private void store(Write write, long floor, List<NodeId> holders) {
        long bytes = replica.bytesAfter(key, write);
        if (bytes > lane.maxRecordBytes()) {
            fail(Failures.tooLarge(bytes, lane.maxRecordBytes()));
            return;
        }
        long timestamp = lane.timestamps().next(lane.lane().wallMillis(), floor);
        Written written = replica.write(key, write, timestamp);
        result = new WriteResult(written.history(), timestamp);
        replicate(holders, written);
        lane.durableLine().touched(replica);
        if (replica.syncsEveryWrite()) {
            lane.durableLine().afterSync(() -> count(tally.acknowledge(lane.self())));
        } else {
            count(tally.acknowledge(lane.self()));
        }
    }

    private void replicate(List<NodeId> holders, Written written) {
        ReplicaMessage.Replicate message = new ReplicaMessage.Replicate(
                number,
                replica.id(),
                replica.fingerprint(),
                key,
                written.excerpt().record(),
                written.excerpt().bases(),
                DotSet.of(written.dot()),
                timeoutNanos);
        for (NodeId holder : holders) {
            if (!holder.equals(lane.self()) && lane.send(holder, message) != SendResult.SENT) {
                tally = tally.fail(holder);
            }
        }
    }

    @Override
    public void answered(NodeId from, ReplicaMessage answer) {
        if (answer instanceof ReplicaMessage.Acknowledge) {
            count(tally.acknowledge(from));
        } else if (answer instanceof ReplicaMessage.Refuse refuse) {
            lastRefusal = "node " + from + " said " + refuse.reason() + " (" + refuse.detail() + ")";
            count(tally.fail(from));
        }
    }

    @Override
    public void disconnected(NodeId node) {
        count(tally.fail(node));
    }

    @Override
    public void abort(Failure.Kind kind, String detail) {
        fail(new Failure(kind, Outcome.UNKNOWN, tally.acknowledged(), tally.required(), detail));
    }

    private void timedOut() {
        if (!ended) {
            tally.outstanding().forEach(lane::unanswered);
            fail(Failures.timedOut(tally, "the write"));
        }
    }

    private void count(Tally next) {
        tally = next;
        if (ended) {
            return;
        }
        if (tally.verdict() == Verdict.SATISFIED) {
            end();
            callback.succeeded(result);
        } else if (tally.verdict() == Verdict.IMPOSSIBLE) {
            // This replica has stored it, and the others may yet learn of it: nobody can say that it was not applied.
            fail(Failures.failed(tally, Outcome.UNKNOWN, "the write", lastRefusal));
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
