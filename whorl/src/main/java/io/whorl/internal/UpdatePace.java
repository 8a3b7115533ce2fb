package io.whorl.internal;

import io.whorl.api.Outcome;
import io.whorl.api.OverloadedException;
import io.whorl.api.QuorumUnavailableException;
import io.whorl.api.ReplicasFailedException;
import io.whorl.api.RequestInterruptedException;
import io.whorl.api.WhorlException;
import java.util.concurrent.locks.LockSupport;

/**
 * How long an update may go on, and when it tries again: only after a write that is known not to have been applied, for a reason
 * that may pass, and with growing pauses, so that an overloaded cluster is not kept so by its callers.
 */
final class UpdatePace {
    private static final long FIRST_PAUSE = 2_000_000L;
    private static final long LONGEST_PAUSE = 100_000_000L;

    private final long deadline;
    private long pause = FIRST_PAUSE;

    UpdatePace(long nanos) {
        this.deadline = System.nanoTime() + nanos;
    }

    /** What is left of the time; at least a millisecond, so that a last attempt fails by itself and says why. */
    long left() {
        return Math.max(1_000_000L, deadline - System.nanoTime());
    }

    long atMost(long nanos) {
        return Math.min(nanos, left());
    }

    /** Whether to try again after this failure, once {@link #nextPause} has passed. */
    boolean mayRepeat(WhorlException failure) {
        boolean mayPass = failure instanceof QuorumUnavailableException
                || failure instanceof ReplicasFailedException
                || failure instanceof OverloadedException;
        return mayPass && failure.outcome() == Outcome.NOT_APPLIED && deadline - System.nanoTime() > pause;
    }

    /** Whether there has been an attempt before this one. */
    boolean isRepeating() {
        return pause > FIRST_PAUSE;
    }

    /** How long to wait now, in nanoseconds; twice as long the next time. */
    long nextPause() {
        long now = pause;
        pause = Math.min(LONGEST_PAUSE, pause * 2);
        return now;
    }

    /** Waits for {@link #nextPause}. */
    void sleep() {
        long end = System.nanoTime() + nextPause();
        while (end - System.nanoTime() > 0) {
            LockSupport.parkNanos(this, end - System.nanoTime());
            if (Thread.interrupted()) {
                Thread.currentThread().interrupt();
                throw new RequestInterruptedException(
                        "update: the calling thread was interrupted between two attempts");
            }
        }
    }
}
