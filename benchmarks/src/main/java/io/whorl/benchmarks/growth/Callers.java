package io.whorl.benchmarks.growth;

import io.whorl.api.Bucket;
import io.whorl.api.WhorlException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/** Threads that ask the nodes in turn, each for one thing after the other. */
final class Callers {
    private static final int LOADING_BYTES = 16 << 20;
    private static final int LOADING = 256;
    private static final long REFUSED_NANOS = 1_000_000;

    private final Row row;
    private final List<List<Bucket<byte[], byte[]>>> buckets;
    private final byte[] value;

    /** @param buckets of each bucket a handle for each node */
    Callers(Row row, List<List<Bucket<byte[], byte[]>>> buckets) {
        this.row = row;
        this.buckets = buckets;
        this.value = new byte[row.valueBytes()];
        new SplittableRandom(1).nextBytes(value);
    }

    /**
     * What came of some seconds.
     *
     * @param perSecond how many requests succeeded
     * @param cpuMicros processor time for each
     * @param failed how many did not
     */
    record Round(double perSecond, double cpuMicros, long failed) {}

    private interface Ask {
        void of(Bucket<byte[], byte[]> bucket, byte[] key);
    }

    /** Stores every key once, as fast as that goes. */
    void load() {
        int atOnce = Math.max(8, Math.min(LOADING, LOADING_BYTES / row.valueBytes()));
        Semaphore room = new Semaphore(atOnce);
        for (int key = 0; key < row.keys(); key++) {
            room.acquireUninterruptibly();
            load(key, room);
        }
        room.acquireUninterruptibly(atOnce);
    }

    private void load(int key, Semaphore room) {
        bucket(key, key).async().put(bytes(key), value).whenComplete((done, failed) -> {
            if (failed == null) {
                room.release();
            } else {
                LockSupport.parkNanos(REFUSED_NANOS);
                load(key, room);
            }
        });
    }

    Round puts(double seconds) {
        return round(seconds, (bucket, key) -> bucket.put(key, value));
    }

    Round gets(double seconds) {
        return round(seconds, (bucket, key) -> bucket.get(key));
    }

    /** One put, tried until it succeeds. */
    void first() {
        while (true) {
            try {
                bucket(0, 0).put(bytes(0), value);
                return;
            } catch (WhorlException e) {
                LockSupport.parkNanos(REFUSED_NANOS);
            }
        }
    }

    private Round round(double seconds, Ask ask) {
        LongAdder succeeded = new LongAdder();
        LongAdder failed = new LongAdder();
        long begun = System.nanoTime();
        long cpu = Footprint.cpuNanos();
        long end = begun + (long) (seconds * 1e9);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < row.callers(); i++) {
            int caller = i;
            Thread thread = new Thread(() -> {
                SplittableRandom random = new SplittableRandom(caller);
                while (System.nanoTime() - end < 0) {
                    int key = random.nextInt(row.keys());
                    try {
                        ask.of(bucket(key, caller), bytes(key));
                        succeeded.increment();
                    } catch (WhorlException e) {
                        failed.increment();
                        LockSupport.parkNanos(REFUSED_NANOS);
                    }
                }
            });
            threads.add(thread);
            thread.start();
        }
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted while measuring", e);
        }
        double took = (System.nanoTime() - begun) / 1e9;
        long count = succeeded.sum();
        return new Round(count / took, (Footprint.cpuNanos() - cpu) / 1e3 / Math.max(1, count), failed.sum());
    }

    private Bucket<byte[], byte[]> bucket(int key, int caller) {
        List<Bucket<byte[], byte[]>> handles = buckets.get(key % buckets.size());
        return handles.get(caller % handles.size());
    }

    private static byte[] bytes(int key) {
        return ByteBuffer.allocate(2 * Long.BYTES).putLong(0).putLong(key).array();
    }
}
