package io.whorl.benchmarks.sidebyside.floor;

import io.whorl.benchmarks.sidebyside.engine.Completion;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;

/** A put or a get under way at its coordinator. It ends at the second answer, or at the first failure. */
final class Request {
    private static final int QUORUM = 2;
    private static final int FAILED = 1 << 16;
    private static final AtomicIntegerFieldUpdater<Request> ANSWERS =
            AtomicIntegerFieldUpdater.newUpdater(Request.class, "answers");

    /** The next in whatever queue holds this. */
    Request next;

    private final byte[] key;
    private final byte[] value;
    private final Completion done;
    /** What the local copy holds; written before the answer that ends a get, or after it and then not read. */
    private byte[] found;

    private volatile int answers;

    /** A put, or with a null value a get. */
    Request(byte[] key, byte[] value, Completion done) {
        this.key = key;
        this.value = value;
        this.done = done;
    }

    byte[] key() {
        return key;
    }

    byte[] value() {
        return value;
    }

    boolean isPut() {
        return value != null;
    }

    /** One copy has acknowledged, or has been read. */
    void answered() {
        if (ANSWERS.incrementAndGet(this) == QUORUM) {
            done.completed(found, null);
        }
    }

    /** The local copy has been read. */
    void answered(byte[] value) {
        found = value;
        answered();
    }

    /** One copy has failed, and with it the request. */
    void failed(Throwable failure) {
        if (ANSWERS.getAndAdd(this, FAILED) < QUORUM) {
            done.completed(null, failure);
        }
    }
}
