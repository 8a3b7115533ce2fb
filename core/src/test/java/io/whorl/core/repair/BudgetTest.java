package io.whorl.core.repair;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class BudgetTest {
    private static final long SECOND = 1_000_000_000L;

    @Test
    void in_the_long_run_so_many_bytes_go_through_as_the_rate_says() {
        assertThat(movedIn(100, 1_000, 100, 0)).isBetween(99_000L, 102_000L);
    }

    @Test
    void requests_under_way_slow_it_down_but_never_stop_it() {
        assertThat(movedIn(100, 16_000, 100, 16)).isBetween(795_000L, 806_000L);
        assertThat(movedIn(100, 16_000, 100, 1_000_000)).isBetween(99_000L, 106_000L);
        assertThat(movedIn(1_000, 1, 1, Integer.MAX_VALUE)).isPositive();
    }

    @Test
    void a_batch_larger_than_what_is_left_goes_through_and_is_made_up_for() {
        Budget budget = new Budget(1_000, 100);
        assertThat(budget.grants(0, 0)).isTrue();
        budget.spend(10_000);
        assertThat(budget.grants(SECOND, 0)).isFalse();
        long wait = budget.wait(0);
        assertThat(budget.grants(SECOND + wait, 0)).isTrue();
        assertThat(wait).isBetween(8 * SECOND, 10 * SECOND);
    }

    @Test
    void what_is_not_used_is_not_saved_up() {
        Budget budget = new Budget(1_000, 100);
        budget.grants(0, 0);
        budget.grants(1_000_000 * SECOND, 0);
        budget.spend(250);
        assertThat(budget.grants(1_000_000 * SECOND, 0)).isFalse();
    }

    @Test
    void looking_often_earns_as_much_as_looking_seldom() {
        SplittableRandom random = new SplittableRandom(7);
        Budget budget = new Budget(100, 10);
        long now = 0;
        long moved = 0;
        while (now < 100 * SECOND) {
            now += random.nextLong(1_000_000);
            if (budget.grants(now, 0)) {
                budget.spend(10);
                moved += 10;
            }
        }
        assertThat(moved).isBetween(9_800L, 10_100L);
    }

    private static long movedIn(int seconds, long bytesPerSecond, int batch, int underWay) {
        Budget budget = new Budget(bytesPerSecond, batch);
        long now = 0;
        long moved = 0;
        while (now < seconds * SECOND) {
            if (budget.grants(now, underWay)) {
                budget.spend(batch);
                moved += batch;
            } else {
                now += budget.wait(underWay);
            }
        }
        return moved;
    }
}
