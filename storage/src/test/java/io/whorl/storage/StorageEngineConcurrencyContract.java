package io.whorl.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.whorl.core.spi.Space;
import io.whorl.core.spi.StorageEngine;
import io.whorl.core.spi.StorageEngine.Cursor;
import io.whorl.core.spi.StorageException;
import io.whorl.core.spi.StorageException.Kind;
import io.whorl.core.spi.WriteBatch;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link StorageEngine} does when several threads use it, and when one of them closes it meanwhile. */
public abstract class StorageEngineConcurrencyContract {
    private static final byte[] START = {};
    private static final int KEYS = 12;
    private static final int BATCHES = 3_000;
    private static final long DEADLINE_SECONDS = 120;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private StorageEngine engine;

    /** Opens an engine without entries. */
    protected abstract StorageEngine open() throws Exception;

    @BeforeEach
    void open_an_engine() throws Exception {
        engine = open();
    }

    @AfterEach
    void close_the_engine() throws Exception {
        threads.shutdownNow();
        assertThat(threads.awaitTermination(DEADLINE_SECONDS, TimeUnit.SECONDS)).isTrue();
        engine.close();
    }

    @Test
    void readers_see_each_batch_whole_or_not_at_all() throws Exception {
        AtomicBoolean done = new AtomicBoolean();
        List<byte[]> keys = new ArrayList<>();
        for (int key = 0; key < KEYS; key++) {
            keys.add(number(key));
        }
        Future<Integer> multiGets = threads.submit(() -> {
            int seen = 0;
            while (!done.get()) {
                assertOneBatch(engine.multiGet(Space.RECORDS, keys));
                seen++;
            }
            return seen;
        });
        Future<Integer> scans = threads.submit(() -> {
            int seen = 0;
            while (!done.get()) {
                List<byte[]> values = new ArrayList<>();
                try (Cursor cursor = engine.scan(Space.RECORDS, START, null)) {
                    while (cursor.next()) {
                        values.add(cursor.value());
                    }
                }
                assertThat(values.size()).isIn(0, KEYS);
                assertOneBatch(values);
                seen++;
            }
            return seen;
        });
        try {
            for (int batch = 0; batch < BATCHES; batch++) {
                engine.apply(everyThirdTimeADelete(batch, keys));
            }
        } finally {
            done.set(true);
        }

        assertThat(multiGets.get(DEADLINE_SECONDS, TimeUnit.SECONDS)).isPositive();
        assertThat(scans.get(DEADLINE_SECONDS, TimeUnit.SECONDS)).isPositive();
    }

    private static WriteBatch everyThirdTimeADelete(int number, List<byte[]> keys) {
        WriteBatch batch = new WriteBatch();
        switch (number % 3) {
            case 0 -> keys.forEach(key -> batch.put(Space.RECORDS, key, number(number)));
            case 1 -> keys.forEach(key -> batch.put(Space.RECORDS, key, number(-number)));
            default -> {
                if (number % 2 == 0) {
                    batch.deleteRange(Space.RECORDS, number(0), number(KEYS));
                } else {
                    keys.forEach(key -> batch.delete(Space.RECORDS, key));
                }
            }
        }
        return batch;
    }

    private static void assertOneBatch(List<byte[]> values) {
        for (byte[] value : values) {
            assertThat(value).isEqualTo(values.get(0));
        }
    }

    @Test
    void a_batch_is_visible_to_all_threads_once_it_is_applied() throws Exception {
        for (int round = 0; round < 200; round++) {
            byte[] key = number(round);
            engine.apply(new WriteBatch().put(Space.META, key, key.clone()));
            Future<byte[]> other = threads.submit(() -> engine.get(Space.META, key));
            assertThat(other.get(DEADLINE_SECONDS, TimeUnit.SECONDS)).isEqualTo(key);
        }
    }

