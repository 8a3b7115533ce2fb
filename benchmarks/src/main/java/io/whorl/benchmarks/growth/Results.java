package io.whorl.benchmarks.growth;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What was measured, in a file: a run that was broken off goes on where it was. */
final class Results {
    private final Path file;
    private final Map<Row, Figures> known = new LinkedHashMap<>();

    private Results(Path file) {
        this.file = file;
    }

    /** What is in the file, if there is one. */
    static Results in(Path file) throws IOException {
        Results results = new Results(file);
        if (Files.exists(file)) {
            int words = Row.of(Row.Dimension.KEYS, true).get(0).words().size();
            for (String line : Files.readAllLines(file)) {
                List<String> all = List.of(line.split(" "));
                results.known.put(Row.parse(all.subList(0, words)), Figures.parse(all.subList(words, all.size())));
            }
        }
        return results;
    }

    Optional<Figures> of(Row row) {
        return Optional.ofNullable(known.get(row));
    }

    /** Notes a row's figures, in the file too. */
    void add(Row row, Figures figures) throws IOException {
        known.put(row, figures);
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.writeString(
                file,
                String.join(" ", row.words()) + " " + String.join(" ", figures.words()) + "\n",
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
    }
}
