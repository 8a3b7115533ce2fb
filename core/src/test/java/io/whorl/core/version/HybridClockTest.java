package io.whorl.core.version;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class HybridClockTest {
    private static final long NOW = 1_800_000_000_000L;

    @Test
    void timestamps_carry_their_parts_and_are_ordered_by_them() {
        long early = HybridTimestamp.of(NOW, 65_535);
        long late = HybridTimestamp.of(NOW + 1, 0);
        assertThat(HybridTimestamp.wallMillis(early)).isEqualTo(NOW);
        assertThat(HybridTimestamp.logical(early)).isEqualTo(65_535);
        assertThat(late).isEqualTo(early + 1);
        assertThat(HybridTimestamp.of((1L << 47) - 1, 65_535)).isEqualTo(Long.MAX_VALUE);
        assertThatThrownBy(() -> HybridTimestamp.of(-1, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> HybridTimestamp.of(1L << 47, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> HybridTimestamp.of(1, 65_536)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> HybridTimestamp.of(1, -1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void rises_however_the_wall_clock_jumps_and_whatever_is_observed() {
        for (int seed = 0; seed < 500; seed++) {
            Generators generators = new Generators(seed);
            HybridClock clock = new HybridClock(60_000);
            long wall = NOW;
            long highest = 0;
            for (int step = 0; step < 200; step++) {
                wall += generators.random().nextLong(-100_000, 100_001);
                if (generators.chance(0.5)) {
                    long theirs = HybridTimestamp.of(wall + generators.random().nextLong(-200_000, 200_001), 5);
                    boolean near = HybridTimestamp.wallMillis(theirs) <= wall + 60_000;
                    assertThat(clock.observe(theirs, wall)).as("seed %d", seed).isEqualTo(near);
                    highest = near ? Math.max(highest, theirs) : highest;
                    assertThat(clock.latest()).as("seed %d", seed).isEqualTo(highest);
                } else {
                    long next = clock.next(wall);
                    assertThat(next).as("seed %d", seed).isGreaterThan(highest);
                    assertThat(next).isGreaterThanOrEqualTo(HybridTimestamp.of(wall, 0));
                    assertThat(next)
                            .as("no further ahead than needed")
                            .isEqualTo(Math.max(highest + 1, HybridTimestamp.of(wall, 0)));
                    highest = next;
                }
            }
        }
    }

    @Test
    void follows_a_minute_ahead_and_no_more_unless_told_otherwise() {
        HybridClock clock = new HybridClock();
        assertThat(clock.observe(HybridTimestamp.of(NOW + 60_001, 0), NOW)).isFalse();
        assertThat(clock.latest()).isZero();
        assertThat(clock.observe(HybridTimestamp.of(NOW + 60_000, 3), NOW)).isTrue();
        assertThat(clock.next(NOW)).isEqualTo(HybridTimestamp.of(NOW + 60_000, 4));
        assertThat(clock.observe(-1, NOW)).isFalse();
        assertThatThrownBy(() -> new HybridClock(-1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_full_millisecond_carries_over() {
        HybridClock clock = new HybridClock(0);
        clock.observe(HybridTimestamp.of(NOW, 65_535), NOW);
        assertThat(clock.next(NOW)).isEqualTo(HybridTimestamp.of(NOW + 1, 0));
    }

    @Test
    void wall_clocks_beyond_the_range_count_as_its_ends() {
        HybridClock clock = new HybridClock(Long.MAX_VALUE);
        assertThat(clock.next(Long.MIN_VALUE)).isEqualTo(1);
        assertThat(clock.observe(Long.MAX_VALUE, Long.MIN_VALUE)).isTrue();
        assertThatThrownBy(() -> clock.next(NOW)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void threads_never_get_the_same_timestamp() throws Exception {
        HybridClock clock = new HybridClock();
        Callable<List<Long>> drawing = () -> {
            List<Long> drawn = new ArrayList<>();
            for (int i = 0; i < 20_000; i++) {
                drawn.add(clock.next(NOW));
            }
            return drawn;
        };
        ExecutorService threads = Executors.newFixedThreadPool(4);
        TreeSet<Long> all = new TreeSet<>();
        for (Future<List<Long>> result : threads.invokeAll(List.of(drawing, drawing, drawing, drawing))) {
            assertThat(result.get()).isSorted();
            all.addAll(result.get());
        }
        threads.shutdown();
        assertThat(all).hasSize(80_000);
    }
}
