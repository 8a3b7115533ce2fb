package io.whorl.internal.lane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.whorl.core.spi.Lane;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every design of lanes has to keep. */
abstract class LaneContract {
    static final int CAPACITY = 1_000;

    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private LaneGroup group;
    private Lane lane;

    abstract LaneGroup open(int count, int capacity, Consumer<Throwable> failures);

    @BeforeEach
    void open_lanes() {
        group = open(2, CAPACITY, failures::add);
        lane = group.data().get(0);
    }

    @AfterEach
    void close_lanes() {
        group.close();
    }

    @Test
    void runs_what_many_threads_bring_one_at_a_time_each_threads_in_its_order() throws InterruptedException {
        int threads = 8;
        int each = 20_000;
        AtomicBoolean busy = new AtomicBoolean();
        AtomicInteger overlaps = new AtomicInteger();
        List<List<Integer>> ran = new ArrayList<>();
        List<Thread> bringers = new ArrayList<>();
        CountDownLatch done = new CountDownLatch(threads * each);
        for (int t = 0; t < threads; t++) {
            List<Integer> mine = new ArrayList<>();
            ran.add(mine);
            Thread thread = new Thread(() -> {
                for (int i = 0; i < each; i++) {
                    int number = i;
                    lane.execute(() -> {
                        overlaps.addAndGet(busy.compareAndSet(false, true) ? 0 : 1);
                        mine.add(number);
                        busy.set(false);
                        done.countDown();
                    });
                }
            });
            bringers.add(thread);
            thread.start();
        }
        assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
        for (Thread thread : bringers) {
            thread.join();
        }
        assertThat(overlaps).hasValue(0);
        assertThat(ran).allSatisfy(numbers -> assertThat(numbers).hasSize(each).isSorted());
    }

    @Test
    void runs_a_single_task_brought_to_an_idle_lane_again_and_again() throws InterruptedException {
        for (int i = 0; i < 20_000; i++) {
            CountDownLatch ran = new CountDownLatch(1);
            lane.execute(ran::countDown);
            assertThat(ran.await(30, TimeUnit.SECONDS)).as("task %d", i).isTrue();
        }
    }

    @Test
    void two_lanes_bringing_each_other_work_never_nest_and_lose_nothing() throws InterruptedException {
        Lane other = group.data().get(1);
        CountDownLatch done = new CountDownLatch(1);
        AtomicInteger nested = new AtomicInteger();
        AtomicInteger left = new AtomicInteger(50_000);
        lane.execute(() -> bounce(lane, other, left, nested, done));
        assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(nested).hasValue(0);
    }

    private static void bounce(Lane here, Lane there, AtomicInteger left, AtomicInteger nested, CountDownLatch done) {
        nested.addAndGet(there.isCurrent() ? 1 : 0);
        if (left.decrementAndGet() <= 0) {
            done.countDown();
        } else {
            there.execute(() -> bounce(there, here, left, nested, done));
        }
    }

    @Test
    void refuses_offers_when_the_inbox_is_full_but_takes_what_must_be_done() throws InterruptedException {
        CountDownLatch blocked = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        Thread blocker = new Thread(() -> lane.execute(() -> {
            blocked.countDown();
            awaitQuietly(release);
        }));
        blocker.start();
        blocked.await();
        AtomicInteger ran = new AtomicInteger();
        int accepted = 0;
        while (accepted <= CAPACITY && lane.offer(ran::incrementAndGet)) {
            accepted++;
        }
        assertThat(accepted).isBetween(CAPACITY - 1, CAPACITY);
        lane.execute(ran::incrementAndGet);
        release.countDown();
        int expected = accepted + 1;
        await().untilAsserted(() -> assertThat(ran).hasValue(expected));
        blocker.join();
        assertThat(lane.offer(() -> {})).isTrue();
    }

    @Test
    void runs_timers_in_the_order_of_their_instants_and_never_early() {
        Queue<Integer> order = new ConcurrentLinkedQueue<>();
        long begun = lane.nanoTime();
        List<Long> early = new ArrayList<>();
        for (int millis : new int[] {30, 10, 20, 5}) {
            lane.schedule(millis * 1_000_000L, () -> {
                order.add(millis);
                long waited = lane.nanoTime() - begun;
                if (waited < millis * 1_000_000L || !lane.isCurrent()) {
                    early.add(waited);
                }
            });
        }
        await().until(() -> order.size() == 4);
        assertThat(order).containsExactly(5, 10, 20, 30);
        assertThat(early).isEmpty();
    }

    @Test
    void a_timer_set_by_a_task_runs_although_nothing_else_happens() {
        AtomicInteger fired = new AtomicInteger();
        lane.execute(() -> lane.schedule(2_000_000, () -> lane.schedule(2_000_000, fired::incrementAndGet)));
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(fired).hasValue(1));
    }

    @Test
    void a_cancelled_timer_does_not_run() {
        AtomicInteger fired = new AtomicInteger();
        AtomicInteger marker = new AtomicInteger();
        lane.execute(() -> {
            Lane.Timer timer = lane.schedule(1_000_000, fired::incrementAndGet);
            timer.cancel();
            timer.cancel();
        });
        Lane.Timer fromOutside = lane.schedule(200_000_000, fired::incrementAndGet);
        fromOutside.cancel();
        lane.schedule(210_000_000, marker::incrementAndGet);
        await().untilAsserted(() -> assertThat(marker).hasValue(1));
        assertThat(fired).hasValue(0);
    }

    @Test
    void a_task_that_throws_is_reported_and_does_not_end_the_lane() {
        AtomicInteger ran = new AtomicInteger();
        lane.execute(() -> {
            throw new IllegalArgumentException("deliberate");
        });
        lane.schedule(1, () -> {
            throw new AssertionError("deliberate too");
        });
        await().until(() -> failures.size() == 2);
        lane.execute(ran::incrementAndGet);
        await().untilAsserted(() -> assertThat(ran).hasValue(1));
    }

    @Test
    void knows_whether_it_is_current() throws InterruptedException {
        assertThat(lane.isCurrent()).isFalse();
        assertThat(group.isCurrent()).isFalse();
        List<Boolean> seen = new ArrayList<>();
        CountDownLatch ran = new CountDownLatch(1);
        lane.execute(() -> {
            seen.addAll(
                    List.of(lane.isCurrent(), group.isCurrent(), group.cluster().isCurrent()));
            ran.countDown();
        });
        ran.await();
        assertThat(seen).containsExactly(true, true, false);
        assertThat(lane.isCurrent()).isFalse();
    }

    @Test
    void nothing_runs_after_close_and_offers_are_refused() {
        AtomicInteger ran = new AtomicInteger();
        Thread bringer = new Thread(() -> {
            while (lane.offer(ran::incrementAndGet) || group.cluster().offer(() -> {})) {
                Thread.onSpinWait();
            }
        });
        bringer.start();
        await().until(() -> ran.get() > 1_000);
        group.close();
        int atClose = ran.get();
        await().until(() -> !bringer.isAlive());
        lane.execute(ran::incrementAndGet);
        lane.schedule(0, ran::incrementAndGet);
        group.close();
        assertThat(ran).hasValue(atClose);
        assertThat(lane.offer(() -> {})).isFalse();
    }

    static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
