package io.whorl.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The files of the repository, which lies two folders above the one that these tests run in. */
final class Repository {
    static final Path ROOT = Path.of("").toAbsolutePath().getParent().getParent();

    private Repository() {}

    static String read(String name) {
        return read(ROOT.resolve(name));
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    /** The documents at the root, and everything in docs. */
    static List<Path> documents() {
        return Stream.concat(files(ROOT, 1, ".md"), files(ROOT.resolve("docs"), 9, ".md"))
                .toList();
    }

    static List<Path> javaSources() {
        return files(ROOT, 99, ".java").toList();
    }

    private static Stream<Path> files(Path folder, int depth, String ending) {
        try (Stream<Path> files = Files.walk(folder, depth)) {
            return files
                    .filter(file -> file.toString().endsWith(ending))
                    .filter(file ->
                            !ROOT.relativize(file).toString().replace('\\', '/').contains("target/"))
                    .sorted()
                    .toList()
                    .stream();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + folder, e);
        }
    }
}
