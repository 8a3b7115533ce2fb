package io.whorl.benchmarks.growth;

import io.whorl.benchmarks.growth.Row.Dimension;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Varies one thing after the other and prints a table of what that changes. Rows that were measured before are taken from the file of
 * results; without it all are measured anew.
 *
 * <p>Arguments: the dimensions, separated by commas; {@code true} for the small ends alone; the file of results; the document to write the
 * table into, {@code none} for none.
 */
public final class GrowthBenchmark {
    private static final double SECONDS = 5;

    private GrowthBenchmark() {}

    public static void main(String[] arguments) throws IOException {
        List<Dimension> dimensions = Arrays.stream(arguments[0].split(","))
                .map(name -> Dimension.valueOf(name.toUpperCase(Locale.ROOT)))
                .toList();
        Results results = Results.in(Path.of(arguments[2]));
        Table table = new Table();
        for (Dimension dimension : dimensions) {
            table.dimension(dimension);
            for (Row row : Row.of(dimension, Boolean.parseBoolean(arguments[1]))) {
                if (results.of(row).isEmpty()) {
                    results.add(row, measure(row));
                }
                table.row(row, results.of(row).orElseThrow());
            }
        }
        System.out.println(table);
        if (!arguments[3].equals("none")) {
            Path document = Path.of(arguments[3]);
            Files.writeString(document, table.in(Files.readString(document)));
        }
    }

    private static Figures measure(Row row) throws IOException {
        System.out.println("measuring " + row);
        Path directory = Files.createTempDirectory("whorl-growth");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xmx2g",
                "--enable-native-access=ALL-UNNAMED",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
                "-classpath",
                System.getProperty("java.class.path"),
                RowBenchmark.class.getName(),
                directory.toString(),
                String.valueOf(SECONDS)));
        command.addAll(row.words());
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                if (line.startsWith(RowBenchmark.RESULT)) {
                    return Figures.parse(
                            List.of(line.substring(RowBenchmark.RESULT.length()).split(" ")));
                }
                System.out.println(line);
            }
            throw new IOException("the JVM that measured " + row + " ended without figures; what it said is above");
        } finally {
            // With its figures it has nothing left to do, without them it never will.
            process.destroyForcibly().onExit().join();
            Footprint.delete(directory);
        }
    }
}
