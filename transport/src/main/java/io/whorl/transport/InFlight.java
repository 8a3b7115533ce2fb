package io.whorl.transport;

import java.util.concurrent.atomic.AtomicLong;

/** The account of the bytes under way over one connection, which ends with it. Safe on any thread. */
final class InFlight {
    private final long limit;
    private final AtomicLong bytes = new AtomicLong();

    InFlight(long limit) {
        this.limit = limit;
    }

    /** Takes so many bytes into account, unless that would exceed the limit and something else is under way already. */
    boolean reserve(long size) {
        long before = bytes.get();
        while (before == 0 || before + size <= limit) {
            if (bytes.compareAndSet(before, before + size)) {
                return true;
            }
            before = bytes.get();
        }
        return false;
    }

    /** Takes them out again. */
    void release(long size) {
        bytes.addAndGet(-size);
    }
}