    @Test
    void concurrent_writers_lose_no_batch() throws Exception {
        int writers = 4;
        int each = 1_000;
        List<Callable<Void>> tasks = new ArrayList<>();
        for (int writer = 0; writer < writers; writer++) {
            int first = writer * each;
            tasks.add(() -> {
                for (int i = first; i < first + each; i++) {
                    engine.apply(new WriteBatch().put(Space.DOTS, number(i), number(i)));
                }
                return null;
            });
        }
        for (Future<Void> task : threads.invokeAll(tasks)) {
            task.get();
        }

        int expected = 0;
        try (Cursor cursor = engine.scan(Space.DOTS, START, null)) {
            while (cursor.next()) {
                assertThat(cursor.key()).isEqualTo(number(expected));
                assertThat(cursor.value()).isEqualTo(number(expected));
                expected++;
            }
        }
        assertThat(expected).isEqualTo(writers * each);
    }

    @Test
    void many_syncs_at_once_are_each_told_once() throws Exception {
        int callers = 4;
        ConcurrentLinkedQueue<CountingCompletion> completions = new ConcurrentLinkedQueue<>();
        List<Callable<Void>> tasks = new ArrayList<>();
        for (int caller = 0; caller < callers; caller++) {
            int key = caller;
            tasks.add(() -> {
                for (int i = 0; i < 100; i++) {
                    engine.apply(new WriteBatch().put(Space.META, number(key), number(i)));
                    CountingCompletion completion = new CountingCompletion();
                    completions.add(completion);
                    engine.sync(completion);
                }
                return null;
            });
        }
        for (Future<Void> task : threads.invokeAll(tasks)) {
            task.get();
        }
        for (CountingCompletion completion : completions) {
            completion.awaitOutcome();
        }
        engine.close();

        assertThat(completions).hasSize(callers * 100);
        assertThat(completions).allSatisfy(completion -> {
            assertThat(completion.successes()).isEqualTo(1);
            assertThat(completion.failures()).isEmpty();
        });
    }

    @Test
    void closing_under_load_ends_every_call_with_a_result_or_as_closed() throws Exception {
        int users = 6;
        CountDownLatch running = new CountDownLatch(users);
        AtomicInteger accepted = new AtomicInteger();
        ConcurrentLinkedQueue<CountingCompletion> completions = new ConcurrentLinkedQueue<>();
        List<Future<Long>> loads = new ArrayList<>();
        for (int user = 0; user < users; user++) {
            int kind = user % 4;
            loads.add(threads.submit(() -> {
                long calls = 0;
                try {
                    while (true) {
                        use(kind, calls, completions, accepted);
                        if (++calls == 20) {
                            running.countDown();
                        }
                    }
                } catch (StorageException e) {
                    assertThat(e.kind()).isEqualTo(Kind.CLOSED);
                    return calls;
                }
            }));
        }
        assertThat(running.await(DEADLINE_SECONDS, TimeUnit.SECONDS)).isTrue();
        Future<?> otherCloser = threads.submit(engine::close);
        engine.close();
        otherCloser.get(DEADLINE_SECONDS, TimeUnit.SECONDS);

        for (Future<Long> load : loads) {
            assertThat(load.get(DEADLINE_SECONDS, TimeUnit.SECONDS)).isGreaterThanOrEqualTo(20);
        }
        long told = completions.stream()
                .mapToLong(completion ->
                        completion.successes() + completion.failures().size())
                .sum();
        assertThat(told).isEqualTo(accepted.get());
        assertThat(completions)
                .allSatisfy(completion -> assertThat(completion.successes()).isLessThanOrEqualTo(1));
    }

    private void use(
            int kind, long call, ConcurrentLinkedQueue<CountingCompletion> completions, AtomicInteger accepted) {
        byte[] key = number((int) (call % 100));
        switch (kind) {
            case 0 -> engine.apply(new WriteBatch().put(Space.RECORDS, key, new byte[100]));
            case 1 -> engine.multiGet(Space.RECORDS, List.of(key, number(101)));
            case 2 -> {
                // Every other cursor is left open, for close to free.
                Cursor cursor = engine.scan(Space.RECORDS, START, null);
                while (cursor.next()) {
                    cursor.value();
                }
                if (call % 2 == 0) {
                    cursor.close();
                }
            }
            default -> {
                CountingCompletion completion = new CountingCompletion();
                completions.add(completion);
                engine.sync(completion);
                accepted.incrementAndGet();
                engine.get(Space.RECORDS, key);
            }
        }
    }

    private static byte[] number(int number) {
        return ByteBuffer.allocate(Integer.BYTES).putInt(number).array();
    }
}
