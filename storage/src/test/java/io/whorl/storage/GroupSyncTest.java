package io.whorl.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.whorl.core.spi.StorageException;
import io.whorl.core.spi.StorageException.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class GroupSyncTest {
    private final AtomicInteger runs = new AtomicInteger();

    @Test
    void those_who_come_during_a_sync_share_the_next_one() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        GroupSync syncs = new GroupSync("test-sync", () -> {
            runs.incrementAndGet();
            begun.countDown();
            await(mayEnd);
        });
        CountingCompletion first = new CountingCompletion();
        syncs.add(first);
        begun.await();
        List<CountingCompletion> others = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            others.add(new CountingCompletion());
            syncs.add(others.get(i));
        }
        assertThat(first.successes()).isZero();
        mayEnd.countDown();
        for (CountingCompletion other : others) {
            other.awaitOutcome();
        }

        assertThat(runs.get()).isEqualTo(2);
        assertThat(first.successes()).isEqualTo(1);
        syncs.stop();
    }

    @Test
    void after_a_failure_every_sync_fails_without_a_try() throws Exception {
        StorageException broken = new StorageException(Kind.IO, "the disk is broken");
        GroupSync syncs = new GroupSync("test-sync", () -> {
            runs.incrementAndGet();
            throw broken;
        });
        assertThat(syncs.failure()).isNull();
        for (int i = 0; i < 3; i++) {
            CountingCompletion completion = new CountingCompletion();
            syncs.add(completion);
            completion.awaitOutcome();
            assertThat(completion.failures()).containsExactly(broken);
            assertThat(completion.successes()).isZero();
        }
        syncs.stop();

        assertThat(runs.get()).isEqualTo(1);
        assertThat(syncs.failure()).isSameAs(broken);
    }

    @Test
    void a_completion_that_throws_does_not_harm_the_others() throws Exception {
        GroupSync syncs = new GroupSync("test-sync", runs::incrementAndGet);
        syncs.add(new CountingCompletion(() -> {
            throw new IllegalStateException("thrown by a test's completion");
        }));
        CountingCompletion after = new CountingCompletion();
        syncs.add(after);
        after.awaitOutcome();

        assertThat(after.successes()).isEqualTo(1);
        syncs.stop();
    }

    @Test
    void stopping_syncs_once_more_and_refuses_who_comes_later() {
        GroupSync syncs = new GroupSync("test-sync", runs::incrementAndGet);
        syncs.stop();

        assertThat(runs.get()).isEqualTo(1);
        assertThat(syncs.add(new CountingCompletion())).isFalse();
        assertThat(runs.get()).isEqualTo(1);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
