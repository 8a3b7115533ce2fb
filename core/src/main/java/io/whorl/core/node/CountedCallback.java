package io.whorl.core.node;

import io.whorl.core.coordinate.Callback;
import io.whorl.core.message.Failure;
import io.whorl.core.meter.Counter;
import io.whorl.core.meter.Meters;

/**
 * Counts how a caller's request ended, and hands the end on.
 *
 * @param success what counts a success
 */
record CountedCallback<T>(Meters meters, Counter success, Callback<T> callback) implements Callback<T> {

    @Override
    public void succeeded(T result) {
        meters.add(success);
        callback.succeeded(result);
    }

    @Override
    public void failed(Failure failure) {
        meters.add(counter(failure.kind()));
        callback.failed(failure);
    }

    private static Counter counter(Failure.Kind kind) {
        return switch (kind) {
            case QUORUM_UNAVAILABLE -> Counter.FAILED_QUORUM_UNAVAILABLE;
            case REPLICAS_FAILED -> Counter.FAILED_REPLICAS_FAILED;
            case TIMED_OUT -> Counter.FAILED_TIMED_OUT;
            case OVERLOADED -> Counter.FAILED_OVERLOADED;
            case STORAGE_FULL -> Counter.FAILED_STORAGE_FULL;
            case VALUE_TOO_LARGE -> Counter.FAILED_TOO_LARGE;
            case BUCKET_MISMATCH -> Counter.FAILED_BUCKET_MISMATCH;
            case CHANGE_REFUSED -> Counter.FAILED_CHANGE_REFUSED;
            case NODE_CLOSED -> Counter.FAILED_NODE_CLOSED;
            case STORAGE_FAILURE -> Counter.FAILED_STORAGE_FAILURE;
        };
    }
}
