package io.whorl.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.whorl.core.spi.RandomSource;
import java.util.Arrays;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class SystemRandomTest {

    @Test
    void sources_of_the_system_differ() {
        TreeSet<Long> firsts = new TreeSet<>();
        for (int i = 0; i < 1_000; i++) {
            firsts.add(SystemRandom.seededByTheSystem().nextLong());
        }
        assertThat(firsts).hasSize(1_000);
    }

    @Test
    void a_fork_depends_on_the_seed_and_the_name_alone() {
        SystemRandom used = SystemRandom.seeded(7);
        used.nextLong();
        RandomSource first = used.fork("lane");
        RandomSource second = SystemRandom.seeded(7).fork("lane");
        RandomSource other = SystemRandom.seeded(7).fork("lame");
        for (int i = 0; i < 100; i++) {
            long number = first.nextLong();
            assertThat(second.nextLong()).isEqualTo(number);
            assertThat(other.nextLong()).isNotEqualTo(number);
        }
    }

    @Test
    void bits_are_even() {
        SystemRandom random = SystemRandom.seeded(1);
        Integer[] ones = new Integer[Long.SIZE];
        Arrays.fill(ones, 0);
        int draws = 20_000;
        for (int i = 0; i < draws; i++) {
            long bits = random.nextLong();
            for (int bit = 0; bit < Long.SIZE; bit++) {
                ones[bit] += (int) (bits >>> bit & 1);
            }
        }
        // Six standard deviations of a fair coin.
        assertThat(ones).allSatisfy(count -> assertThat(count).isBetween(draws / 2 - 425, draws / 2 + 425));
    }
}
