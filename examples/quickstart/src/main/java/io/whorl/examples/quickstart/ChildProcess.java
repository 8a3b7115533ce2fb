package io.whorl.examples.quickstart;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The process in which the third node runs. */
final class ChildProcess implements AutoCloseable {
    private final Process process;

    private ChildProcess(Process process) {
        this.process = process;
    }

    /** Starts a JVM like this one; the node in it is not ready yet. */
    static ChildProcess start(Contacts contacts, Path directory) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "--enable-native-access=ALL-UNNAMED",
                "-Dslf4j.internal.verbosity=ERROR",
                "-classpath",
                System.getProperty("java.class.path"),
                ThirdNode.class.getName(),
                directory.toString()));
        command.addAll(contacts.addresses());
        return new ChildProcess(new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
    }

    /**
     * Waits until its node belongs to the cluster.
     *
     * @throws IOException if the process ends before
     */
    void awaitReady() throws IOException {
        BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
        String line = output.readLine();
        if (!ThirdNode.READY.equals(line)) {
            throw new IOException("the third node's process did not become ready, but said: " + line);
        }
    }

    long pid() {
        return process.pid();
    }

    /** Ends the process at once, as {@code kill -9} does, and waits until it is gone. */
    void kill() {
        process.destroyForcibly().onExit().join();
    }

    @Override
    public void close() {
        kill();
    }
}
