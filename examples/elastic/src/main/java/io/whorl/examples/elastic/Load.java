package io.whorl.examples.elastic;

import io.whorl.api.AsyncBucket;
import io.whorl.api.Outcome;
import io.whorl.api.WhorlException;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;

/**
 * A steady load: so many requests under way, half of them puts, half gets whose results are checked at once. Each of its lines has rows
 * of its own, of which it knows what they must be, since nobody else writes them.
 */
final class Load implements AutoCloseable {
    private static final long PAUSE_MILLIS = 20;

    private final Rows rows;
    private final List<AsyncBucket<String, String>> buckets;
    private final int lines;
    private final Tally tally = new Tally();
    private final Phaser running = new Phaser(1);
    private final AtomicReference<String> firstFailure = new AtomicReference<>();
    private volatile boolean stopped;

    /** @param buckets the same bucket as seen by different nodes, which take the requests by turns */
    Load(Rows rows, int lines, List<AsyncBucket<String, String>> buckets) {
        this.rows = rows;
        this.lines = lines;
        this.buckets = buckets;
    }

    Tally tally() {
        return tally;
    }

    /** What failed first; null if nothing has. */
    String firstFailure() {
        return firstFailure.get();
    }

    /** Writes every row once and waits for that. */
    void fill() {
        for (int line = 0; line < lines; line++) {
            running.register();
            fill(line, line);
        }
        running.arriveAndAwaitAdvance();
    }

    private void fill(int line, int row) {
        if (row >= rows.count()) {
            running.arriveAndDeregister();
        } else {
            write(line, row).thenRun(() -> fill(line, row + lines));
        }
    }

    /** Sets the load going. */
    void start() {
        for (int line = 0; line < lines; line++) {
            running.register();
            step(line, new Random(line));
        }
    }

    private void step(int line, Random random) {
        if (stopped) {
            running.arriveAndDeregister();
            return;
        }
        int row = line + lines * random.nextInt((rows.count() - line + lines - 1) / lines);
        CompletableFuture<Void> request = random.nextBoolean() ? write(line, row) : read(line, row);
        request.thenRun(() -> step(line, random));
    }

    private AsyncBucket<String, String> bucket(int line) {
        return buckets.get(line % buckets.size());
    }

    private CompletableFuture<Void> write(int line, int row) {
        long began = System.nanoTime();
        return ended(began, bucket(line).put(Rows.key(row), rows.next(row)), (done, failure) -> {
            if (failure == null) {
                rows.written(row);
            } else if (!(failure instanceof WhorlException known) || known.outcome() != Outcome.NOT_APPLIED) {
                rows.mayBeWritten(row);
            }
        });
    }

    private CompletableFuture<Void> read(int line, int row) {
        long began = System.nanoTime();
        return ended(began, bucket(line).get(Rows.key(row)), (value, failure) -> {
            if (failure == null && !rows.isRight(row, value)) {
                tally.wrong();
                firstFailure.compareAndSet(null, Rows.key(row) + " was read as an older version");
            }
        });
    }

    private interface Ending<T> {
        void ended(T result, Throwable failure);
    }

    /** A future that completes normally whatever became of the request, after a pause if it failed. */
    private <T> CompletableFuture<Void> ended(long began, CompletableFuture<T> request, Ending<T> ending) {
        return request.handle((result, thrown) -> {
                    Throwable failure = thrown instanceof CompletionException ? thrown.getCause() : thrown;
                    ending.ended(result, failure);
                    if (failure == null) {
                        tally.succeeded(System.nanoTime() - began);
                        return CompletableFuture.<Void>completedFuture(null);
                    }
                    tally.failed();
                    firstFailure.compareAndSet(null, failure.toString());
                    Executor later = CompletableFuture.delayedExecutor(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
                    return CompletableFuture.runAsync(() -> {}, later);
                })
                .thenCompose(next -> next);
    }

    /** Stops the load and waits for the requests under way. */
    @Override
    public void close() {
        if (!stopped) {
            stopped = true;
            running.arriveAndAwaitAdvance();
        }
    }

    /** Reads every row through one node; how many are not as they must be. Not while the load runs. */
    int verify(AsyncBucket<String, String> bucket) {
        int wrong = 0;
        for (int from = 0; from < rows.count(); from += lines) {
            int to = Math.min(rows.count(), from + lines);
            List<CompletableFuture<Boolean>> reads = IntStream.range(from, to)
                    .mapToObj(row -> bucket.get(Rows.key(row)).thenApply(value -> rows.isRight(row, value)))
                    .toList();
            for (CompletableFuture<Boolean> read : reads) {
                wrong += read.join() ? 0 : 1;
            }
        }
        return wrong;
    }
}
