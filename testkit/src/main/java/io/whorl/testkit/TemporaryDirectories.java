package io.whorl.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A place for the nodes' data that is removed in the end; or none, for nodes in memory. */
final class TemporaryDirectories implements AutoCloseable {
    private final Optional<Path> root;

    TemporaryDirectories(boolean wanted) {
        try {
            root = wanted ? Optional.of(Files.createTempDirectory("whorl-test-cluster")) : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("no temporary directory could be made for the nodes' data", e);
        }
    }

    Optional<Path> directory(int index) {
        return root.map(path -> path.resolve("node-" + index));
    }

    @Override
    public void close() {
        root.ifPresent(TemporaryDirectories::remove);
    }

    static void remove(Path root) {
        if (!Files.exists(root)) {
            return;
        }
        List<Path> deepestFirst;
        try (Stream<Path> all = Files.walk(root)) {
            deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
            for (Path path : deepestFirst) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the nodes' data in " + root + " could not be removed", e);
        }
    }
}
