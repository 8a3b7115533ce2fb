package io.whorl.benchmarks.overload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PaceTest {
    private static final long SECOND = 1_000_000_000L;

    @Test
    void requests_are_due_evenly_from_the_beginning_on() {
        Pace pace = new Pace(7, 4);
        assertThat(pace.at(0)).isEqualTo(7);
        assertThat(pace.at(1)).isEqualTo(7 + SECOND / 4);
        assertThat(pace.at(8)).isEqualTo(7 + 2 * SECOND);
    }

    @Test
    void as_many_are_due_in_a_second_as_the_rate_says_and_never_in_another_order() {
        for (int seed = 0; seed < 50; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            double rate = 1 + random.nextDouble() * 200_000;
            Pace pace = new Pace(random.nextLong() >> 2, rate);
            long requests = pace.within(3);
            assertThat(pace.second(pace.at(0))).isZero();
            assertThat(pace.second(pace.at(requests - 1)))
                    .as("seed %d, rate %s", seed, rate)
                    .isEqualTo(2);
            assertThat(pace.at(requests) - pace.at(0))
                    .as("seed %d, rate %s", seed, rate)
                    .isGreaterThanOrEqualTo(3 * SECOND - 1);
            for (long i = 1; i < Math.min(requests, 1_000); i++) {
                assertThat(pace.at(i)).isGreaterThan(pace.at(i - 1));
            }
        }
    }

    @Test
    void what_came_before_the_beginning_lies_in_a_second_before_it() {
        assertThat(new Pace(0, 1).second(-1)).isEqualTo(-1);
    }

    @Test
    void refuses_a_rate_that_is_none() {
        assertThatThrownBy(() -> new Pace(0, 0)).hasMessageContaining("positive");
        assertThatThrownBy(() -> new Pace(0, Double.NaN)).hasMessageContaining("positive");
    }
}
