package io.whorl.core.coordinate;

import static org.assertj.core.api.Assertions.assertThat;

import io.whorl.core.coordinate.ForwardWindow.Judgement;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class ForwardWindowTest {
    @Test
    void no_number_is_new_twice_and_none_within_the_window_is_refused() {
        for (int seed = 0; seed < 30; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            long start = random.nextBoolean() ? 1 : 1L << 62;
            ForwardWindow window = new ForwardWindow();
            TreeSet<Long> taken = new TreeSet<>();
            long highest = start;
            for (int i = 0; i < 3_000; i++) {
                long spread = random.nextInt(10) == 0 ? 2 * ForwardWindow.WIDTH : 50;
                long number = Math.max(start, highest + random.nextLong(-spread, spread));
                Judgement judgement = window.take(7, number);
                boolean told = number > highest - ForwardWindow.WIDTH;
                if (!taken.add(number)) {
                    assertThat(judgement).isNotEqualTo(Judgement.NEW);
                } else if (told) {
                    assertThat(judgement).isEqualTo(Judgement.NEW);
                } else {
                    assertThat(judgement).isEqualTo(Judgement.TOO_LATE);
                }
                highest = Math.max(highest, number);
            }
        }
    }

    @Test
    void runs_are_told_apart_and_a_forgotten_one_executes_nothing_again() {
        ForwardWindow window = new ForwardWindow();
        assertThat(window.take(1, 100)).isEqualTo(Judgement.NEW);
        assertThat(window.take(2, 100)).isEqualTo(Judgement.NEW);
        assertThat(window.take(1, 99)).isEqualTo(Judgement.NEW);
        for (long run = 10; run < 10 + ForwardWindow.SENDERS; run++) {
            assertThat(window.take(run, 1)).isEqualTo(Judgement.NEW);
        }
        window.take(1, 200);
        assertThat(window.take(1, 100))
                .as("the run was forgotten, so older numbers cannot be judged")
                .isEqualTo(Judgement.TOO_LATE);
    }
}
