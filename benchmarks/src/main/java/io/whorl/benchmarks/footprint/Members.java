package io.whorl.benchmarks.footprint;

import io.whorl.MemoryBudget;
import io.whorl.Whorl;
import io.whorl.WhorlBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A cluster in this JVM whose members talk over loopback TCP. */
final class Members implements AutoCloseable {
    private static final long MEMORY = 256L << 20;

    private final List<Whorl> nodes = new ArrayList<>();
    private final Path root;

    private Members(Path root) {
        this.root = root;
    }

    /** Starts them; those that are not on disk keep everything in memory. */
    static Members start(int count, boolean onDisk) throws IOException {
        Members members = new Members(Files.createTempDirectory("whorl-footprint"));
        MemoryBudget memory = MemoryBudget.shared(MEMORY, count);
        String[] contacts = {};
        for (int i = 0; i < count; i++) {
            WhorlBuilder builder = Whorl.builder()
                    .listen("127.0.0.1", 0)
                    .foundingNodes(count)
                    .contactPoints(contacts)
                    .memory(memory);
            if (onDisk) {
                builder.dataDirectory(members.directory(i));
            }
            members.nodes.add(builder.startAsync());
            contacts = new String[] {members.nodes.get(0).address()};
        }
        for (Whorl node : members.nodes) {
            node.ready().toCompletableFuture().join();
        }
        return members;
    }

    Whorl node(int index) {
        return nodes.get(index);
    }

    /** Where a node keeps its data. */
    Path directory(int index) {
        return root.resolve("node-" + index);
    }

    /** Closes the nodes, and leaves their data. */
    void stop() {
        nodes.forEach(Whorl::close);
        nodes.clear();
    }

    @Override
    public void close() throws IOException {
        stop();
        remove(root);
    }

    /** Removes a directory with all that is in it. */
    static void remove(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
