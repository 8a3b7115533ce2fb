package io.whorl.benchmarks.sidebyside.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.whorl.benchmarks.sidebyside.work.Cell;
import io.whorl.benchmarks.sidebyside.work.Figures;
import io.whorl.benchmarks.sidebyside.work.Figures.Figure;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;

class ReportTest {
    private static final Cell PUT = Cell.parse("put100x16");
    private static final Cell GET = Cell.parse("get100x16");

    private final Results results = new Results();

    ReportTest() {
        results.describe("whorl", "N=3 & R<3");
        results.describe("floor", "the floor");
        results.describe("floor-batch", "the other floor");
    }

    private void round(String engine, Cell cell, int round, double throughput, double p99) {
        results.add(
                engine,
                cell,
                round,
                new Figures(Map.of(
                        Figure.THROUGHPUT, throughput,
                        Figure.P50, 1.0,
                        Figure.P99, p99,
                        Figure.P999, 3.0,
                        Figure.CPU, 4.0,
                        Figure.ALLOCATED, 5.0)));
    }

    private String goal(String work, String bound) {
        return new Report(results)
                .text()
                .lines()
                .filter(line -> line.startsWith("| " + work + " | " + bound + " |"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void a_ratio_is_the_median_of_the_rounds_ratios_and_not_the_ratio_of_the_medians() {
        double[][] rounds = {{10, 10}, {20, 5}, {90, 60}};
        for (int round = 0; round < rounds.length; round++) {
            round("whorl", PUT, round, rounds[round][0], 1);
            round("floor", PUT, round, rounds[round][1], 1);
        }
        assertThat(results.ratio("whorl", PUT, "floor", PUT, Figure.THROUGHPUT)).hasValue(1.5);
    }

    @Test
    void only_rounds_that_both_have_make_a_ratio() {
        round("whorl", PUT, 0, 10, 1);
        round("whorl", PUT, 1, 30, 1);
        round("floor", PUT, 1, 10, 1);
        assertThat(results.ratio("whorl", PUT, "floor", PUT, Figure.THROUGHPUT)).hasValue(3);
    }

    @Test
    void a_goal_against_several_is_against_the_best_of_them() {
        round("whorl", GET, 0, 130, 1);
        round("floor", GET, 0, 50, 1);
        round("floor-batch", GET, 0, 104, 1);
        assertThat(goal("get 100 B, R=2, 16 callers", ">= 1.3 x the better of floor, floor-batch"))
                .endsWith("| 1.25 | not met |");
    }

    @Test
    void a_goal_on_cost_is_met_by_less() {
        round("whorl", PUT, 0, 100, 20);
        round("floor", PUT, 0, 50, 40);
        assertThat(goal("p99 of put at 16 callers", "<= 1.0 x floor, p99 us")).endsWith("| 0.50 | met |");
        assertThat(goal("put 100 B, 16 callers", ">= 1.3 x floor")).endsWith("| 2.00 | met |");
    }

    @Test
    void what_was_not_measured_is_neither_met_nor_missed() {
        round("whorl", PUT, 0, 100, 20);
        assertThat(new Report(results).text())
                .doesNotContain("| put 100 B, 16 callers |")
                .contains("Not measured in this run: 28 more.");
    }

    @Test
    void bytes_on_disk_are_compared_for_each_length_of_values() {
        results.ended("whorl", 100, 1, 40_000_000, "");
        results.ended("rocks", 100, 1, 10_000_000, "");
        assertThat(goal("bytes on disk after compaction, 100 B", "<= 4.5 x rocks, bytes"))
                .endsWith("| 4.00 | met |");
        assertThat(new Report(results).text()).doesNotContain("| bytes on disk after compaction, 1 KiB |");
    }

    @Test
    void every_row_of_a_table_has_as_many_columns_as_its_head() {
        round("whorl", PUT, 0, 100, 20);
        results.ended("whorl", 100, 1, 2, "");
        int columns = 0;
        for (String line : new Report(results).text().lines().toList()) {
            if (!line.startsWith("|")) {
                columns = 0;
                continue;
            }
            int mine = line.split("\\|", -1).length;
            assertThat(mine).as(line).isEqualTo(columns == 0 ? mine : columns);
            columns = mine;
        }
    }

    @Test
    void the_picture_has_a_bar_for_each_engine_that_did_the_cell() throws Exception {
        round("whorl", PUT, 0, 100, 20);
        round("floor", PUT, 0, 50, 20);
        round("floor", GET, 0, 70, 20);
        Element svg = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(new Report(results).picture().getBytes(StandardCharsets.UTF_8)))
                .getDocumentElement();
        assertThat(svg.getTagName()).isEqualTo("svg");
        // The first one is the background.
        assertThat(svg.getElementsByTagName("rect").getLength()).isEqualTo(1 + 3);
    }
}
