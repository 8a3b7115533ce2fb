package io.whorl.benchmarks.sidebyside;

import io.whorl.benchmarks.sidebyside.contender.Engines;
import io.whorl.benchmarks.sidebyside.engine.Engine;
import io.whorl.benchmarks.sidebyside.work.Bench;
import io.whorl.benchmarks.sidebyside.work.Cell;
import io.whorl.benchmarks.sidebyside.work.Payload;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A JVM with one engine in it. It does what the lines of its input say and answers each with one line of output, {@code ok} and
 * what was asked for; it ends with its input, or when something fails, which its error output tells.
 *
 * <p>Arguments: the engine's name, its directory, how many keys, how long the values.
 */
final class EngineProcess {
    private EngineProcess() {}

    public static void main(String[] arguments) {
        PrintStream answers = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        // Libraries greet on the standard output, which is taken.
        System.setOut(System.err);
        int status = 0;
        try {
            serve(arguments, answers);
        } catch (Throwable thrown) {
            thrown.printStackTrace();
            status = 1;
        }
        Runtime.getRuntime().halt(status);
    }

    private static void serve(String[] arguments, PrintStream answers) throws Exception {
        Path directory = Path.of(arguments[1]);
        Payload payload = new Payload(Integer.parseInt(arguments[2]), Integer.parseInt(arguments[3]));
        Files.createDirectories(directory);
        long begun = System.nanoTime();
        Engine engine = Engines.named(arguments[0]).open(directory);
        Bench bench = new Bench(engine, payload);
        bench.first();
        answers.println("ok " + (System.nanoTime() - begun) / 1e6);
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        String line;
        while ((line = commands.readLine()) != null) {
            answers.println("ok " + answer(line.split(" "), engine, bench, directory));
        }
    }

    private static String answer(String[] command, Engine engine, Bench bench, Path directory) throws Exception {
        switch (command[0]) {
            case "load" -> {
                long begun = System.nanoTime();
                bench.load();
                return String.valueOf((System.nanoTime() - begun) / 1e9);
            }
            case "run" -> {
                double ramp = Double.parseDouble(command[2]);
                double seconds = Double.parseDouble(command[3]);
                return bench.run(Cell.parse(command[1]), ramp, seconds).line();
            }
            case "resident" -> {
                return String.valueOf(Bench.residentBytes());
            }
            case "close" -> {
                String remark = bench.siblings();
                engine.close();
                return Disk.compacted(directory) + " " + remark;
            }
            default -> throw new IllegalArgumentException("no such command: " + command[0]);
        }
    }
}
