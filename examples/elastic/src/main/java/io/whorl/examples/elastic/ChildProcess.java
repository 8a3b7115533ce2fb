package io.whorl.examples.elastic;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The process of the node that will be lost. */
final class ChildProcess implements AutoCloseable {
    private final Process process;
    private final String nodeId;

    private ChildProcess(Process process, String nodeId) {
        this.process = process;
        this.nodeId = nodeId;
    }

    /**
     * Starts a JVM like this one, and waits until its node belongs to the cluster.
     *
     * @throws IOException if the process cannot be started, or ends before
     */
    static ChildProcess start(List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "--enable-native-access=ALL-UNNAMED",
                "-Dslf4j.internal.verbosity=ERROR",
                "-classpath",
                System.getProperty("java.class.path"),
                LostNode.class.getName()));
        command.addAll(arguments);
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String line = process.inputReader(StandardCharsets.UTF_8).readLine();
        if (line == null) {
            process.destroyForcibly();
            throw new IOException("the node's process ended before its node was ready");
        }
        return new ChildProcess(process, line);
    }

    String nodeId() {
        return nodeId;
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
