package io.whorl.convergence;

import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/** Keeps some requests under way at a time, all of which have to succeed. */
final class Pipeline {
    private final int width;
    private final Semaphore room;
    private final AtomicReference<Throwable> failed = new AtomicReference<>();

    Pipeline(int width) {
        this.width = width;
        this.room = new Semaphore(width);
    }

    /** Begins a request as soon as there is room for it. */
    void begin(Supplier<? extends CompletionStage<?>> request) throws InterruptedException {
        room.acquire();
        check();
        request.get().whenComplete((result, failure) -> {
            failed.compareAndSet(null, failure);
            room.release();
        });
    }

    /** Waits for all of them. */
    void end() throws InterruptedException {
        room.acquire(width);
        check();
    }

    private void check() {
        if (failed.get() != null) {
            throw new AssertionError("a request failed", failed.get());
        }
    }
}
