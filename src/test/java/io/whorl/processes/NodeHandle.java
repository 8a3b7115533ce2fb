package io.whorl.processes;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.awaitility.Awaitility;

/** A process that holds a {@link Conversation}, as the test sees it: its pipes, what was asked of it, and everything else that it has said. */
final class NodeHandle {
    private final Process process;
    private final Queue<String> said = new ConcurrentLinkedQueue<>();
    private final Map<Long, CompletableFuture<Optional<String>>> asked = new ConcurrentHashMap<>();
    private final AtomicLong numbers = new AtomicLong();
    private volatile boolean gone;

    private NodeHandle(Process process) {
        this.process = process;
        Thread reader = new Thread(this::read, "reader of process " + process.pid());
        reader.setDaemon(true);
        reader.start();
    }

    /** Starts a process with these options of the JVM, which runs the main method of a class. */
    static NodeHandle start(List<String> options, Class<?> main, String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        Collections.addAll(command, "-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");
        command.addAll(options);
        Collections.addAll(command, "-Dorg.slf4j.simpleLogger.defaultLogLevel=error", "-cp");
        Collections.addAll(command, System.getProperty("java.class.path"), main.getName());
        Collections.addAll(command, arguments);
        return new NodeHandle(new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
    }

    private void read() {
        try (BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                hear(line);
            }
        } catch (IOException e) {
            said.add("the pipe broke: " + e.getMessage()); // it was killed while it spoke
        }
        gone = true;
        asked.values().forEach(answer -> answer.complete(Optional.empty()));
    }

    private void hear(String line) {
        String[] words = line.split(" ", 3);
        if (!words[0].equals("done")) {
            said.add(line);
            return;
        }
        CompletableFuture<Optional<String>> answer = asked.remove(Long.valueOf(words[1]));
        if (answer == null) {
            throw new IllegalStateException("the process answered a second time: " + line);
        }
        answer.complete(Optional.of(words[2]));
    }

    /** Asks for something that is done under a number; the answer is empty if the process died before it gave one. */
    CompletableFuture<Optional<String>> ask(String command, String... words) {
        long number = numbers.incrementAndGet();
        CompletableFuture<Optional<String>> answer = new CompletableFuture<>();
        asked.put(number, answer);
        tell(command + " " + number + " " + String.join(" ", words));
        if (gone) {
            answer.complete(Optional.empty());
        }
        return answer;
    }

    /** Tells it something; a process that is gone does not hear it. */
    synchronized void tell(String command) {
        try {
            process.getOutputStream().write((command + "\n").getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().flush();
        } catch (IOException e) {
            said.add("the process was gone when it was told to " + command);
        }
    }

    /** Waits for a line that begins so, and takes it. */
    String expect(String beginning, int seconds) {
        Predicate<String> wanted = line -> line.startsWith(beginning);
        Awaitility.await("a line '" + beginning + "…'")
                .atMost(seconds, TimeUnit.SECONDS)
                .until(() -> gone || said.stream().anyMatch(wanted));
        String line = said.stream()
                .filter(wanted)
                .findFirst()
                .orElseThrow(() -> new AssertionError("the process ended with " + process.exitValue() + " before '"
                        + beginning + "…'; it had said " + said));
        said.remove(line);
        return line;
    }

    /** Whether its end has been noticed. */
    boolean isGone() {
        return gone;
    }

    /** SIGKILL. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Lets it end by itself, as at the end of its input. */
    void end() throws IOException, InterruptedException {
        process.getOutputStream().close();
        process.waitFor();
    }

    /** SIGSTOP: it stands still, and its connections stay open. */
    void pause() throws IOException, InterruptedException {
        signal("-STOP");
    }

    /** SIGCONT. */
    void resume() throws IOException, InterruptedException {
        signal("-CONT");
    }

    private void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", name, Long.toString(process.pid()))
                .redirectErrorStream(true)
                .start()
                .waitFor();
    }
}
