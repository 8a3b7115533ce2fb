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
import io.whorl.core.ring.Slots;
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

    /** A caller's read. */
    void read(
            BucketDefinition bucket, int partition, byte[] key, RequestOptions options, Callback<ReadResult> callback) {
        if (!admits(bucket, callback)) {
            return;
        }
        Slots slots = Slots.of(bucket.options(), lane.state().members().size());
        int required = options.quorum() == 0 ? slots.readQuorum() : slots.capped(options.quorum());
        Get.begin(lane, order(bucket, partition, key, required, options), callback);
    }

    /** A caller's write: coordinated here when this node holds the key, else handed to one that does. */
    void write(
            BucketDefinition bucket,
            int partition,
            byte[] key,
            Write given,
            RequestOptions options,
            Callback<WriteResult> callback) {
        if (!admits(bucket, callback)) {
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
        Slots slots = Slots.of(bucket.options(), lane.state().members().size());
        int required = options.quorum() == 0 ? slots.writeQuorum() : slots.capped(options.quorum());
        Order order = order(bucket, partition, key, required, options);
        Callback<WriteResult> observed = new Acknowledging(callback);
        Optional<Replica> replica = lane.replica(order.id());
        if (replica.isPresent()) {
            try {
                Put.begin(lane, replica.get(), order, write, lane.timestamps().returned(), observed);
                return;
            } catch (InDoubtException e) {
                lane.noticeDoubt();
            }
        }
        Forwarding.begin(lane, order, write, observed);
    }

    private Order order(BucketDefinition bucket, int partition, byte[] key, int required, RequestOptions options) {
        long deadline = lane.lane().nanoTime() + options.timeoutNanos();
        ReplicaId id = new ReplicaId(bucket.number(), partition);
        return new Order(id, bucket, key, required, options.isStrict(bucket), deadline);
    }

    private boolean admits(BucketDefinition bucket, Callback<?> callback) {
        if (lane.isStopped()) {
            callback.failed(Failures.closed(Outcome.NOT_APPLIED));
            return false;
        }
        if (lane.isFull()) {
            callback.failed(Failures.overloaded(
                    lane.roomAfterNanos(), lane.underWay() + " requests are under way on this partition's lane"));
            return false;
        }
        Optional<BucketDefinition> known = lane.state().bucket(bucket.number());
        if (known.isPresent() && !known.get().equals(bucket)) {
            callback.failed(Failures.mismatch("this node knows " + known.get() + ", the request assumes " + bucket));
            return false;
        }
        return true;
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
