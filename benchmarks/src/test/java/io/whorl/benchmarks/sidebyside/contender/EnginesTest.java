package io.whorl.benchmarks.sidebyside.contender;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.whorl.benchmarks.sidebyside.engine.Engine;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class EnginesTest {
    private static final int KEYS = 200;
    private static final ConditionFactory WAIT =
            await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(2));

    @TempDir
    Path directory;

    private final SplittableRandom random = new SplittableRandom(5);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "map",
                "rocks",
                "rocks-sync",
                "floor",
                "floor-batch",
                "whorl",
                "whorl-single",
                "whorl-memory",
                "whorl-fsync"
            })
    void reads_what_was_written_last(String name) throws Exception {
        try (Engine engine = Engines.named(name).open(directory)) {
            assertThat(engine.get(0, key(KEYS))).isNull();
            byte[][] values = new byte[KEYS][];
            for (int i = 0; i < 3 * KEYS; i++) {
                values[i % KEYS] = value();
                engine.put(i, key(i % KEYS), values[i % KEYS]);
            }
            for (int i = 0; i < KEYS; i++) {
                // By the member that coordinated the last write, since the floor trusts its own copy.
                assertThat(engine.get(2 * KEYS + i, key(i))).isEqualTo(values[i]);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"map", "floor", "floor-batch", "whorl"})
    void reads_what_was_written_without_waiting(String name) throws Exception {
        try (Engine engine = Engines.named(name).open(directory)) {
            byte[][] values = new byte[KEYS][];
            List<CompletableFuture<byte[]>> puts = new ArrayList<>();
            for (int i = 0; i < KEYS; i++) {
                values[i] = value();
                CompletableFuture<byte[]> put = new CompletableFuture<>();
                puts.add(put);
                engine.putAsync(i, key(i), values[i], (found, failure) -> complete(put, found, failure));
            }
            for (CompletableFuture<byte[]> put : puts) {
                assertThat(put.get(30, TimeUnit.SECONDS)).isNull();
            }
            for (int i = 0; i < KEYS; i++) {
                CompletableFuture<byte[]> get = new CompletableFuture<>();
                engine.getAsync(i, key(i), (found, failure) -> complete(get, found, failure));
                assertThat(get.get(30, TimeUnit.SECONDS)).isEqualTo(values[i]);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"floor", "floor-batch", "whorl", "whorl-r1"})
    void every_member_gets_every_value_in_the_end(String name) throws Exception {
        try (Engine engine = Engines.named(name).open(directory)) {
            for (int i = 0; i < KEYS; i++) {
                byte[] value = value();
                engine.put(i, key(i), value);
                for (int member = 0; member < 3; member++) {
                    int reader = member;
                    int number = i;
                    WAIT.untilAsserted(
                            () -> assertThat(engine.get(reader, key(number))).isEqualTo(value));
                }
            }
        }
    }

    @Test
    void an_engine_that_is_not_here_is_refused_with_the_names_of_those_that_are() {
        assertThatThrownBy(() -> Engines.named("ignite-wal"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("floor-batch")
                .hasMessageContaining("profile");
    }

    private static void complete(CompletableFuture<byte[]> future, byte[] found, Throwable failure) {
        if (failure != null) {
            future.completeExceptionally(failure);
        } else {
            future.complete(found);
        }
    }

    private static byte[] key(int number) {
        byte[] key = new byte[16];
        Arrays.fill(key, (byte) number);
        key[0] = (byte) (number >> 8);
        return key;
    }

    /** Of a length that is drawn too, so that frames end anywhere. */
    private byte[] value() {
        byte[] value = new byte[1 + random.nextInt(3_000)];
        random.nextBytes(value);
        return value;
    }
}
