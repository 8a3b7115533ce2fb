package io.whorl.examples.quickstart;

import io.whorl.api.WhorlException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/**
 * One pass over the rows: sends requests without waiting for each, keeps the number of those under way bounded, and repeats what
 * failed a few times.
 *
 * <p>Repeating is up to the application, since Whorl tells what is known of a failed request and does not repeat it by itself. Here
 * it is safe whatever the outcome was: a row that is written twice is the same row.
 */
final class Pass {
    /** More requests under way make more rows a second, and each of them slower. */
    static final int UNDER_WAY = 64;

    private static final int ATTEMPTS = 10;
    private static final long PAUSE_MILLIS = 100;

    private final Semaphore free = new Semaphore(UNDER_WAY);
    private final Latencies latencies;
    private final Progress progress;
    private final AtomicInteger succeeded = new AtomicInteger();
    private final AtomicInteger repeated = new AtomicInteger();
    private final AtomicReference<String> firstFailure = new AtomicReference<>();
    private final long started = System.nanoTime();
    private long nanos;

    Pass(int requests, Progress progress) {
        this.latencies = new Latencies(requests);
        this.progress = progress;
    }

    /**
     * Sends a request, after waiting for an earlier one to end if too many are under way.
     *
     * @param what the request is about, should it fail
     * @param request sends it; completes with whether its result is the expected one
     */
    void submit(String what, Supplier<CompletableFuture<Boolean>> request) throws InterruptedException {
        free.acquire();
        progress.show(succeeded.get());
        attempt(what, request, 1, System.nanoTime());
    }

    private void attempt(String what, Supplier<CompletableFuture<Boolean>> request, int attempt, long since) {
        request.get().whenComplete((asExpected, failure) -> {
            if (failure == null) {
                ended(asExpected ? null : what + " has another value than the one written", since);
            } else if (attempt < ATTEMPTS && causeOf(failure) instanceof WhorlException) {
                repeated.incrementAndGet();
                Executor later = CompletableFuture.delayedExecutor(PAUSE_MILLIS * attempt, TimeUnit.MILLISECONDS);
                later.execute(() -> attempt(what, request, attempt + 1, since));
            } else {
                ended(what + ": " + causeOf(failure), since);
            }
        });
    }

    private void ended(String failure, long since) {
        latencies.note(System.nanoTime() - since);
        if (failure == null) {
            succeeded.incrementAndGet();
        } else {
            firstFailure.compareAndSet(null, failure);
        }
        free.release();
    }

    private static Throwable causeOf(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    /** Waits until every request has ended. */
    void finish() throws InterruptedException {
        while (!free.tryAcquire(UNDER_WAY, PAUSE_MILLIS, TimeUnit.MILLISECONDS)) {
            progress.show(succeeded.get());
        }
        nanos = System.nanoTime() - started;
        progress.end(succeeded.get());
    }

    int succeeded() {
        return succeeded.get();
    }

    /** How many requests had to be sent again. */
    int repeated() {
        return repeated.get();
    }

    /** What went wrong first; null if nothing did. */
    String firstFailure() {
        return firstFailure.get();
    }

    Latencies latencies() {
        return latencies;
    }

    /** How long the pass took, once it is finished. */
    double seconds() {
        return nanos / 1e9;
    }
}
