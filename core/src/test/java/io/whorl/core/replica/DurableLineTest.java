package io.whorl.core.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.whorl.core.spi.Lane;
import io.whorl.core.testing.TestStorage;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;

class DurableLineTest {
    private static final long INTERVAL = 100;

    private final Clockwork lane = new Clockwork();
    private final TestStorage storage = new TestStorage();
    private final DurableLine line = line();

    @Test
    void lines_that_are_touched_at_different_times_sync_at_the_same_ones() {
        DurableLine other = line();
        storage.holdsSyncs = true;
        List<Long> delays = new ArrayList<>();
        for (long at : new long[] {3, 40, 99}) {
            lane.now = at;
            line.touched();
            other.touched();
            delays.addAll(lane.delays());
        }
        assertThat(delays).as("both wait for the same instant, and once").containsExactly(97L, 97L);
        lane.now = 100;
        lane.fire();
        lane.now = 120;
        storage.finishSyncs();
        lane.run();
        line.touched();
        lane.now = 199;
        other.touched();
        assertThat(lane.delays()).containsExactly(80L, 1L);
    }

    @Test
    void nothing_that_nobody_waits_for_stays_unsynced_for_longer_than_the_interval() {
        for (long at = 0; at < 3 * INTERVAL; at++) {
            lane.now = at;
            line.touched();
            long delay = lane.delays().get(0);
            assertThat(delay).as("at %d", at).isBetween(1L, INTERVAL);
            lane.fire();
            lane.run();
            lane.delays();
        }
    }

    @Test
    void who_waits_for_a_sync_does_not_wait_for_the_interval() {
        List<String> done = new ArrayList<>();
        line.afterSync(() -> done.add("synced"));
        lane.run();
        assertThat(done).containsExactly("synced");
    }

    private DurableLine line() {
        return new DurableLine(lane, storage, INTERVAL, failure -> {
            throw failure;
        });
    }

    /** A lane whose time stands still until it is set. */
    private static final class Clockwork implements Lane {
        private final Queue<Runnable> tasks = new ArrayDeque<>();
        private List<Runnable> timers = new ArrayList<>();
        private List<Long> delays = new ArrayList<>();
        private long now;

        @Override
        public void execute(Runnable task) {
            tasks.add(task);
        }

        @Override
        public boolean offer(Runnable task) {
            return tasks.add(task);
        }

        @Override
        public Timer schedule(long delayNanos, Runnable task) {
            delays.add(delayNanos);
            timers.add(task);
            return () -> timers.remove(task);
        }

        @Override
        public boolean isCurrent() {
            return true;
        }

        @Override
        public long nanoTime() {
            return now;
        }

        @Override
        public long wallMillis() {
            return now;
        }

        List<Long> delays() {
            List<Long> asked = delays;
            delays = new ArrayList<>();
            return asked;
        }

        void fire() {
            List<Runnable> due = timers;
            timers = new ArrayList<>();
            due.forEach(Runnable::run);
        }

        void run() {
            for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                task.run();
            }
        }
    }
}
