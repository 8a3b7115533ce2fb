package io.whorl.internal;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** Counts the requests under way, and closes the door behind them. */
final class InFlight {
    private final AtomicLong count = new AtomicLong();
    private volatile boolean closed;
    private volatile Thread waiting;

    /** Lets a request in; false, and nothing to be done, when the door is closed. */
    boolean enter() {
        count.incrementAndGet();
        if (closed) {
            leave();
            return false;
        }
        return true;
    }

    /** Says that a request that was let in has ended. */
    void leave() {
        if (count.decrementAndGet() == 0 && closed) {
            LockSupport.unpark(waiting);
        }
    }

    /** Lets nobody in any more. */
    void close() {
        closed = true;
    }

    boolean isClosed() {
        return closed;
    }

    /** Waits until all have left, after {@link #close}; false if some have not in time. For one thread at a time. */
    boolean awaitEmpty(long nanos) {
        long end = System.nanoTime() + nanos;
        boolean interrupted = false;
        waiting = Thread.currentThread();
        while (count.get() > 0 && end - System.nanoTime() > 0) {
            LockSupport.parkNanos(this, end - System.nanoTime());
            interrupted |= Thread.interrupted();
        }
        waiting = null;
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return count.get() == 0;
    }
}
