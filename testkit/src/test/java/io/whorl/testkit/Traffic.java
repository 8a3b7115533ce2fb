package io.whorl.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.whorl.Whorl;
import io.whorl.api.Bucket;
import io.whorl.api.BucketOptions;
import io.whorl.api.Codec;
import io.whorl.api.Outcome;
import io.whorl.api.Quorums;
import io.whorl.api.WhorlException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Threads that write and read while a cluster changes. Each has keys of its own, so it knows what a strict read must bring: the version
 * that was acknowledged last, or a later one whose write has failed with an unknown outcome.
 */
final class Traffic implements AutoCloseable {
    static final String BUCKET = "traffic";
    private static final int THREADS = 4;
    private static final int KEYS = 60;
    private static final int KEPT_FAILURES = 5;
    private static final long PAUSE_NANOS = 200_000L;

    private final List<Line> lines = new ArrayList<>();
    private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final AtomicLong done = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private volatile boolean stopped;

    /** Sets it going at some of the nodes, which have to stay. */
    static Traffic at(Whorl... nodes) {
        nodes[0].createBucket(
                BUCKET, BucketOptions.builder().quorums(Quorums.STRICT).build());
        Traffic traffic = new Traffic();
        for (int i = 0; i < THREADS; i++) {
            traffic.lines.add(traffic.new Line(i, nodes[i % nodes.length]));
        }
        traffic.lines.forEach(Line::start);
        traffic.awaitProgress();
        return traffic;
    }

    /** Waits until something more has succeeded. */
    void awaitProgress() {
        long enough = done.get() + 20L * THREADS;
        long end = System.nanoTime() + 20_000_000_000L;
        while (done.get() < enough && end - System.nanoTime() > 0) {
            LockSupport.parkNanos(1_000_000L);
        }
        assertThat(done.get()).as("requests done; failed: %s", failures).isGreaterThanOrEqualTo(enough);
    }

    /** Where nothing is broken, nothing should fail. */
    void assertNothingFailed() {
        assertThat(failures).as("%d requests failed", failed.get()).isEmpty();
    }

    /** Stops it, and checks every key at each of these nodes. */
    void verify(Whorl... nodes) {
        close();
        assertThat(wrong).as("reads that missed what was acknowledged").isEmpty();
        for (Whorl node : nodes) {
            Bucket<String, Long> bucket = node.bucket(BUCKET, Codec.utf8(), Codec.int64());
            for (Line line : lines) {
                for (int key = 0; key < KEYS; key++) {
                    Optional<Long> read = bucket.get(line.key(key));
                    assertThat(line.isRight(key, read.orElse(0L)))
                            .as("%s is %s, last acknowledged was %d", line.key(key), read, line.acknowledged[key])
                            .isTrue();
                }
            }
        }
    }

    @Override
    public void close() {
        stopped = true;
        for (Line line : lines) {
            try {
                line.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private final class Line extends Thread {
        private final int number;
        private final Whorl where;
        private final Bucket<String, Long> bucket;
        private final long[] acknowledged = new long[KEYS];
        private final List<TreeSet<Long>> unknown = new ArrayList<>();
        private long version;

        Line(int number, Whorl node) {
            super("traffic-" + number);
            setDaemon(true);
            this.number = number;
            this.where = node;
            this.bucket = node.bucket(BUCKET, Codec.utf8(), Codec.int64());
            for (int i = 0; i < KEYS; i++) {
                unknown.add(new TreeSet<>());
            }
        }

        String key(int key) {
            return "key-" + number + "-" + key;
        }

        boolean isRight(int key, long read) {
            return read == acknowledged[key]
                    || read > acknowledged[key] && unknown.get(key).contains(read);
        }

        @Override
        public void run() {
            for (int i = 0; !stopped; i++) {
                int key = i / 2 % KEYS;
                try {
                    if (i % 2 == 0) {
                        bucket.put(key(key), ++version);
                        acknowledged[key] = version;
                    } else {
                        long read = bucket.get(key(key)).orElse(0L);
                        if (!isRight(key, read)) {
                            wrong.add(key(key) + " was read as " + read + " after " + acknowledged[key]);
                        }
                    }
                    done.incrementAndGet();
                } catch (WhorlException e) {
                    if (i % 2 == 0 && e.outcome() == Outcome.UNKNOWN) {
                        unknown.get(key).add(version);
                    }
                    failed.incrementAndGet();
                    if (failures.size() < KEPT_FAILURES) {
                        failures.add(e + " [" + key(key) + " at " + where.members() + "; " + where.status() + "]");
                    }
                }
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }
}
