package io.whorl.testkit.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** Set.of's salt and identity hashes are constant within one JVM, so one process cannot see that they leak into a run. */
class DeterminismTest {
    private static final int SEEDS = 5;
    private static final Duration LENGTH = Duration.ofSeconds(30);

    /** Prints the trace hashes; run in the other process. */
    static final class Other {
        private Other() {}

        public static void main(String[] arguments) {
            hashes().forEach(System.out::println);
        }
    }

    private static List<String> hashes() {
        List<String> hashes = new ArrayList<>();
        for (int seed = 1; seed <= SEEDS; seed++) {
            SimulationResult result = Simulation.seed(seed).run(LENGTH);
            hashes.add(String.format(Locale.ROOT, "hash %d %016x", seed, result.traceHash()));
        }
        return hashes;
    }

    @Test
    void another_process_runs_the_same_seeds_in_the_same_way() throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-Dorg.slf4j.simpleLogger.defaultLogLevel=off",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Other.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        List<String> mine = hashes();
        List<String> theirs = new ArrayList<>();
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            lines.lines().filter(line -> line.startsWith("hash ")).forEach(theirs::add);
        }

        assertThat(process.waitFor()).isZero();
        assertThat(theirs).hasSize(SEEDS).isEqualTo(mine);
    }
}
