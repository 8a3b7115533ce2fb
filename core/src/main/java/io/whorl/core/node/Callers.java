package io.whorl.core.node;

import io.whorl.api.Outcome;
import io.whorl.core.coordinate.Callback;
import io.whorl.core.coordinate.Failures;
import io.whorl.core.coordinate.Forwarding;
import io.whorl.core.coordinate.Get;
import io.whorl.core.coordinate.Order;
import io.whorl.core.coordinate.Put;
import io.whorl.core.coordinate.ReadResult;
import io.whorl.core.coordinate.RequestOptions;
import io.whorl.core.coordinate.WriteResult;
import io.whorl.core.message.Failure;
import io.whorl.core.message.Write;
import io.whorl.core.replica.InDoubtException;
import io.whorl.core.replica.Replica;
import io.whorl.core.ring.BucketDefinition;
import io.whorl.core.ring.ReplicaId;
import io.whorl.core.version.ClosedRuns;
import java.util.Optional;

/** Begins what callers on this node ask of one lane, once it may be begun. */
final class Callers {
    /** After how long a newer cluster state has probably come here too. */
    private static final long NEWER_STATE_NANOS = 100_000_000L;

    private final PartitionLane lane;

    Callers(PartitionLane lane) {
        this.lane = lane;
    }

    /** A caller's read, which has waited for the lane since it was asked for, and still has until the deadline. */
    void read(
            BucketDefinition bucket,
            int partition,
            byte[] key,
            RequestOptions options,
            long deadline,
            Callback<ReadResult> callback) {
        Order order = order(bucket, partition, key, options, deadline);
        if (means(bucket, order, callback) && admits(order, callback)) {
            lane.commits().afterwards(() -> read(order, callback));
        }
    }

    private void read(Order order, Callback<ReadResult> callback) {
        if (lane.isStopped()) {
            callback.failed(Failures.closed(Outcome.NOT_APPLIED));
        } else {
            Get.begin(lane, order, callback);
        }
    }

    /** As above, a caller's write: coordinated here when this node holds the key, else handed to one that does. */
    void write(
            BucketDefinition bucket,
            int partition,
            byte[] key,
            Write write,
            RequestOptions options,
            long deadline,
            Callback<WriteResult> callback) {
        Order order = order(bucket, partition, key, options, deadline);
        if (means(bucket, order, callback)) {
            write(order, write, new Acknowledging(callback));
        }
    }

    /** N, R and W of a bucket may be others than when the caller opened it; the rest of it may not. */
    private static boolean means(BucketDefinition assumed, Order order, Callback<?> callback) {
        BucketDefinition known = order.bucket();
        boolean same = known == assumed || known.fingerprint() == assumed.fingerprint();
        if (!same) {
            callback.failed(Failures.mismatch("this node knows " + known + ", the request assumes " + assumed));
        }
        return same;
    }

    /** Begins a write, perhaps not for the first time; nothing was done of it. */
    private void write(Order order, Write given, Callback<WriteResult> callback) {
        if (!admits(order, callback)) {
            return;
        }
        ClosedRuns closed = lane.state().closings().closed();
        if (given.context() != null && given.context().closed() > closed.newest()) {
            callback.failed(Failures.overloaded(
                    NEWER_STATE_NANOS, "the context was given out by a node that knows a newer state of the cluster"));
            return;
        }
        Write write = given.context() == null
                ? given
                : new Write(given.value(), given.context().resolved(closed), given.expiry());
        Optional<Replica> replica = complete(order);
        if (replica.isPresent()) {
            try {
                Put.begin(lane, replica.get(), order, write, lane.timestamps().returned(), callback);
                return;
            } catch (InDoubtException e) {
                lane.noticeDoubt();
            }
        }
        Forwarding.begin(lane, order, write, callback, () -> write(order, write, callback));
    }

    /** This node's replica, if it can be read: not while it is still being taken, nor when it is about to be given up. */
    private Optional<Replica> complete(Order order) {
        boolean readable = order.slots(lane).isReader(lane.self())
                && !lane.hasStopped(order.id().partition());
        return readable ? lane.replica(order.id()) : Optional.empty();
    }

    private Order order(BucketDefinition bucket, int partition, byte[] key, RequestOptions options, long deadline) {
        ReplicaId id = new ReplicaId(bucket.number(), partition);
        // The quorums of a bucket may have been changed since the caller opened it.
        BucketDefinition newest = lane.slots(id, bucket).bucket().orElse(bucket);
        boolean strict = options.isStrict(newest);
        return new Order(id, newest, key, options.quorum(), strict, options.zones(), deadline);
    }

    private boolean admits(Order order, Callback<?> callback) {
        if (lane.isStopped()) {
            callback.failed(Failures.closed(Outcome.NOT_APPLIED));
            return false;
        }
        if (order.isOver(lane.lane())) {
            callback.failed(Failures.overloaded(
                    lane.roomAfterNanos(), "the request has waited for this partition's lane until its deadline"));
            return false;
        }
        if (lane.isFull()) {
            callback.failed(Failures.overloaded(
                    lane.roomAfterNanos(), lane.underWay() + " requests are under way on this partition's lane"));
            return false;
        }
        boolean known = lane.slots(order.id(), order.bucket()).bucket().isPresent();
        Optional<Failure> dropped = known ? Optional.empty() : order.dropped(lane.state());
        dropped.ifPresent(callback::failed);
        return dropped.isEmpty();
    }

    /** Takes note of the timestamp of every write that this node acknowledges to a caller. */
    private final class Acknowledging implements Callback<WriteResult> {
        private final Callback<WriteResult> callback;

        Acknowledging(Callback<WriteResult> callback) {
            this.callback = callback;
        }

        @Override
        public void succeeded(WriteResult result) {
            lane.timestamps().returning(result.timestamp(), lane.lane().wallMillis());
            callback.succeeded(result);
        }

        @Override
        public void failed(Failure failure) {
            callback.failed(failure);
        }
    }
}
