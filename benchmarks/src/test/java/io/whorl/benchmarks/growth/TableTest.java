package io.whorl.benchmarks.growth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whorl.benchmarks.growth.Row.Dimension;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TableTest {
    private static final Figures FIGURES = new Figures(1_234.5, 1.25, 2, 3, 0, 5, 6, 7_000, 8, 9, 0.5);

    private static Table table() {
        Table table = new Table();
        table.dimension(Dimension.KEYS);
        table.row(Row.of(Dimension.KEYS, true).get(1), FIGURES);
        return table;
    }

    @Test
    void has_a_line_for_each_row_below_a_head_with_as_many_columns() {
        List<String> lines = table().toString().lines().toList();
        assertThat(lines).hasSize(3);
        assertThat(lines)
                .allSatisfy(line ->
                        assertThat(line.chars().filter(c -> c == '|').count()).isEqualTo(13));
        assertThat(lines.get(0)).startsWith("| keys | puts/s |");
        assertThat(lines.get(2)).startsWith("| 100,000 | 1,23").endsWith("| 7,000 | 8 | 9 | 0.50 |");
    }

    @Test
    void takes_the_place_of_what_is_between_the_markers_and_of_nothing_else() {
        String document = "before\n<!-- growth -->\nold\n<!-- /growth -->\nafter\n";
        String once = table().in(document);
        assertThat(once).isEqualTo("before\n<!-- growth -->\n" + table() + "\n<!-- /growth -->\nafter\n");
        assertThat(table().in(once)).isEqualTo(once);
    }

    @Test
    void refuses_a_document_without_a_place_for_it() {
        assertThatThrownBy(() -> table().in("<!-- /growth --> <!-- growth -->")).hasMessageContaining("growth");
    }

    @Test
    void what_was_measured_is_known_after_a_run_was_broken_off(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("below").resolve("results");
        Row row = Row.of(Dimension.VALUES, false).get(4);
        Results.in(file).add(row, FIGURES);
        assertThat(Results.in(file).of(row)).contains(FIGURES);
        assertThat(Results.in(file).of(Row.of(Dimension.VALUES, false).get(3))).isEmpty();
    }

    @Test
    void every_row_survives_its_words_and_varies_one_thing_within_ten_gibibytes() {
        for (Dimension dimension : Dimension.values()) {
            List<Row> rows = Row.of(dimension, false);
            assertThat(rows).extracting(Row::step).isSorted().doesNotHaveDuplicates();
            assertThat(Row.of(dimension, true)).isEqualTo(rows.subList(0, 2));
            for (Row row : rows) {
                assertThat(Row.parse(row.words())).isEqualTo(row);
                assertThat(3L * row.keys() * (row.valueBytes() + 16)).isLessThan(10L << 30);
            }
        }
    }
}
