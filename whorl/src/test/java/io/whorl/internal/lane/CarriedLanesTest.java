package io.whorl.internal.lane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Lanes whose callers' work is left to another thread, as an event loop's. */
class CarriedLanesTest extends LaneContract {
    private final ExecutorService carrier = Executors.newSingleThreadExecutor();

    @Override
    LaneGroup open(int count, int capacity, Consumer<Throwable> failures) {
        return new CombiningLanes(count, Thread::new, capacity, failures, List.of(carrier));
    }

    @AfterEach
    void end_the_carrier() {
        carrier.shutdownNow();
    }

    @Test
    void what_many_threads_post_runs_once_each_never_on_their_own_threads() throws InterruptedException {
        int threads = 6;
        int each = 10_000;
        LaneGroup lanes = open(1, threads * each, failure -> {});
        try {
            AtomicInteger ran = new AtomicInteger();
            AtomicInteger onOwn = new AtomicInteger();
            List<Thread> bringers = new ArrayList<>();
            for (int t = 0; t < threads; t++) {
                Thread bringer = new Thread(() -> {
                    for (int i = 0; i < each; i++) {
                        Thread mine = Thread.currentThread();
                        lanes.data().get(0).post(() -> {
                            ran.incrementAndGet();
                            onOwn.addAndGet(Thread.currentThread() == mine ? 1 : 0);
                        });
                    }
                });
                bringers.add(bringer);
                bringer.start();
            }
            for (Thread bringer : bringers) {
                bringer.join();
            }
            await().untilAsserted(() -> assertThat(ran).hasValue(threads * each));
            assertThat(onOwn).hasValue(0);
        } finally {
            lanes.close();
        }
    }

    @Test
    void a_single_task_posted_to_an_idle_lane_runs_again_and_again() throws InterruptedException {
        LaneGroup lanes = open(1, 10, failure -> {});
        try {
            for (int i = 0; i < 5_000; i++) {
                CountDownLatch ran = new CountDownLatch(1);
                assertThat(lanes.data().get(0).post(ran::countDown)).isTrue();
                ran.await();
            }
        } finally {
            lanes.close();
        }
    }

    @Test
    void what_is_posted_after_the_carrier_has_ended_is_run_by_the_lanes_own_thread() {
        LaneGroup lanes = open(1, 10, failure -> {});
        try {
            carrier.shutdownNow();
            AtomicInteger ran = new AtomicInteger();
            for (int i = 1; i <= 100; i++) {
                int expected = i;
                await().until(() -> lanes.data().get(0).post(ran::incrementAndGet));
                await().untilAsserted(() -> assertThat(ran).hasValue(expected));
            }
        } finally {
            lanes.close();
        }
    }

    @Test
    void refuses_what_is_posted_to_a_full_or_closed_lane() throws InterruptedException {
        LaneGroup lanes = open(1, 3, failure -> {});
        CountDownLatch blocked = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        lanes.data().get(0).post(() -> {
            blocked.countDown();
            awaitQuietly(release);
        });
        blocked.await();
        AtomicInteger ran = new AtomicInteger();
        for (int i = 0; i < 3; i++) {
            assertThat(lanes.data().get(0).post(ran::incrementAndGet)).isTrue();
        }
        assertThat(lanes.data().get(0).post(ran::incrementAndGet)).isFalse();
        release.countDown();
        await().untilAsserted(() -> assertThat(ran).hasValue(3));
        lanes.close();
        assertThat(lanes.data().get(0).post(ran::incrementAndGet)).isFalse();
    }
}
