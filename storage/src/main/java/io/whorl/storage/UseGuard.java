package io.whorl.storage;

import io.whorl.core.spi.StorageException;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;

/**
 * Keeps native memory from being freed while it is used: calls enter and exit, and whoever closes waits until all that
 * entered have left, and lets no other enter.
 *
 * <p>A read-write lock would do the same, but all threads would change its one word at every call. Here each thread counts
 * itself in one of several words that lie a cache line apart. Both sides write before they read: a caller counts itself,
 * then looks whether the guard is closed; the closer closes, then looks at the counts. So one of them always sees the other
 * (Dekker's argument; both the counts and the flag are volatile).
 */
final class UseGuard {
    private static final int STRIPES = 16;

    /** Ints per stripe: 128 bytes, since processors fetch pairs of cache lines. */
    private static final int SPACING = 32;

    private static final long WAIT_NANOS = 50_000;

    private final AtomicIntegerArray users = new AtomicIntegerArray((STRIPES + 1) * SPACING);
    private final String what;
    private volatile boolean closed;

    /** @param what what is guarded, for the message of who comes too late */
    UseGuard(String what) {
        this.what = what;
    }

    /**
     * Counts the calling thread in; it must call {@link #exit} with the result, on any thread.
     *
     * @throws StorageException of kind {@code CLOSED} after {@link #close} was called
     */
    int enter() {
        int stripe = tryEnter();
        if (stripe < 0) {
            throw closedFailure();
        }
        return stripe;
    }

    /** As {@link #enter}, but gives a negative number instead of an exception. */
    int tryEnter() {
        int stripe = (1 + ((int) Thread.currentThread().getId() & (STRIPES - 1))) * SPACING;
        users.incrementAndGet(stripe);
        if (closed) {
            users.decrementAndGet(stripe);
            return -1;
        }
        return stripe;
    }

    void exit(int stripe) {
        users.decrementAndGet(stripe);
    }

    boolean isClosed() {
        return closed;
    }

    StorageException closedFailure() {
        return new StorageException(StorageException.Kind.CLOSED, what + " was closed; open it again to go on");
    }

    /** Lets nobody enter any more and returns when all have left. */
    void close() {
        closed = true;
        for (int stripe = SPACING; stripe < users.length(); stripe += SPACING) {
            while (users.get(stripe) != 0) {
                // Calls last microseconds as a rule; a write that RocksDB stalls may last seconds.
                LockSupport.parkNanos(this, WAIT_NANOS);
            }
        }
    }
}
