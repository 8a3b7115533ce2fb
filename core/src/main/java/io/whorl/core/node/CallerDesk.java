package io.whorl.core.node;

import io.whorl.api.Outcome;
import io.whorl.core.coordinate.Callback;
import io.whorl.core.coordinate.Failures;
import io.whorl.core.coordinate.ReadResult;
import io.whorl.core.coordinate.RequestOptions;
import io.whorl.core.coordinate.WriteResult;
import io.whorl.core.message.Failure;
import io.whorl.core.message.Write;
import io.whorl.core.meter.Counter;
import io.whorl.core.ring.BucketDefinition;
import io.whorl.core.ring.ClusterState;
import io.whorl.core.ring.KeyHash;
import java.util.Optional;

/** Takes callers' requests to the lanes of their keys; on any thread. */
final class CallerDesk {
    private final Node node;

    CallerDesk(Node node) {
        this.node = node;
    }

    void read(BucketDefinition bucket, byte[] key, RequestOptions how, Callback<ReadResult> callback) {
        Callback<ReadResult> counted = new CountedCallback<>(node.meters(), Counter.READS_ANSWERED, callback);
        ClusterState known = node.newestState();
        if (known != null && !node.hasEnded()) {
            int place = KeyHash.partition(KeyHash.of(key), known.ring().partitions());
            if (node.lane(place).directReads().answer(known, bucket, place, key, how, counted)) {
                return;
            }
        }
        on(
                key,
                key.length,
                false,
                counted,
                how,
                (lane, partition, deadline, admitted) ->
                        lane.callers().read(bucket, partition, key, how, deadline, admitted));
    }

    void write(BucketDefinition bucket, byte[] key, Write write, RequestOptions how, Callback<WriteResult> callback) {
        Callback<WriteResult> counted = new CountedCallback<>(node.meters(), Counter.WRITES_ACKNOWLEDGED, callback);
        long size = key.length + (write.isDelete() ? 0 : write.value().length);
        on(
                key,
                size,
                bucket.options().replicas() > 1,
                counted,
                how,
                (lane, partition, deadline, admitted) ->
                        lane.callers().write(bucket, partition, key, write, how, deadline, admitted));
    }

    private interface Request<T> {
        void begin(PartitionLane lane, int partition, long deadline, Callback<T> admitted);
    }

    private <T> void on(
            byte[] key, long size, boolean stored, Callback<T> callback, RequestOptions how, Request<T> request) {
        ClusterState known = node.newestState();
        if (known == null || node.hasEnded()) {
            callback.failed(Failures.closed(Outcome.NOT_APPLIED));
            return;
        }
        int partition = KeyHash.partition(KeyHash.of(key), known.ring().partitions());
        PartitionLane lane = node.lane(partition);
        Optional<Failure> full = lane.admission().enter(size);
        if (full.isPresent()) {
            callback.failed(full.get());
            return;
        }
        // It counts from here: a caller does not care for what its time is spent on.
        long deadline = lane.lane().nanoTime() + how.timeoutNanos();
        Admission.Admitted<T> admitted = lane.admission().new Admitted<>(size, callback);
        Runnable begin = node.unlessEnded(admitted, () -> {
            admitted.begin();
            request.begin(lane, partition, deadline, admitted);
        });
        lane.inbox()
                .offer(begin, stored)
                .ifPresent(
                        refusal -> admitted.failed(node.hasEnded() ? Failures.closed(Outcome.NOT_APPLIED) : refusal));
    }
}
