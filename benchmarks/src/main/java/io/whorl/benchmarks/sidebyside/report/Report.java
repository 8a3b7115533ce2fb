package io.whorl.benchmarks.sidebyside.report;

import io.whorl.benchmarks.sidebyside.work.Cell;
import io.whorl.benchmarks.sidebyside.work.Figures.Figure;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.BiFunction;

/** The results as tables, in Markdown. */
public final class Report {
    private final Results results;
    private final List<String> engines;

    /** About these results. */
    public Report(Results results) {
        this.results = results;
        this.engines = List.copyOf(results.descriptions().keySet());
    }

    /** All tables. */
    public String text() {
        StringBuilder text = new StringBuilder();
        text.append(machine()).append('\n');
        engineTable(text);
        cellTable(text, "Requests per second, median of the rounds", this::throughput);
        cellTable(text, "Spread of requests per second, (largest - smallest) / median, percent", this::spread);
        cellTable(text, "Latency p50 / p99 / p99.9, us", this::latency);
        cellTable(text, "CPU time per request, us", (engine, cell) -> median(engine, cell, Figure.CPU));
        cellTable(
                text,
                "Allocated on the heap per request, bytes",
                (engine, cell) -> median(engine, cell, Figure.ALLOCATED));
        Goals.table(text, results);
        String first = engines.get(0);
        cellTable(
                text,
                "Requests per second of " + first + " / those of the engine, median of the rounds' ratios",
                (engine, cell) -> Numbers.shown(results.ratio(first, cell, engine, cell, Figure.THROUGHPUT)));
        return text.toString();
    }

    /** The requests per second of every cell, as a picture. */
    public String picture() {
        BarChart chart = new BarChart("Requests per second; each group has its own scale", engines);
        for (Cell cell : results.cells()) {
            chart.group(
                    cell.name(),
                    engines.stream()
                            .map(engine -> Statistics.median(results.values(engine, cell, Figure.THROUGHPUT)))
                            .toList());
        }
        return chart.svg();
    }

    private static String machine() {
        return "Java " + Runtime.version() + ", " + System.getProperty("os.name") + " " + System.getProperty("os.arch")
                + ", " + Runtime.getRuntime().availableProcessors() + " processors\n";
    }

    private void engineTable(StringBuilder text) {
        List<Integer> sizes =
                results.cells().stream().map(Cell::valueBytes).distinct().toList();
        List<String> head = new ArrayList<>(List.of("engine", "what", "start to first put, ms"));
        sizes.forEach(size ->
                head.addAll(List.of("RSS MB, " + size + " B", "files MB, " + size + " B", "remark, " + size + " B")));
        Table table = new Table(text, "Engines", head);
        for (String engine : engines) {
            List<String> row = new ArrayList<>(
                    List.of(engine, results.descriptions().get(engine), Numbers.shown(results.start(engine))));
            for (int size : sizes) {
                row.add(results.end(engine, size)
                        .map(end -> megabytes(end.resident()))
                        .orElse("-"));
                row.add(results.end(engine, size)
                        .map(end -> megabytes(end.files()))
                        .orElse("-"));
                row.add(results.end(engine, size).map(Results.Ended::remark).orElse("-"));
            }
            table.row(row);
        }
    }

    private static String megabytes(long bytes) {
        return Numbers.shown(OptionalDouble.of(bytes / 1e6));
    }

    private void cellTable(StringBuilder text, String title, BiFunction<String, Cell, String> figure) {
        List<String> head = new ArrayList<>(List.of("engine"));
        results.cells().forEach(cell -> head.add(cell.name()));
        Table table = new Table(text, title, head);
        for (String engine : engines) {
            List<String> row = new ArrayList<>(List.of(engine));
            results.cells().forEach(cell -> row.add(figure.apply(engine, cell)));
            table.row(row);
        }
    }

    private String throughput(String engine, Cell cell) {
        return median(engine, cell, Figure.THROUGHPUT);
    }

    private String median(String engine, Cell cell, Figure figure) {
        return Numbers.shown(Statistics.median(results.values(engine, cell, figure)));
    }

    private String spread(String engine, Cell cell) {
        return Numbers.percent(Statistics.spread(results.values(engine, cell, Figure.THROUGHPUT)));
    }

    private String latency(String engine, Cell cell) {
        if (results.values(engine, cell, Figure.P50).isEmpty()) {
            return "-";
        }
        return median(engine, cell, Figure.P50) + " / " + median(engine, cell, Figure.P99) + " / "
                + median(engine, cell, Figure.P999);
    }
}
