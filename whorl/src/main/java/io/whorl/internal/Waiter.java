package io.whorl.internal;

import io.whorl.api.NodeClosedException;
import io.whorl.api.Outcome;
import io.whorl.api.RequestInterruptedException;
import io.whorl.api.RequestTimedOutException;
import io.whorl.core.coordinate.Callback;
import io.whorl.core.message.Failure;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Waits for one request on the thread that made it. Holds no monitor while it waits, so that a virtual thread gives its carrier
 * back; and makes the exception on the waiting thread, whose stack trace leads to the caller.
 */
final class Waiter<T> implements Callback<T> {
    /** How long after its deadline a request is waited for: the node answers by the deadline unless it is stuck itself. */
    private static final long GRACE_NANOS = 1_000_000_000L;

    /** How often the waiting thread looks whether there still is a node to answer it. */
    private static final long LOOK_NANOS = 250_000_000L;

    private record Success(Object result) {}

    private final Thread thread = Thread.currentThread();
    private volatile Object outcome;

    @Override
    public void succeeded(T result) {
        outcome = new Success(result);
        wake();
    }

    @Override
    public void failed(Failure failure) {
        outcome = failure;
        wake();
    }

    /** Who is answered on its own thread does not wait: it would keep the permit for something else that it waits for. */
    private void wake() {
        if (Thread.currentThread() != thread) {
            LockSupport.unpark(thread);
        }
    }

    /**
     * What the request brought; throws what it failed with.
     *
     * @param gone whether the node has ended, and with it whoever would have answered
     */
    T await(long timeoutNanos, String what, BooleanSupplier gone) {
        long end = System.nanoTime() + timeoutNanos + GRACE_NANOS;
        while (outcome == null) {
            long left = end - System.nanoTime();
            if (left <= 0) {
                throw new RequestTimedOutException(
                        0, 1, what + ": the node itself did not answer by the deadline; is its disk or its CPU stuck?");
            }
            // Asked before the outcome is looked at again: what was answered before the end counts.
            boolean ended = gone.getAsBoolean();
            if (outcome == null && ended) {
                throw new NodeClosedException(
                        Outcome.UNKNOWN, what + ": the node was closed while the request was under way");
            }
            LockSupport.parkNanos(this, Math.min(left, LOOK_NANOS));
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
