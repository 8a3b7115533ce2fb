package io.whorl.benchmarks.overload;

import io.whorl.api.AsyncBucket;
import io.whorl.api.Bucket;
import io.whorl.api.OverloadedException;
import io.whorl.api.RequestTimedOutException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Half reads and half writes of random keys, by few threads that never wait for an answer; every node is asked in turn. Made cheap,
 * since it shares the cores of what it measures.
 */
final class Load {
    static final int KEYS = 100_000;
    private static final int VALUE_BYTES = 100;
    private static final int THREADS = 2;
    private static final long SHORTEST_SLEEP_NANOS = 100_000;
    private static final int REQUESTS_PER_SAMPLE = 64;
    private static final long SAMPLE_PREFIX = 1L << 62;

    private final List<AsyncBucket<byte[], byte[]>> buckets = new ArrayList<>();
    private final byte[] value = new byte[VALUE_BYTES];
    private final Samples samples = new Samples();
    private final AtomicLong sampled = new AtomicLong();

    Load(List<Bucket<byte[], byte[]>> handles) {
        handles.forEach(handle -> buckets.add(handle.async()));
        new SplittableRandom(1).nextBytes(value);
    }

    Samples samples() {
        return samples;
    }

    /** Stores every key once. */
    void fill() {
        Semaphore room = new Semaphore(256);
        for (int i = 0; i < KEYS; i++) {
            room.acquireUninterruptibly();
            buckets.get(i % buckets.size()).put(key(0, i), value).whenComplete((done, failed) -> room.release());
        }
        room.acquireUninterruptibly(256);
    }

    /** How many requests a second succeed while so many are under way at any time. */
    double closed(int underWay, int seconds) {
        AtomicLong succeeded = new AtomicLong();
        long begun = System.nanoTime();
        long end = begun + seconds * 1_000_000_000L;
        onThreads(thread -> {
            Semaphore room = new Semaphore(underWay / THREADS);
            SplittableRandom random = new SplittableRandom(thread);
            for (int i = 0; System.nanoTime() - end < 0; i++) {
                room.acquireUninterruptibly();
                request(i, random).whenComplete((done, failed) -> {
                    room.release();
                    if (failed == null) {
                        succeeded.incrementAndGet();
                    }
                });
            }
            room.acquireUninterruptibly(underWay / THREADS);
        });
        return succeeded.get() * 1e9 / (System.nanoTime() - begun);
    }

    /** Makes every request of a phase when it is due, or as soon after as it comes to that, and waits until all have ended. */
    void open(Phase phase) {
        AtomicInteger made = new AtomicInteger();
        AtomicInteger ended = new AtomicInteger();
        long requests = phase.pace().within(phase.seconds());
        onThreads(thread -> {
            SplittableRandom random = new SplittableRandom(thread);
            for (long i = thread; i < requests; i += THREADS) {
                long due = phase.pace().at(i);
                for (long ahead = due - System.nanoTime(); ahead > 0; ahead = due - System.nanoTime()) {
                    LockSupport.parkNanos(Math.max(ahead, SHORTEST_SLEEP_NANOS));
                }
                phase.at(due).offered();
                made.incrementAndGet();
                long now = System.nanoTime();
                request(i, random).whenComplete((done, failed) -> {
                    end(phase, due, now, failed);
                    ended.incrementAndGet();
                });
            }
        });
        while (ended.get() < made.get()) {
            LockSupport.parkNanos(1_000_000);
        }
    }

    private static void end(Phase phase, long due, long made, Throwable failed) {
        long now = System.nanoTime();
        Ends ends = phase.at(now);
        if (failed == null) {
            ends.succeeded(now - due);
        } else if (failed instanceof OverloadedException) {
            ends.refused(now - made);
        } else if (failed instanceof RequestTimedOutException) {
            ends.timedOut();
        } else {
            ends.failed();
        }
    }

    private CompletableFuture<?> request(long number, SplittableRandom random) {
        AsyncBucket<byte[], byte[]> bucket = buckets.get((int) (number % buckets.size()));
        if (random.nextInt(REQUESTS_PER_SAMPLE) == 0) {
            byte[] key = key(SAMPLE_PREFIX, sampled.incrementAndGet());
            CompletableFuture<?> put = bucket.put(key, value);
            put.whenComplete((done, failed) -> samples.ended(key, failed));
            return put;
        }
        byte[] key = key(0, random.nextInt(KEYS));
        return random.nextBoolean() ? bucket.put(key, value) : bucket.get(key);
    }

    private static byte[] key(long prefix, long number) {
        return ByteBuffer.allocate(2 * Long.BYTES)
                .putLong(prefix)
                .putLong(number)
                .array();
    }

    private interface OnThread {
        void run(int thread);
    }

    private static void onThreads(OnThread work) {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            int number = i;
            Thread thread = new Thread(() -> work.run(number), "load-" + i);
            threads.add(thread);
            thread.start();
        }
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted while load was made", e);
        }
    }
}
