package io.whorl.examples.console;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A console in a process of its own, driven through its standard input and output. */
final class ConsoleProcess implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 60;
    private static final String PROMPT = "> ";

    private final Process process;
    private final PrintWriter input;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

    ConsoleProcess(int node, List<String> contacts, Path directory) throws IOException {
        process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "--enable-native-access=ALL-UNNAMED",
                        "-Dslf4j.internal.verbosity=ERROR",
                        "-classpath",
                        System.getProperty("java.class.path"),
                        Console.class.getName(),
                        Integer.toString(node),
                        String.join(",", contacts),
                        directory.toString())
                .redirectErrorStream(true)
                .start();
        input = new PrintWriter(process.outputWriter(StandardCharsets.UTF_8), true);
        Thread reader = new Thread(this::read, "console-" + node);
        reader.setDaemon(true);
        reader.start();
    }

    private void read() {
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            String line = output.readLine();
            while (line != null) {
                lines.add(line);
                line = output.readLine();
            }
        } catch (IOException e) {
            lines.add("the output broke off: " + e);
        }
    }

    /** Waits for a line that contains the text; the lines before it are passed over. */
    String awaitLine(String text) throws InterruptedException {
        List<String> passed = new ArrayList<>();
        while (true) {
            String line = lines.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (line == null) {
                throw new AssertionError("no line with '" + text + "', but " + passed);
            }
            if (line.contains(text)) {
                return line;
            }
            passed.add(line);
        }
    }

    /** Sends a command and gives the first line of what it says, which is the one that the prompt stands before. */
    String ask(String command) throws InterruptedException {
        input.println(command);
        return awaitLine(PROMPT).substring(PROMPT.length());
    }

    /** Sends {@code quit} and waits for the end; the exit code. */
    int quit() throws InterruptedException {
        input.println("quit");
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("the console does not quit");
        }
        return process.exitValue();
    }

    /** Ends the process as {@code kill -9} does. */
    void kill() {
        process.destroyForcibly().onExit().join();
    }

    @Override
    public void close() {
        kill();
    }
}
