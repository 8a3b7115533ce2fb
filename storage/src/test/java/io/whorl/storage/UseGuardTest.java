package io.whorl.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whorl.core.spi.StorageException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class UseGuardTest {
    @Test
    void nobody_enters_after_close() {
        UseGuard guard = new UseGuard("the thing");
        guard.exit(guard.enter());
        guard.close();

        assertThat(guard.tryEnter()).isNegative();
        assertThatThrownBy(guard::enter)
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("the thing was closed");
    }

    @Test
    void close_waits_for_those_inside() throws Exception {
        UseGuard guard = new UseGuard("the thing");
        int inside = guard.enter();
        ExecutorService threads = Executors.newSingleThreadExecutor();
        try {
            Future<?> close = threads.submit(guard::close);
            Awaitility.await().until(() -> {
                int stripe = guard.tryEnter();
                if (stripe >= 0) {
                    guard.exit(stripe);
                }
                return stripe < 0;
            });
            assertThat(close.isDone()).isFalse();

            guard.exit(inside);
            close.get(60, TimeUnit.SECONDS);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void nobody_is_ever_inside_once_close_has_returned() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            for (int round = 0; round < 200; round++) {
                UseGuard guard = new UseGuard("the thing");
                AtomicBoolean freed = new AtomicBoolean();
                CountDownLatch running = new CountDownLatch(3);
                List<Future<Boolean>> users = new ArrayList<>();
                for (int user = 0; user < 3; user++) {
                    users.add(threads.submit(() -> useUntilClosed(guard, freed, running)));
                }
                running.await();
                guard.close();
                freed.set(true);
                for (Future<Boolean> user : users) {
                    assertThat(user.get(60, TimeUnit.SECONDS))
                            .as("used after it was freed")
                            .isFalse();
                }
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static boolean useUntilClosed(UseGuard guard, AtomicBoolean freed, CountDownLatch running) {
        boolean usedFreed = false;
        for (int stripe = guard.tryEnter(); stripe >= 0; stripe = guard.tryEnter()) {
            usedFreed |= freed.get();
            running.countDown();
            usedFreed |= freed.get();
            guard.exit(stripe);
        }
        return usedFreed;
    }
}
