package io.whorl.benchmarks.sidebyside.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ZipfianTest {
    private static final int DRAWS = 1 << 20;

    @Test
    void draws_in_proportion_to_the_place() {
        int[] counts = counts(1_000);
        double sum = 0;
        for (int i = 1; i <= 1_000; i++) {
            sum += 1 / Math.pow(i, 0.99);
        }
        for (int place : new int[] {0, 1, 9, 99}) {
            double share = 1 / Math.pow(place + 1, 0.99) / sum;
            assertThat(counts[place] / (double) DRAWS).as("place %d", place).isCloseTo(share, within(share * 0.05));
        }
    }

    @Test
    void draws_every_number_and_no_other() {
        assertThat(Arrays.stream(counts(10)).boxed())
                .hasSize(10)
                .allSatisfy(count -> assertThat(count).isPositive());
    }

    @Test
    void places_wrap_around() {
        Zipfian zipfian = new Zipfian(1_000, Zipfian.THETA, 1);
        assertThat(zipfian.draw(DRAWS + 5)).isEqualTo(zipfian.draw(5));
        assertThat(zipfian.draw(-1)).isEqualTo(zipfian.draw(DRAWS - 1));
    }

    private static int[] counts(int items) {
        Zipfian zipfian = new Zipfian(items, Zipfian.THETA, 1);
        int[] counts = new int[items];
        for (int i = 0; i < DRAWS; i++) {
            counts[zipfian.draw(i)]++;
        }
        return counts;
    }
}
