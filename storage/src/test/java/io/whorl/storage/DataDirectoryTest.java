package io.whorl.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.whorl.core.spi.Space;
import io.whorl.core.spi.StorageEngine;
import io.whorl.core.spi.StorageException;
import io.whorl.core.spi.StorageException.Kind;
import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which directories are opened, and how the others are refused. */
class DataDirectoryTest {
    @TempDir
    Path temporary;

    private Path directory;

    @BeforeEach
    void name_the_directory() {
        directory = temporary.resolve("nodes/n1");
    }

    @Test
    void a_missing_directory_is_created_with_its_format() throws Exception {
        open().close();

        assertThat(directory.resolve("FORMAT")).hasContent("whorl-storage-format 1\n");
        assertThat(directory.resolve("rocks/CURRENT")).exists();
    }

    @Test
    void an_empty_directory_is_taken() throws Exception {
        Files.createDirectories(directory.resolve("lost+found"));
        open().close();
        assertThat(directory.resolve("FORMAT")).exists();
    }

    @Test
    void a_start_that_was_cut_off_before_the_database_was_made_is_completed() throws Exception {
        Files.createDirectories(directory);
        Files.writeString(directory.resolve("FORMAT.new"), "whorl-sto");
        open().close();
        Files.delete(directory.resolve("DURABLE"));
        deleteTree(directory.resolve("rocks"));

        try (StorageEngine engine = open()) {
            assertThat(engine.get(Space.META, new byte[1])).isNull();
        }
    }

    @Test
    void a_start_that_was_cut_off_while_the_database_was_made_is_completed() throws Exception {
        open().close();
        Files.delete(directory.resolve("DURABLE"));
        deleteFiles(directory.resolve("rocks"), ".log");

        try (StorageEngine engine = open()) {
            engine.apply(StorageProcess.batch(1));
        }

        // Once there was something in the database, a missing log is a loss, whatever else is missing.
        open().close();
        Files.delete(directory.resolve("DURABLE"));
        deleteFiles(directory.resolve("rocks"), ".log");
        assertThat(catchThrowableOfType(StorageException.class, this::open).kind())
                .isEqualTo(Kind.CORRUPTION);
    }

    @Test
    void a_second_open_in_the_same_process_is_refused_and_does_not_disturb_the_first() {
        try (StorageEngine engine = open()) {
            for (int attempt = 0; attempt < 2; attempt++) {
                assertThat(refused())
                        .hasMessageContaining("in use by another node")
                        .hasMessageContaining("n1");
            }
            engine.apply(StorageProcess.batch(1));
        }
        open().close();
    }

    @Test
    void a_directory_that_another_process_has_open_is_refused() throws Exception {
        Process process = StorageProcess.start("hold", directory);
        try (BufferedReader lines = process.inputReader()) {
            assertThat(lines.readLine()).isEqualTo("open");
            assertThat(refused()).hasMessageContaining("in use by another node");

            process.getOutputStream().close();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        try (StorageEngine engine = open()) {
            assertThat(engine.get(Space.RECORDS, StorageProcess.key(1))).isNotNull();
        }
    }

    @Test
    void a_newer_format_is_refused_with_both_versions_named() throws Exception {
        open().close();
        Files.writeString(directory.resolve("FORMAT"), "whorl-storage-format 7\n");

        assertThat(refused()).hasMessageContaining("format 7").hasMessageContaining("format 1 at most");
    }

    @Test
    void a_format_file_that_is_not_ours_is_refused() throws Exception {
        Files.createDirectories(directory);
        for (String text :
                new String[] {"", "7", "whorl-storage-format x", "x".repeat(5000), "whorl-storage-format 0"}) {
            Files.writeString(directory.resolve("FORMAT"), text);
            assertThat(refused().getMessage()).containsAnyOf("file FORMAT", "format 0");
            assertThat(directory.resolve("rocks")).doesNotExist();
        }
    }

    @Test
    void a_directory_with_foreign_content_is_refused_and_left_as_it_is() throws Exception {
        Files.createDirectories(directory);
        Files.writeString(directory.resolve("thesis.txt"), "dear");

        assertThat(refused()).hasMessageContaining("thesis.txt").hasMessageContaining("empty");
        try (var content = Files.list(directory)) {
            assertThat(content).containsExactly(directory.resolve("thesis.txt"));
        }
    }

    @Test
    void a_file_in_the_place_of_the_directory_is_refused() throws Exception {
        Files.createDirectories(directory.getParent());
        Files.writeString(directory, "a file");

        assertThat(refused()).hasMessageContaining("not a directory");
    }

    @Test
    void a_path_below_a_file_is_refused() throws Exception {
        Files.createDirectories(directory.getParent());
        Files.writeString(directory, "a file");
        directory = directory.resolve("below");

        assertThat(refused()).hasMessageContaining("cannot be prepared");
    }

    private StorageEngine open() {
        return RocksStorageEngine.open(directory, RocksOptions.defaults());
    }

    private StorageException refused() {
        StorageException refusal = catchThrowableOfType(StorageException.class, () -> open().close());
        assertThat(refusal).isNotNull();
        assertThat(refusal.kind()).isEqualTo(Kind.UNUSABLE);
        return refusal;
    }

    private static void deleteFiles(Path folder, String suffix) throws Exception {
        try (var files = Files.list(folder)) {
            for (Path file :
                    files.filter(file -> file.toString().endsWith(suffix)).toList()) {
                Files.delete(file);
            }
        }
    }

    private static void deleteTree(Path root) throws Exception {
        try (var files = Files.walk(root)) {
            for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
