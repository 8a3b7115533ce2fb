package io.whorl.benchmarks.sidebyside.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CellTest {
    @ParameterizedTest
    @ValueSource(strings = {"put100x16", "get1024async64", "a100x1", "b1024x16"})
    void a_name_stands_for_the_cell_that_has_it(String name) {
        assertThat(Cell.parse(name).name()).isEqualTo(name);
    }

    @Test
    void a_name_says_what_is_done() {
        assertThat(Cell.parse("b1024async64")).isEqualTo(new Cell(Cell.Mix.B, 1024, true, 64));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "put", "put100", "puts100x16", "put100x", "put100x0", "put0x1"})
    void other_names_are_refused(String name) {
        assertThatThrownBy(() -> Cell.parse(name)).isInstanceOf(IllegalArgumentException.class);
    }
}
