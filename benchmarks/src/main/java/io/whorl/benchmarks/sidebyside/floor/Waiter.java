package io.whorl.benchmarks.sidebyside.floor;

import io.whorl.benchmarks.sidebyside.engine.Completion;
import java.util.concurrent.locks.LockSupport;

/** A caller that waits for its request on the thread that made this. */
final class Waiter implements Completion {
    private final Thread caller = Thread.currentThread();
    private byte[] value;
    private Throwable failure;
    private volatile boolean ended;

    @Override
    public void completed(byte[] found, Throwable cause) {
        value = found;
        failure = cause;
        ended = true;
        LockSupport.unpark(caller);
    }

    /** Waits for the end; the value that was read, null after a put. */
    byte[] await() {
        while (!ended) {
            LockSupport.park(this);
        }
        if (failure != null) {
            throw new IllegalStateException("the request failed", failure);
        }
        return value;
    }
}
