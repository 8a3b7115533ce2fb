package io.whorl.core.node;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DrainRateTest {
    private static final long MILLI = 1_000_000L;

    @Test
    void tells_how_long_so_many_take_at_the_pace_of_late() {
        DrainRate rate = new DrainRate();
        for (int i = 0; i < 100; i++) {
            rate.left(i * 2 * MILLI, true);
        }
        assertThat(rate.nanosFor(50, 99 * 2 * MILLI)).isBetween(95 * MILLI, 105 * MILLI);
    }

    @Test
    void a_pause_while_nobody_waited_says_nothing_about_the_pace() {
        DrainRate rate = new DrainRate();
        for (int i = 0; i < 100; i++) {
            rate.left(i * 2 * MILLI, i < 99);
        }
        rate.left(3_600_000 * MILLI, true);
        assertThat(rate.nanosFor(50, 3_600_000 * MILLI)).isBetween(95 * MILLI, 105 * MILLI);
    }

    @Test
    void a_queue_that_stands_still_is_slow_whatever_its_past() {
        DrainRate rate = new DrainRate();
        for (int i = 0; i < 100; i++) {
            rate.left(i * 2 * MILLI, true);
        }
        assertThat(rate.nanosFor(2, 98 * 2 * MILLI + 1_000 * MILLI)).isGreaterThan(1_900 * MILLI);
    }

    @Test
    void is_never_less_than_a_millisecond_nor_more_than_ten_seconds() {
        DrainRate rate = new DrainRate();
        assertThat(rate.nanosFor(5, 0)).isEqualTo(MILLI);
        rate.left(0, true);
        rate.left(5_000 * MILLI, true);
        assertThat(rate.nanosFor(1_000_000, 5_000 * MILLI)).isEqualTo(10_000 * MILLI);
    }
}
