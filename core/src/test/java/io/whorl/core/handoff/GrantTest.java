package io.whorl.core.handoff;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class GrantTest {

    @Test
    void an_idle_receiver_grants_all_of_a_batch_after_as_long_as_the_last_one_took() {
        assertThat(Grant.of(1_000, 0, 0, 50)).isEqualTo(new Grant(1_000, 50));
    }

    @Test
    void senders_share_what_it_grants() {
        assertThat(Grant.of(1_000, 0, 3, 50).bytes()).isEqualTo(250);
    }

    @Test
    void the_busier_the_less_and_the_later_but_never_nothing() {
        SplittableRandom random = new SplittableRandom(3);
        for (int i = 0; i < 1_000; i++) {
            double load = random.nextDouble();
            int others = random.nextInt(5);
            long took = random.nextLong(1_000_000);
            Grant less = Grant.of(1_000, load, others, took);
            Grant more = Grant.of(1_000, load + random.nextDouble(), others + random.nextInt(3), took);
            assertThat(more.bytes()).isBetween(1, less.bytes());
            assertThat(more.pauseNanos()).isGreaterThanOrEqualTo(less.pauseNanos());
        }
        assertThat(Grant.of(1_000, 1, 0, 10)).isEqualTo(new Grant(1, 90));
    }
}
