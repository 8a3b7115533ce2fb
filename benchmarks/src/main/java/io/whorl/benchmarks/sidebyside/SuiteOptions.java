package io.whorl.benchmarks.sidebyside;

import io.whorl.benchmarks.sidebyside.work.Cell;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What is run.
 *
 * @param engines the engines' names
 * @param cells the work; those that an engine does not do are left out for it
 * @param rounds how often each engine does each cell
 * @param seconds how long a cell is measured
 * @param ramp how many seconds each run goes on before it is measured
 * @param warmUp how many seconds each engine does each cell once, before the first round
 * @param starts how often each engine is started besides, to see how long it takes
 * @param keys how many keys there are
 * @param heap the heap of each engine's JVM, as in {@code 2g}
 * @param jvm more flags for each engine's JVM
 * @param output where the raw rounds, the logs and the engines' files go
 * @param write whether the tables and the picture are written into the documents
 * @param docs the folder of the documents
 */
record SuiteOptions(
        List<String> engines,
        List<Cell> cells,
        int rounds,
        double seconds,
        double ramp,
        double warmUp,
        int starts,
        int keys,
        String heap,
        String jvm,
        Path output,
        boolean write,
        Path docs) {

    static final String USAGE =
            "arguments: [--suite quick|full] [--engines a,b] [--cells put100x16,get100x16] [--rounds 3] [--seconds 3] [--ramp 0.3]"
                    + " [--warmup 2] [--starts 0] [--keys 100000] [--heap 2g] [--jvm \"flags\"] [--output directory] [--write false] [--docs ../docs]";

    private static final String QUICK_ENGINES = "whorl,rocks,floor,floor-batch,hazelcast,ignite-wal";
    private static final String QUICK_CELLS = "put100x1,put100x16,get100x1,get100x16,a100x16,put100async1024";
    private static final String FULL_ENGINES =
            "whorl,whorl-r1,whorl-single,whorl-memory,whorl-fsync,rocks,rocks-sync,floor,floor-batch,hazelcast,ignite-wal";
    private static final String FULL_CELLS = "put100x1,put100x16,put100async64,put100async1024,"
            + "get100x1,get100x16,get100async64,get100async1024,a100x1,a100x16,b100x16,"
            + "put1024x1,put1024x16,put1024async64,get1024x1,get1024x16,get1024async64,a1024x16,b1024x16";

    /**
     * Reads the command line.
     *
     * @throws IllegalArgumentException if it is not as {@link #USAGE} says
     */
    static SuiteOptions parse(String... arguments) {
        Map<String, String> given = new HashMap<>();
        if (arguments.length % 2 != 0) {
            throw new IllegalArgumentException("an option without its value; " + USAGE);
        }
        for (int i = 0; i < arguments.length; i += 2) {
            given.put(arguments[i], arguments[i + 1]);
        }
        Set<String> unknown = new HashSet<>(given.keySet());
        unknown.removeIf(name -> name.startsWith("--") && USAGE.contains("[" + name + " "));
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException("unknown options " + unknown + "; " + USAGE);
        }
        String suite = given.getOrDefault("--suite", "quick");
        if (!suite.equals("quick") && !suite.equals("full")) {
            throw new IllegalArgumentException("the suite is quick or full, not " + suite);
        }
        return of(given, suite.equals("full"));
    }

    private static SuiteOptions of(Map<String, String> given, boolean full) {
        return new SuiteOptions(
                list(given.getOrDefault("--engines", full ? FULL_ENGINES : QUICK_ENGINES)),
                list(given.getOrDefault("--cells", full ? FULL_CELLS : QUICK_CELLS)).stream()
                        .map(Cell::parse)
                        .toList(),
                Integer.parseInt(given.getOrDefault("--rounds", "3")),
                Double.parseDouble(given.getOrDefault("--seconds", full ? "3" : "1.6")),
                Double.parseDouble(given.getOrDefault("--ramp", "0.3")),
                Double.parseDouble(given.getOrDefault("--warmup", full ? "3" : "1.2")),
                Integer.parseInt(given.getOrDefault("--starts", full ? "2" : "0")),
                Integer.parseInt(given.getOrDefault("--keys", "100000")),
                given.getOrDefault("--heap", "2g"),
                given.getOrDefault("--jvm", ""),
                Path.of(given.getOrDefault("--output", "target/side-by-side")).toAbsolutePath(),
                Boolean.parseBoolean(given.getOrDefault("--write", "false")),
                Path.of(given.getOrDefault("--docs", "../docs")).toAbsolutePath());
    }

    private static List<String> list(String text) {
        return Arrays.stream(text.split(",")).map(String::strip).toList();
    }
}
