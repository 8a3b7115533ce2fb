package io.whorl.benchmarks.sidebyside;

import io.whorl.benchmarks.sidebyside.work.Cell;
import io.whorl.benchmarks.sidebyside.work.Figures;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The other end of an {@link EngineProcess}: starts it, has it work, and ends it. */
final class EngineClient implements AutoCloseable {
    private final String name;
    private final Path place;
    private final Path log;
    private final Process process;
    private final PrintStream commands;
    private final BufferedReader answers;
    private final double firstPutMillis;

    /**
     * What there is to say of an engine once it is closed.
     *
     * @param bytes how long its files are, compacted where they are RocksDB's
     * @param remark what it says itself, or nothing
     */
    record Remains(long bytes, String remark) {}

    /** Starts one and waits for its first put. */
    EngineClient(String name, SuiteOptions options, int valueBytes) throws IOException {
        this.name = name;
        this.place = options.output().resolve(name);
        Disk.delete(place);
        this.log = options.output().resolve(name + ".log");
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(JvmFlags.of(name, options));
        command.addAll(List.of("-classpath", System.getProperty("java.class.path"), EngineProcess.class.getName()));
        command.addAll(List.of(name, place.toString(), String.valueOf(options.keys()), String.valueOf(valueBytes)));
        process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.to(log.toFile()))
                .start();
        commands = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
        answers = process.inputReader(StandardCharsets.UTF_8);
        firstPutMillis = Double.parseDouble(answer());
    }

    /** How long the engine took from the begin of its start to the acknowledgement of the first put. */
    double firstPutMillis() {
        return firstPutMillis;
    }

    void load() throws IOException {
        ask("load");
    }

    Figures run(Cell cell, double ramp, double seconds) throws IOException {
        return Figures.parse(ask("run " + cell + " " + ramp + " " + seconds));
    }

    long residentBytes() throws IOException {
        return Long.parseLong(ask("resident"));
    }

    /** Closes the engine; nothing but the end of the process can follow. */
    Remains closeEngine() throws IOException {
        String[] parts = ask("close").split(" ", 2);
        return new Remains(Long.parseLong(parts[0]), parts.length > 1 ? parts[1] : "");
    }

    private String ask(String command) throws IOException {
        commands.println(command);
        return answer();
    }

    private String answer() throws IOException {
        String line = answers.readLine();
        if (line == null || !line.startsWith("ok ")) {
            throw new IOException("the process of " + name + " has failed, its last line was " + line + "; see " + log);
        }
        return line.substring("ok ".length()).strip();
    }

    /** Ends the process, and deletes its files. */
    @Override
    public void close() throws IOException {
        commands.close();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        Disk.delete(place);
    }
}
