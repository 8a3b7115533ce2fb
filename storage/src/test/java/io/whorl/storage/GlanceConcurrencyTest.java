package io.whorl.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.whorl.api.BucketOptions;
import io.whorl.core.message.Write;
import io.whorl.core.replica.Glance;
import io.whorl.core.replica.GroupCommit;
import io.whorl.core.replica.PlantedBug;
import io.whorl.core.replica.Replica;
import io.whorl.core.ring.BucketDefinition;
import io.whorl.core.ring.ReplicaId;
import io.whorl.core.spi.Lane;
import io.whorl.core.spi.StorageEngine;
import io.whorl.core.version.Actor;
import io.whorl.core.version.ClosedRuns;
import io.whorl.core.version.Record;
import io.whorl.core.version.Role;
import io.whorl.core.version.Sibling;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Threads look at a replica while its lane changes it: what each finds is of one instant. Write number n goes to key n modulo {@value #KEYS},
 * and every eleventh deletes; so what was seen of the lane's own actor says exactly what each key's record has to be.
 */
class GlanceConcurrencyTest {
    private static final int KEYS = 5;
    private static final int READERS = 3;
    private static final int DELETED = 11;
    private static final long NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final BucketDefinition BUCKET = new BucketDefinition(1, "b", BucketOptions.defaults());
    private static final Actor ACTOR = new Actor(7, 0, Role.REPLICA);

    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private volatile long acknowledged;
    private volatile boolean over;

    @Test
    void in_memory_no_reader_finds_a_record_and_a_seen_set_of_two_instants() throws Exception {
        try (StorageEngine engine = new HeapStorageEngine()) {
            assertThat(reads(engine, Optional.empty())).isPositive();
        }
    }

    @Test
    void on_disk_no_reader_finds_a_record_and_a_seen_set_of_two_instants(@TempDir Path directory) throws Exception {
        try (StorageEngine engine = RocksStorageEngine.open(directory.resolve("data"), RocksOptions.defaults())) {
            assertThat(reads(engine, Optional.empty())).isPositive();
        }
    }

    @Test
    void through_the_cache_no_reader_finds_a_record_and_a_seen_set_of_two_instants() throws Exception {
        try (StorageEngine engine = new CachingStorageEngine(new HeapStorageEngine(), 64 << 10, 1)) {
            assertThat(reads(engine, Optional.empty())).isPositive();
        }
    }

    @Test
    void what_is_not_shown_anew_is_noticed() throws Exception {
        try (StorageEngine engine = new HeapStorageEngine()) {
            Replica replica = replica(engine, Optional.of(PlantedBug.DIRECT_READ_OF_ANOTHER_INSTANT));
            write(replica, 1);
            write(replica, 2);
            assertThat(wrong(replica.glance().read(key(1), true), 1, 2)).isNotNull();
        }
    }

    /** How many reads the readers made that did not have to go to the lane. */
    private long reads(StorageEngine engine, Optional<PlantedBug> bug) throws Exception {
        Replica replica = replica(engine, bug);
        ExecutorService threads = Executors.newFixedThreadPool(READERS);
        try {
            List<Future<Long>> readers = new ArrayList<>();
            for (int i = 0; i < READERS; i++) {
                readers.add(threads.submit(reader(replica.glance(), i)));
            }
            writeUntilOver(replica, engine);
            long reads = 0;
            for (Future<Long> each : readers) {
                reads += each.get();
            }
            return reads;
        } finally {
            over = true;
            threads.shutdownNow();
        }
    }

    private static Replica replica(StorageEngine engine, Optional<PlantedBug> bug) {
        return Replica.open(new ReplicaId(1, 0), BUCKET, engine, ACTOR, ClosedRuns.none(), bug);
    }

    private Callable<Long> reader(Glance glance, int first) {
        return () -> {
            long reads = 0;
            for (int i = first; !over; i++) {
                int key = i % KEYS;
                long before = acknowledged;
                Record record = glance.read(key(key), true);
                if (record != null) {
                    String wrong = wrong(record, key, before);
                    if (wrong != null) {
                        over = true;
                        throw new AssertionError(wrong);
                    }
                    reads++;
                }
            }
            return reads;
        };
    }

    /** What is wrong with it; null if nothing is. */
    private static String wrong(Record record, int key, long acknowledgedBefore) {
        long seen = record.history().base(ACTOR);
        long last = seen - Math.floorMod(seen - key, KEYS);
        List<Long> expected = last < 1 || last % DELETED == 0 ? List.of() : List.of(last);
        List<Long> found = record.siblings().stream()
                .map(sibling -> sibling.dot().counter())
                .toList();
        boolean whole = record.siblings().stream()
                .map(Sibling::value)
                .allMatch(value -> ByteBuffer.wrap(value).getLong() == last);
        boolean gaps = !record.history().equals(record.history().bases());
        return found.equals(expected) && whole && !gaps && seen >= acknowledgedBefore
                ? null
                : "key " + key + ": write " + found + " with all up to " + seen + " seen (" + record.history()
                        + "), where " + acknowledgedBefore + " was acknowledged; expected " + expected;
    }

    /** One write by itself, then some that are stored together, and so on. */
    private void writeUntilOver(Replica replica, StorageEngine engine) {
        GroupCommit commits = new GroupCommit(new TestLane(), engine, () -> {});
        replica.commitWith(commits);
        long end = System.nanoTime() + NANOS;
        long number = 0;
        while (!over && System.nanoTime() - end < 0) {
            number++;
            write(replica, number);
            acknowledged = number;
            for (int together = (int) (number % 7); together > 0; together--) {
                number++;
                long mine = number;
                commits.take(new Step(replica, mine));
            }
            for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                task.run();
            }
        }
        over = true;
    }

    private static void write(Replica replica, long number) {
        byte[] value = number % DELETED == 0
                ? null
                : ByteBuffer.allocate(Long.BYTES).putLong(number).array();
        replica.write(key((int) (number % KEYS)), new Write(value, null, 0), number);
    }

    private static byte[] key(int number) {
        return new byte[] {'k', (byte) number};
    }

    private final class Step implements GroupCommit.Step {
        private final Replica replica;
        private final long number;

        Step(Replica replica, long number) {
            this.replica = replica;
            this.number = number;
        }

        @Override
        public void change() {
            write(replica, number);
        }

        @Override
        public void committed() {
            acknowledged = number;
        }

        @Override
        public void refused(RuntimeException cause) {
            throw new AssertionError(cause);
        }
    }

    /** Runs what it is given when the writer has nothing else to do. */
    private final class TestLane implements Lane {
        @Override
        public boolean offer(Runnable task) {
            return tasks.add(task);
        }

        @Override
        public void execute(Runnable task) {
            tasks.add(task);
        }

        @Override
        public Timer schedule(long delayNanos, Runnable task) {
            throw new UnsupportedOperationException("no timers here");
        }

        @Override
        public boolean isCurrent() {
            return true;
        }

        @Override
        public long nanoTime() {
            return System.nanoTime();
        }

        @Override
        public long wallMillis() {
            return System.currentTimeMillis();
        }
    }
}
