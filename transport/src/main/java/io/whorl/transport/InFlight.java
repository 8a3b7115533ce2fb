package io.whorl.transport;

import java.util.concurrent.atomic.AtomicLong;

/** The account of the bytes under way over one connection, which ends with it, and its part in the whole transport's. Safe on any thread. */
final class InFlight {
    /** The balance of an account that has ended, so low that what is still released does not bring it up to zero. */
    private static final long ENDED = Long.MIN_VALUE / 2;

    private final long limit;
    private final Total total;
    private final AtomicLong bytes = new AtomicLong();

    /** What is under way over all connections of a transport. */
    static final class Total {
        private final long limit;
        private final AtomicLong bytes = new AtomicLong();

        Total(long limit) {
            this.limit = limit;
        }

        long bytes() {
            return bytes.get();
        }
    }

    InFlight(long limit, Total total) {
        this.limit = limit;
        this.total = total;
    }

    /** Takes so many bytes into account, unless that would exceed a limit and something else is under way here already. */
    boolean reserve(long size) {
        long before = bytes.get();
        while (before == 0 || before + size <= limit) {
            if (before < 0) {
                return true; // the connection is closed: what it is given goes nowhere
            }
            if (bytes.compareAndSet(before, before + size)) {
                boolean fits = total.bytes.addAndGet(size) <= total.limit || before == 0;
                if (!fits) {
                    release(size);
                }
                return fits;
            }
            before = bytes.get();
        }
        return false;
    }

    /** Takes them out again. */
    void release(long size) {
        if (bytes.addAndGet(-size) >= 0) {
            total.bytes.addAndGet(-size);
        }
    }

    /** The connection is closed: nothing is under way over it any more. */
    void end() {
        long left = bytes.getAndSet(ENDED);
        if (left > 0) {
            total.bytes.addAndGet(-left);
        }
    }
}
