package io.whorl.processes;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.awaitility.Awaitility;

/** A {@link NodeProcess} as the test sees it: its pipes, and everything that it has said. */
final class NodeHandle {
    private final Process process;
    private final Queue<String> acknowledged = new ConcurrentLinkedQueue<>();
    private final Queue<String> said = new ConcurrentLinkedQueue<>();
    private final AtomicLong unknown = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();

    private NodeHandle(Process process) {
        this.process = process;
        Thread reader = new Thread(this::read, "reader of process " + process.pid());
        reader.setDaemon(true);
        reader.start();
    }

    static NodeHandle start(String address, Path directory, String contactPoints) throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                        "-cp",
                        System.getProperty("java.class.path"),
                        NodeProcess.class.getName(),
                        address,
                        directory.toString(),
                        contactPoints)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        return new NodeHandle(process);
    }

    private void read() {
        try (BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                if (line.startsWith("acknowledged ")) {
                    acknowledged.add(line.substring("acknowledged ".length()));
                } else if (line.startsWith("unknown ")) {
                    unknown.incrementAndGet();
                } else if (line.startsWith("refused ")) {
                    refused.incrementAndGet();
                } else {
                    said.add(line);
                }
            }
        } catch (IOException e) {
            // The process was killed while it spoke; what it had said until then counts.
            said.add("gone");
        }
    }

    void tell(String command) {
        try {
            process.getOutputStream().write((command + "\n").getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().flush();
        } catch (IOException e) {
            throw new UncheckedIOException("the process is gone, and cannot be told to " + command, e);
        }
    }

    /** Waits for a line that begins so, and takes it. */
    String expect(String beginning, int seconds) {
        Predicate<String> wanted = line -> line.startsWith(beginning);
        Awaitility.await("a line '" + beginning + "…'")
                .atMost(seconds, TimeUnit.SECONDS)
                .until(() -> said.stream().anyMatch(wanted));
        String line = said.stream().filter(wanted).findFirst().orElseThrow();
        said.remove(line);
        return line;
    }

    Queue<String> acknowledged() {
        return acknowledged;
    }

    long unknown() {
        return unknown.get();
    }

    long refused() {
        return refused.get();
    }

    /** SIGKILL. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }
}
