package io.whorl.internal;

import io.whorl.api.BucketMismatchException;
import io.whorl.api.ChangeRefusedException;
import io.whorl.api.NodeClosedException;
import io.whorl.api.OverloadedException;
import io.whorl.api.QuorumUnavailableException;
import io.whorl.api.ReplicasFailedException;
import io.whorl.api.RequestTimedOutException;
import io.whorl.api.StorageFailureException;
import io.whorl.api.StorageFullException;
import io.whorl.api.ValueTooLargeException;
import io.whorl.api.WhorlException;
import io.whorl.core.message.Failure;
import java.time.Duration;

/** Turns the protocol's failures, which are values, into the exceptions that callers get. */
final class Failures {
    private Failures() {}

    /** The exception for a failure; made on the thread that throws it, whose stack trace it carries. */
    static WhorlException exception(Failure failure) {
        String detail = failure.detail();
        int count = (int) Math.min(Integer.MAX_VALUE, failure.count());
        int bound = (int) Math.min(Integer.MAX_VALUE, failure.bound());
        return switch (failure.kind()) {
            case QUORUM_UNAVAILABLE -> new QuorumUnavailableException(bound, count, detail);
            case REPLICAS_FAILED -> new ReplicasFailedException(failure.outcome(), count, bound, detail);
            case TIMED_OUT -> new RequestTimedOutException(count, bound, detail);
            case OVERLOADED -> new OverloadedException(Duration.ofNanos(failure.count()), detail);
            case STORAGE_FULL -> new StorageFullException(detail);
            case VALUE_TOO_LARGE -> new ValueTooLargeException(failure.count(), failure.bound(), detail);
            case BUCKET_MISMATCH -> new BucketMismatchException(detail);
            case CHANGE_REFUSED -> new ChangeRefusedException(detail);
            case NODE_CLOSED -> new NodeClosedException(failure.outcome(), detail);
            case STORAGE_FAILURE -> new StorageFailureException(detail, null);
        };
    }
}
