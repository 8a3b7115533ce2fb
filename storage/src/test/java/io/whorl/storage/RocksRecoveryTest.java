package io.whorl.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.whorl.core.spi.Space;
import io.whorl.core.spi.StorageEngine;
import io.whorl.core.spi.StorageEngine.Cursor;
import java.io.BufferedReader;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is there after a restart, however the engine ended before. */
class RocksRecoveryTest {
    private static final long DEADLINE_SECONDS = 60;

    @TempDir
    Path temporary;

    @Test
    void everything_is_there_after_a_clean_restart() {
        Path directory = temporary.resolve("data");
        for (int start = 0; start < 3; start++) {
            try (StorageEngine engine = StorageProcess.open(directory)) {
                assertPrefix(engine, start * 600);
                for (int number = start * 600 + 1; number <= start * 600 + 600; number++) {
                    engine.apply(StorageProcess.batch(number));
                }
            }
        }
        try (StorageEngine engine = RocksStorageEngine.open(directory, RocksOptions.defaults())) {
            assertPrefix(engine, 1800);
        }
    }

    @Test
    void a_killed_process_loses_nothing_that_it_had_applied() throws Exception {
        Path directory = temporary.resolve("data");
        int applied = 0;
        for (int kill = 1; kill <= 4; kill++) {
            Process process = StorageProcess.start("write", directory);
            try (BufferedReader lines = process.inputReader()) {
                int target = applied + 800;
                while (applied < target) {
                    applied = Integer.parseInt(lines.readLine());
                }
                // By its handle, since the process itself would close the pipe, with what it still holds.
                process.toHandle().destroyForcibly();
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    // The last line may be cut in two by the kill; then it is shorter than the one before.
                    if (line.length() >= String.valueOf(applied).length()) {
                        applied = Integer.parseInt(line);
                    }
                }
            }
            assertThat(process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS)).isTrue();

            try (StorageEngine engine = StorageProcess.open(directory)) {
                int last = last(engine);
                assertThat(last).isGreaterThanOrEqualTo(applied);
                assertPrefix(engine, last);
                applied = last;
            }
        }
    }

    @Test
    void a_full_disk_is_reported_and_loses_nothing() throws Exception {
        Path disk = Files.createDirectory(temporary.resolve("disk"));
        // A small file system that only the child process sees, and that ends with it.
        List<String> smallDisk = List.of(
                "unshare",
                "--user",
                "--map-root-user",
                "--mount",
                "sh",
                "-c",
                "mount -t tmpfs -o size=24m tmpfs " + disk + " && exec \"$@\"",
                "sh");
        assumeThat(canRun(smallDisk))
                .as("this system lets a test mount a small file system")
                .isTrue();

        Process process = StorageProcess.start(smallDisk, List.of(), "fill", disk.resolve("data"));
        String output = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);

        assertThat(process.waitFor()).as(output).isZero();
        assertThat(output).contains("no space is left for " + disk).contains("Free some");
        assertThat(output).doesNotContain("lost").endsWith("ended with FULL after some batches\n");
    }

    private static boolean canRun(List<String> prefix) throws Exception {
        List<String> command = new java.util.ArrayList<>(prefix);
        command.add("true");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (java.io.IOException e) {
            return false;
        }
    }

    private static int last(StorageEngine engine) {
        byte[] last = engine.get(Space.META, StorageProcess.LAST);
        return last == null ? 0 : ByteBuffer.wrap(last).getInt();
    }

    /** Asserts that the engine holds the effect of the batches up to this one, and no other. */
    private static void assertPrefix(StorageEngine engine, int last) {
        assertThat(last(engine)).isEqualTo(last);
        assertKeys(engine, Space.RECORDS, 1, last);
        assertKeys(engine, Space.DOTS, Math.max(1, last - 100), last);
    }

    private static void assertKeys(StorageEngine engine, Space space, int first, int last) {
        int expected = first;
        try (Cursor cursor = engine.scan(space, new byte[0], null)) {
            while (cursor.next()) {
                assertThat(ByteBuffer.wrap(cursor.key()).getInt()).isEqualTo(expected);
                assertThat(ByteBuffer.wrap(cursor.value()).getInt()).isEqualTo(expected);
                expected++;
            }
        }
        assertThat(expected).isEqualTo(last + 1);
    }
}
