package io.whorl.internal;

import io.whorl.api.RequestInterruptedException;
import io.whorl.api.RequestTimedOutException;
import io.whorl.core.coordinate.Callback;
import io.whorl.core.message.Failure;
import java.util.concurrent.locks.LockSupport;

/**
 * Waits for one request on the thread that made it. Holds no monitor while it waits, so that a virtual thread gives its carrier
 * back; and makes the exception on the waiting thread, whose stack trace leads to the caller.
 */
final class Waiter<T> implements Callback<T> {
    /** How long after its deadline a request is waited for: the node answers by the deadline unless it is stuck itself. */
    private static final long GRACE_NANOS = 1_000_000_000L;

    private record Success(Object result) {}

    private final Thread thread = Thread.currentThread();
    private volatile Object outcome;

    @Override
    public void succeeded(T result) {
        outcome = new Success(result);
        LockSupport.unpark(thread);
    }

    @Override
    public void failed(Failure failure) {
        outcome = failure;
        LockSupport.unpark(thread);
    }

    /** What the request brought; throws what it failed with. */
    T await(long timeoutNanos, String what) {
        long end = System.nanoTime() + timeoutNanos + GRACE_NANOS;
        while (outcome == null) {
            long left = end - System.nanoTime();
            if (left <= 0) {
                throw new RequestTimedOutException(
                        0, 1, what + ": the node itself did not answer by the deadline; is its disk or its CPU stuck?");
            }
            LockSupport.parkNanos(this, left);
            if (outcome == null && Thread.interrupted()) {
                Thread.currentThread().interrupt();
                throw new RequestInterruptedException(
                        what + ": the calling thread was interrupted while it waited; the request goes on without it");
            }
        }
        if (outcome instanceof Failure failure) {
            throw Failures.exception(failure);
        }
        @SuppressWarnings("unchecked")
        T result = (T) ((Success) outcome).result();
        return result;
    }
}
