package io.whorl.core.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.whorl.core.spi.Lane;
import io.whorl.core.spi.RandomSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RoundPaceTest {
    private static final long INTERVAL = 1_000;
    private static final long LONGEST = 64 * INTERVAL + INTERVAL / 4;

    private final Clockwork lane = new Clockwork();
    private final List<Long> rounds = new ArrayList<>();
    private boolean busy;
    private final RoundPace pace = new RoundPace(lane, new Unchanging(), INTERVAL, () -> {
        rounds.add(lane.now);
        return busy;
    });

    @Test
    void rounds_that_find_something_to_do_come_once_an_interval() {
        busy = true;
        pace.start();
        lane.runUntil(100 * INTERVAL);
        assertThat(rounds).hasSize(100);
    }

    @Test
    void rounds_that_find_nothing_come_ever_more_seldom_but_they_come() {
        pace.start();
        lane.runUntil(8 * INTERVAL);
        assertThat(rounds).hasSize(8);
        lane.runUntil(1_000 * INTERVAL);
        assertThat(rounds).hasSizeBetween(20, 40);
        assertThat(1_000 * INTERVAL - rounds.get(rounds.size() - 1)).isLessThanOrEqualTo(LONGEST);
    }

    @Test
    void whatever_happens_brings_the_next_round_within_an_interval() {
        pace.start();
        lane.runUntil(500 * INTERVAL);
        int before = rounds.size();
        pace.happened();
        pace.happened();
        lane.runUntil(501 * INTERVAL);
        assertThat(rounds).hasSize(before + 1);
        lane.runUntil(507 * INTERVAL);
        assertThat(rounds).hasSize(before + 7);
    }

    @Test
    void what_happens_while_rounds_come_as_usual_neither_delays_them_nor_adds_any() {
        pace.start();
        for (long now = 0; now <= 50 * INTERVAL; now += INTERVAL / 10) {
            lane.runUntil(now);
            pace.happened();
        }
        assertThat(rounds).hasSize(50);
    }

    /** Draws nothing. */
    private static final class Unchanging implements RandomSource {
        @Override
        public long nextLong() {
            return 0;
        }

        @Override
        public int nextInt(int bound) {
            return 0;
        }

        @Override
        public RandomSource fork(String name) {
            return this;
        }
    }

    /** A lane whose time is set. */
    private static final class Clockwork implements Lane {
        private record Due(long at, Runnable task) {}

        private final List<Due> timers = new ArrayList<>();
        private long now;

        void runUntil(long end) {
            while (true) {
                Due next = null;
                for (Due each : timers) {
                    if (each.at <= end && (next == null || each.at < next.at)) {
                        next = each;
                    }
                }
                if (next == null) {
                    now = end;
                    return;
                }
                timers.remove(next);
                now = next.at;
                next.task.run();
            }
        }

        @Override
        public Timer schedule(long delayNanos, Runnable task) {
            Due due = new Due(now + delayNanos, task);
            timers.add(due);
            return () -> timers.removeIf(each -> each == due);
        }

        @Override
        public void execute(Runnable task) {
            task.run();
        }

        @Override
        public boolean offer(Runnable task) {
            task.run();
            return true;
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
    }
}
