package io.whorl.benchmarks.sidebyside;

import io.whorl.benchmarks.sidebyside.contender.Engines;
import io.whorl.benchmarks.sidebyside.report.Results;
import io.whorl.benchmarks.sidebyside.work.Cell;
import io.whorl.benchmarks.sidebyside.work.Figures;
import io.whorl.benchmarks.sidebyside.work.Figures.Figure;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;

/**
 * Has the engines do the cells in rounds. The cells of one length of values make a block, for which each engine is started and
 * loaded once; in a block every cell is done by all engines in turn, and who begins changes with each round. One engine works at
 * a time, the others are idle.
 */
final class Rounds {
    /** What runs in the background after a cell, such as a compaction, has so long before the next engine begins. */
    private static final long PAUSE_MILLIS = 150;

    private final SuiteOptions options;
    private final Results results = new Results();

    Rounds(SuiteOptions options) {
        this.options = options;
        options.engines()
                .forEach(name -> results.describe(name, Engines.named(name).description()));
    }

    /** Runs everything, writing each round down as it ends. */
    Results run() throws IOException, InterruptedException {
        try (BufferedWriter raw = Files.newBufferedWriter(options.output().resolve("rounds.csv"))) {
            raw.write(Results.RAW_HEAD + System.lineSeparator());
            for (int start = 0; start < options.starts(); start++) {
                startOnce();
            }
            for (int valueBytes :
                    options.cells().stream().map(Cell::valueBytes).distinct().toList()) {
                block(valueBytes, raw);
            }
        }
        return results;
    }

    private void startOnce() throws IOException {
        for (String engine : options.engines()) {
            try (EngineClient client = new EngineClient(engine, options, 100)) {
                results.started(engine, client.firstPutMillis());
            }
        }
    }

    private void block(int valueBytes, BufferedWriter raw) throws IOException, InterruptedException {
        List<Cell> cells = options.cells().stream()
                .filter(cell -> cell.valueBytes() == valueBytes)
                .toList();
        Map<String, EngineClient> clients = new LinkedHashMap<>();
        try {
            for (String engine : options.engines()) {
                if (cells.stream().anyMatch(cell -> does(engine, cell))) {
                    clients.put(engine, prepared(engine, valueBytes, cells));
                }
            }
            for (int round = 0; round < options.rounds(); round++) {
                for (Cell cell : cells) {
                    round(round, cell, clients, raw);
                }
            }
            for (Map.Entry<String, EngineClient> client : clients.entrySet()) {
                long resident = client.getValue().residentBytes();
                EngineClient.Remains remains = client.getValue().closeEngine();
                results.ended(client.getKey(), valueBytes, resident, remains.bytes(), remains.remark());
            }
        } finally {
            for (EngineClient client : clients.values()) {
                client.close();
            }
        }
    }

    private EngineClient prepared(String engine, int valueBytes, List<Cell> cells) throws IOException {
        System.out.println("starting, loading and warming up " + engine + ", " + valueBytes + " B");
        EngineClient client = new EngineClient(engine, options, valueBytes);
        try {
            results.started(engine, client.firstPutMillis());
            client.load();
            for (Cell cell : cells) {
                if (does(engine, cell)) {
                    client.run(cell, 0, options.warmUp());
                }
            }
            return client;
        } catch (IOException | RuntimeException e) {
            client.close();
            throw e;
        }
    }

    private void round(int round, Cell cell, Map<String, EngineClient> clients, BufferedWriter raw)
            throws IOException, InterruptedException {
        List<String> order = new ArrayList<>(clients.keySet());
        Collections.rotate(order, -round);
        if (round % 2 == 1) {
            // So that it is not always the same two that follow each other.
            Collections.reverse(order);
        }
        StringJoiner told = new StringJoiner(", ");
        for (String engine : order) {
            if (does(engine, cell)) {
                Figures figures = clients.get(engine).run(cell, options.ramp(), options.seconds());
                results.add(engine, cell, round, figures);
                raw.write(engine + "," + cell + "," + round + "," + figures.line() + System.lineSeparator());
                raw.flush();
                told.add(String.format(Locale.ROOT, "%s %,.0f", engine, figures.get(Figure.THROUGHPUT)));
                Thread.sleep(PAUSE_MILLIS);
            }
        }
        System.out.println("round " + (round + 1) + " of " + options.rounds() + ", " + cell + ", requests/s: " + told);
    }

    private static boolean does(String engine, Cell cell) {
        return cell.name().matches(Engines.named(engine).cells());
    }
}
