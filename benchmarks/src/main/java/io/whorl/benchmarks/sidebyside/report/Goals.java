package io.whorl.benchmarks.sidebyside.report;

import io.whorl.benchmarks.sidebyside.report.Goal.Disk;
import io.whorl.benchmarks.sidebyside.report.Goal.Ratio;
import io.whorl.benchmarks.sidebyside.report.Goal.Start;
import io.whorl.benchmarks.sidebyside.work.Cell;
import io.whorl.benchmarks.sidebyside.work.Figures.Figure;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/** What Whorl is to reach, beside what a run measured. */
final class Goals {
    private static final String WHORL = "whorl";
    private static final String SINGLE = "whorl-single";
    private static final String ROCKS = "rocks";
    private static final String FLOOR = "floor";
    private static final String BATCH = "floor-batch";
    private static final String HAZELCAST = "hazelcast";
    private static final String IGNITE = "ignite-wal";

    private final List<Goal> all = new ArrayList<>();

    private Goals() {
        throughput("put 100 B, 16 callers", "put100x16", 3, IGNITE);
        throughput("put 100 B, 16 callers", "put100x16", 3, HAZELCAST);
        throughput("put 100 B, 16 callers", "put100x16", 1.3, FLOOR);
        throughput("put 100 B, 16 callers", "put100x16", 0.9, BATCH);
        throughput("put 100 B, 1 caller", "put100x1", 2.5, IGNITE);
        throughput("put 100 B, 1 caller", "put100x1", 1, FLOOR);
        throughput("put 1 KiB, 16 callers", "put1024x16", 3, IGNITE);
        throughput("put 1 KiB, 16 callers", "put1024x16", 1, FLOOR);
        throughput("get 100 B, R=2, 16 callers", "get100x16", 1.3, FLOOR, BATCH);
        throughput("get 100 B, R=2, 16 callers", "get100x16", 1.4, HAZELCAST);
        throughput("get 100 B, R=2, 1 caller", "get100x1", 1, FLOOR);
        ratio("get 100 B, R=1 on an owner, 16 callers", "whorl-r1", "get100x16", Figure.THROUGHPUT, 0.7, ROCKS);
        throughput("50/50 zipfian 100 B, 16 callers", "a100x16", 1.3, FLOOR);
        throughput("50/50 zipfian 100 B, 16 callers", "a100x16", 1.8, IGNITE);
        throughput("put 100 B, 1,024 in flight", "put100async1024", 1, BATCH);
        throughput("put 100 B, 1,024 in flight", "put100async1024", 2, HAZELCAST);
        throughput("get 100 B, 1,024 in flight", "get100async1024", 1, BATCH);
        throughput("get 100 B, 1,024 in flight", "get100async1024", 2, HAZELCAST);
        ratio("FSYNC put 100 B, 16 callers", "whorl-fsync", "put100x16", Figure.THROUGHPUT, 0.7, "rocks-sync");
        ratio("p99 of put at 16 callers", WHORL, "put100x16", Figure.P99, 1, FLOOR);
        ratio("p99 of get at 16 callers", WHORL, "get100x16", Figure.P99, 1, FLOOR);
        ratio("CPU per put at 16 callers", WHORL, "put100x16", Figure.CPU, 1, FLOOR);
        ratio("single node, N=1, put, 16 callers", SINGLE, "put100x16", Figure.THROUGHPUT, 0.6, ROCKS);
        ratio("single node, N=1, get, 16 callers", SINGLE, "get100x16", Figure.THROUGHPUT, 0.7, ROCKS);
        all.add(new Start("three nodes started, first put, RocksDB and TCP", WHORL, 600));
        all.add(new Start("three nodes started, first put, in memory", "whorl-memory", 100));
        all.add(new Disk("bytes on disk after compaction, 1 KiB", WHORL, 1024, 3.3, ROCKS));
        all.add(new Disk("bytes on disk after compaction, 100 B", WHORL, 100, 4.5, ROCKS));
    }

    /** The table of those goals that the run has measured. */
    static void table(StringBuilder text, Results results) {
        Table table = new Table(text, "Goals", List.of("work", "goal", "measured", "met"));
        int open = 0;
        for (Goal goal : new Goals().all) {
            OptionalDouble measured = goal.measured(results);
            if (measured.isEmpty()) {
                open++;
                continue;
            }
            String verdict = goal.met(measured.getAsDouble()) ? "met" : "not met";
            table.row(List.of(goal.work(), goal.bound(), Numbers.shown(measured), verdict));
        }
        if (open > 0) {
            text.append("\nNot measured in this run: ").append(open).append(" more.\n");
        }
    }

    private void throughput(String work, String cell, double factor, String... others) {
        ratio(work, WHORL, cell, Figure.THROUGHPUT, factor, others);
    }

    private void ratio(String work, String engine, String cell, Figure figure, double factor, String... others) {
        all.add(new Ratio(work, engine, Cell.parse(cell), figure, factor, List.of(others)));
    }
}
