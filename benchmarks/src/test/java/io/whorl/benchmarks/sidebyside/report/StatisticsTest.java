package io.whorl.benchmarks.sidebyside.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class StatisticsTest {
    @Test
    void the_median_is_in_the_middle() {
        assertThat(Statistics.median(List.of(9.0, 1.0, 2.0))).hasValue(2);
        assertThat(Statistics.median(List.of(4.0, 1.0, 9.0, 2.0))).hasValue(3);
        assertThat(Statistics.median(List.of())).isEmpty();
    }

    @Test
    void the_spread_is_in_parts_of_the_median() {
        assertThat(Statistics.spread(List.of(8.0, 10.0, 13.0))).hasValue(0.5);
        assertThat(Statistics.spread(List.of())).isEmpty();
    }
}
