package io.whorl.benchmarks.sidebyside;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whorl.benchmarks.sidebyside.work.Cell;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SuiteOptionsTest {
    @Test
    void the_quick_suite_has_six_cells_and_the_full_one_more_of_everything() {
        SuiteOptions quick = SuiteOptions.parse();
        SuiteOptions full = SuiteOptions.parse("--suite", "full");
        assertThat(quick.cells()).hasSize(6);
        assertThat(full.cells()).containsAll(quick.cells()).hasSizeGreaterThan(6);
        assertThat(full.engines()).containsAll(quick.engines());
        assertThat(quick.write()).isFalse();
    }

    @Test
    void an_option_that_is_given_counts_more_and_the_last_one_most() {
        SuiteOptions options =
                SuiteOptions.parse("--cells", "put100x1", "--cells", "get100x16,a100x1", "--rounds", "5");
        assertThat(options.cells()).containsExactly(Cell.parse("get100x16"), Cell.parse("a100x1"));
        assertThat(options.rounds()).isEqualTo(5);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--rounds", "--cell x", "cells put100x1", "--suite slow", "--cells put"})
    void what_is_not_understood_is_refused(String line) {
        assertThatThrownBy(() -> SuiteOptions.parse(line.split(" "))).isInstanceOf(IllegalArgumentException.class);
    }
}
