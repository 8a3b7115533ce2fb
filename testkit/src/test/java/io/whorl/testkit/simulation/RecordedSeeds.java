package io.whorl.testkit.simulation;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Reads the files of seeds that are kept for ever; a number sign begins a comment. */
final class RecordedSeeds {
    private RecordedSeeds() {}

    static List<String> lines(String file) {
        try (BufferedReader lines = new BufferedReader(
                new InputStreamReader(RecordedSeeds.class.getResourceAsStream(file), StandardCharsets.UTF_8))) {
            return lines.lines()
                    .map(line -> line.replaceAll("#.*", "").trim())
                    .filter(line -> !line.isEmpty())
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
