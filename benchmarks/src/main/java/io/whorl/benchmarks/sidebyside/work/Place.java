package io.whorl.benchmarks.sidebyside.work;

import io.whorl.benchmarks.sidebyside.engine.Completion;

/** One of the requests of a window. Used by the calling thread while it is free, then by whoever completes it. */
final class Place implements Completion {
    private static final long NOT_COUNTED = -1;

    private final Window window;
    private final int number;
    private boolean reads;
    private boolean counts;
    private long begun;
    private long nanos = NOT_COUNTED;
    private Throwable failure;

    /** The place that came back before this one. */
    Place next;

    Place(Window window, int number) {
        this.window = window;
        this.number = number;
    }

    int number() {
        return number;
    }

    void begin(boolean isRead, boolean isCounted) {
        reads = isRead;
        counts = isCounted;
        nanos = NOT_COUNTED;
        begun = System.nanoTime();
    }

    @Override
    public void completed(byte[] value, Throwable cause) {
        if (cause != null) {
            failure = cause;
        } else if (reads && value == null) {
            failure = new IllegalStateException("a get found nothing, but all keys were loaded");
        } else if (counts) {
            nanos = System.nanoTime() - begun;
        }
        window.giveBack(this);
    }

    /** How long its last request took, -1 if that does not count. Throws if it failed. */
    long nanosIfCounted() {
        if (failure != null) {
            throw new IllegalStateException("an asynchronous request failed", failure);
        }
        return nanos;
    }
}
