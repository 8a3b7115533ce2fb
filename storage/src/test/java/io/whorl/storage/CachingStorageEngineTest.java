package io.whorl.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whorl.core.spi.Space;
import io.whorl.core.spi.StorageEngine;
import io.whorl.core.spi.StorageException;
import io.whorl.core.spi.WriteBatch;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CachingStorageEngineTest {
    /** Little, so that what is known comes and goes. */
    private static final long BYTES = 3_000;

    @Nested
    class Contract extends StorageEngineContract {
        @Override
        protected StorageEngine open() {
            return new CachingStorageEngine(new HeapStorageEngine(), BYTES, 1);
        }
    }

    @Nested
    class ContractOnDisk extends StorageEngineContract {
        @TempDir
        Path directory;

        @Override
        protected StorageEngine open() {
            return new CachingStorageEngine(
                    RocksStorageEngine.open(directory.resolve("data"), RocksOptions.defaults()), 1 << 20, 1);
        }
    }

    @Nested
    class ConcurrencyContract extends StorageEngineConcurrencyContract {
        @Override
        protected StorageEngine open() {
            return new CachingStorageEngine(new HeapStorageEngine(), BYTES, 1);
        }
    }

    @Test
    void says_what_the_engine_behind_it_says_whatever_is_done() {
        int begun = 0;
        for (int seed = 0; seed < 60; seed++) {
            Random random = new Random(seed);
            try (StorageEngine behind = new HeapStorageEngine();
                    StorageEngine engine = new CachingStorageEngine(behind, random.nextInt(12_000), seed, 60, 20)) {
                for (int step = 0; step < 3_000; step++) {
                    byte[] key = key(random);
                    if (random.nextInt(3) > 0) {
                        assertThat(engine.get(Space.RECORDS, key))
                                .describedAs("seed %d, step %d", seed, step)
                                .isEqualTo(behind.get(Space.RECORDS, key));
                        byte[] beginning = engine.beginning(Space.RECORDS, key);
                        if (beginning != null) {
                            begun++;
                            assertThat(Arrays.copyOf(behind.get(Space.RECORDS, key), beginning.length))
                                    .isEqualTo(beginning);
                        }
                    } else {
                        engine.apply(batch(random));
                    }
                }
            }
        }
        assertThat(begun).isGreaterThan(1_000);
    }

    private static byte[] key(Random random) {
        byte[] key = new byte[random.nextInt(20)];
        Arrays.fill(key, (byte) random.nextInt(4));
        return key;
    }

    private static WriteBatch batch(Random random) {
        WriteBatch batch = new WriteBatch();
        for (int i = random.nextInt(random.nextInt(10) == 0 ? 40 : 5); i >= 0; i--) {
            int what = random.nextInt(40);
            if (what == 0) {
                batch.deleteRange(Space.RECORDS, key(random), key(random));
            } else if (what < 8) {
                batch.delete(Space.RECORDS, key(random));
            } else {
                byte[] value = new byte[random.nextInt(4) == 0 ? random.nextInt(2_000) : random.nextInt(100)];
                random.nextBytes(value);
                batch.put(what < 35 ? Space.RECORDS : Space.HINTS, key(random), value);
            }
        }
        return batch;
    }

    @Test
    void answers_from_memory_what_was_written_and_what_was_read() {
        try (CachingStorageEngine engine = new CachingStorageEngine(new HeapStorageEngine(), 1 << 20, 1)) {
            engine.apply(new WriteBatch()
                    .put(Space.RECORDS, bytes(1), bytes(2))
                    .put(Space.RECORDS, bytes(1), bytes(3))
                    .put(Space.META, bytes(1), bytes(4)));
            assertThat(engine.get(Space.RECORDS, bytes(1))).containsExactly(3);
            assertThat(engine.get(Space.META, bytes(1))).containsExactly(4);
            assertThat(engine.get(Space.RECORDS, bytes(9))).isNull();
            assertThat(engine.cache().hits()).isEqualTo(1);
            assertThat(engine.cache().misses()).isEqualTo(1);
            assertThat(engine.cache().bytes()).isPositive();
        }
    }

    @Test
    void knows_nothing_of_a_batch_that_failed() {
        Failing behind = new Failing();
        try (CachingStorageEngine engine = new CachingStorageEngine(behind, 1 << 20, 1)) {
            engine.apply(new WriteBatch().put(Space.RECORDS, bytes(1), bytes(2)));
            behind.failing = true;
            WriteBatch refused =
                    new WriteBatch().put(Space.RECORDS, bytes(1), bytes(3)).put(Space.RECORDS, bytes(5), bytes(6));
            assertThatThrownBy(() -> engine.apply(refused)).isInstanceOf(StorageException.class);
            assertThat(engine.get(Space.RECORDS, bytes(1))).containsExactly(2);
            assertThat(engine.get(Space.RECORDS, bytes(5))).isNull();
        }
    }

    @Test
    void does_not_keep_what_was_read_while_it_changed() {
        Interrupted behind = new Interrupted();
        try (CachingStorageEngine engine = new CachingStorageEngine(behind, 1 << 20, 1)) {
            behind.engine.apply(new WriteBatch().put(Space.RECORDS, bytes(1), bytes(2)));
            // The old value was read; before it is kept, the new one is written.
            behind.afterRead = () -> engine.apply(new WriteBatch().put(Space.RECORDS, bytes(1), bytes(3)));
            assertThat(engine.get(Space.RECORDS, bytes(1))).containsExactly(2);
            assertThat(engine.get(Space.RECORDS, bytes(1))).containsExactly(3);
            // The old value is read, and kept, while a batch is on its way.
            behind.beforeApply = () -> engine.get(Space.RECORDS, bytes(1));
            engine.apply(new WriteBatch().put(Space.RECORDS, bytes(1), bytes(4)));
            assertThat(engine.get(Space.RECORDS, bytes(1))).containsExactly(4);
            // Two batches for one key: the one that began last was applied first.
            behind.beforeApply = () -> engine.apply(new WriteBatch().put(Space.RECORDS, bytes(1), bytes(5)));
            engine.apply(new WriteBatch().put(Space.RECORDS, bytes(1), bytes(6)));
            assertThat(engine.get(Space.RECORDS, bytes(1))).containsExactly(6);
            // A range that goes while it is read.
            behind.afterRead = () -> engine.apply(new WriteBatch().deleteRange(Space.RECORDS, bytes(0), bytes(9)));
            engine.apply(new WriteBatch().delete(Space.RECORDS, bytes(7)));
            behind.engine.apply(new WriteBatch().put(Space.RECORDS, bytes(7), bytes(8)));
            assertThat(engine.get(Space.RECORDS, bytes(7))).containsExactly(8);
            assertThat(engine.get(Space.RECORDS, bytes(7))).isNull();
        }
    }

    @Test
    void does_not_keep_what_a_range_has_removed_meanwhile() {
        Interrupted behind = new Interrupted();
        try (CachingStorageEngine engine = new CachingStorageEngine(behind, 1 << 20, 1)) {
            behind.afterApply = () -> engine.apply(new WriteBatch().deleteRange(Space.RECORDS, bytes(0), bytes(9)));
            engine.apply(new WriteBatch().put(Space.RECORDS, bytes(1), bytes(2)));
            assertThat(engine.get(Space.RECORDS, bytes(1))).isNull();
            assertThat(engine.beginning(Space.RECORDS, bytes(1))).isNull();
        }
    }

    @Test
    void what_is_returned_belongs_to_the_caller() {
        try (CachingStorageEngine engine = new CachingStorageEngine(new HeapStorageEngine(), 1 << 20, 1)) {
            engine.apply(new WriteBatch().put(Space.RECORDS, bytes(1), bytes(2)));
            engine.get(Space.RECORDS, bytes(1))[0] = 9;
            assertThat(engine.get(Space.RECORDS, bytes(1))).containsExactly(2);
        }
    }

    @Test
    void refuses_a_negative_size() {
        StorageEngine behind = new HeapStorageEngine();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new CachingStorageEngine(behind, -1, 1))
                .withMessageContaining("-1");
    }

    private static byte[] bytes(int... numbers) {
        byte[] bytes = new byte[numbers.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) numbers[i];
        }
        return bytes;
    }

    private static final class Failing extends Forwarding {
        private boolean failing;

        @Override
        public void apply(WriteBatch batch) {
            if (failing) {
                throw new StorageException(StorageException.Kind.FULL, "full");
            }
            super.apply(batch);
        }
    }

    /** Runs something, once, in the middle of what the engine does. */
    private static final class Interrupted extends Forwarding {
        private Runnable afterRead;
        private Runnable beforeApply;
        private Runnable afterApply;

        @Override
        public byte[] get(Space space, byte[] key) {
            byte[] value = super.get(space, key);
            Runnable task = afterRead;
            afterRead = null;
            if (task != null) {
                task.run();
            }
            return value;
        }

        @Override
        public void apply(WriteBatch batch) {
            Runnable task = beforeApply;
            beforeApply = null;
            if (task != null) {
                task.run();
            }
            super.apply(batch);
            task = afterApply;
            afterApply = null;
            if (task != null) {
                task.run();
            }
        }
    }

    private abstract static class Forwarding implements StorageEngine {
        final HeapStorageEngine engine = new HeapStorageEngine();

        @Override
        public byte[] get(Space space, byte[] key) {
            return engine.get(space, key);
        }

        @Override
        public List<byte[]> multiGet(Space space, List<byte[]> keys) {
            return engine.multiGet(space, keys);
        }

        @Override
        public Cursor scan(Space space, byte[] from, byte[] to) {
            return engine.scan(space, from, to);
        }

        @Override
        public void apply(WriteBatch batch) {
            engine.apply(batch);
        }

        @Override
        public void sync(Completion completion) {
            engine.sync(completion);
        }

        @Override
        public void close() {
            engine.close();
        }
    }
}
