package io.whorl.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.whorl.core.spi.Space;
import io.whorl.core.spi.StorageEngine;
import io.whorl.core.spi.StorageEngine.Cursor;
import io.whorl.core.spi.StorageException;
import io.whorl.core.spi.StorageException.Kind;
import io.whorl.core.spi.WriteBatch;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damaged and missing files: found out at opening or at reading, and never taken for absent values. */
class RocksDamageTest {
    private static final int ENTRIES = 300;
    private static final int VALUE_BYTES = 100;

    @TempDir
    Path temporary;

    private Path pristine;
    private int copies;

    @BeforeEach
    void write_a_database() {
        pristine = temporary.resolve("pristine");
        try (StorageEngine engine = open(pristine)) {
            for (int i = 0; i < ENTRIES; i++) {
                engine.apply(new WriteBatch().put(Space.RECORDS, StorageProcess.key(i), value(i)));
            }
        }
    }

    @Test
    void flipped_bytes_in_a_table_are_found_by_every_way_of_reading() throws Exception {
        // At the next start, what is in the log goes to a table.
        open(pristine).close();
        long length = Files.size(only(pristine, ".sst"));
        Random random = new Random(7);
        int detected = 0;
        int dataFlips = 0;
        for (int flip = 0; flip < 40; flip++) {
            Path directory = copy();
            long at = flip * length / 40 + random.nextInt((int) (length / 40));
            flip(only(directory, ".sst"), at);
            boolean found = isDetected(directory);
            detected += found ? 1 : 0;
            // Blocks of data come first in a table; what follows has some bytes that nobody reads.
            if (at < length / 2) {
                dataFlips++;
                assertThat(found).as("a flip at %d of %d", at, length).isTrue();
            }
        }
        assertThat(detected).isGreaterThanOrEqualTo(dataFlips);
        assertThat(dataFlips).isPositive();
    }

    /** Whether something failed; whatever was read nevertheless must be right. */
    private static boolean isDetected(Path directory) {
        int failures = 0;
        try (StorageEngine engine = open(directory)) {
            for (int i = 0; i < ENTRIES; i++) {
                byte[] key = StorageProcess.key(i);
                int number = i;
                failures += failures(
                        () -> assertThat(engine.get(Space.RECORDS, key)).isEqualTo(value(number)));
                failures += failures(() -> assertThat(
                                engine.multiGet(Space.RECORDS, List.of(key)).get(0))
                        .isEqualTo(value(number)));
            }
            failures += failures(() -> {
                int number = 0;
                try (Cursor cursor = engine.scan(Space.RECORDS, new byte[0], null)) {
                    while (cursor.next()) {
                        assertThat(cursor.key()).isEqualTo(StorageProcess.key(number));
                        assertThat(cursor.value()).isEqualTo(value(number));
                        number++;
                    }
                }
                assertThat(number).isEqualTo(ENTRIES);
            });
        } catch (StorageException e) {
            assertThat(e.kind()).as(e.getMessage()).isEqualTo(Kind.CORRUPTION);
            failures++;
        }
        return failures > 0;
    }

    private static int failures(Runnable read) {
        try {
            read.run();
            return 0;
        } catch (StorageException e) {
            assertThat(e.kind()).as(e.getMessage()).isEqualTo(Kind.CORRUPTION);
            return 1;
        }
    }

    @Test
    void flipped_bytes_in_the_log_of_synced_batches_are_found_at_the_start() throws Exception {
        long length = Files.size(fullLog(pristine));
        for (int flip = 0; flip < 12; flip++) {
            Path directory = copy();
            flip(fullLog(directory), flip * length / 12 + 20);
            assertThat(refused(directory)).hasMessageContaining("synced");
            // Nor does a second attempt take it for good.
            assertThat(refused(directory)).isNotNull();
        }
    }

    @Test
    void a_log_that_lost_synced_batches_at_its_end_is_found() throws Exception {
        Path directory = copy();
        truncate(fullLog(directory), 500);

        assertThat(refused(directory)).hasMessageContaining("lost batches that had been synced");
    }

    @Test
    void a_torn_tail_of_batches_that_were_not_synced_leaves_a_prefix() throws Exception {
        Path live = temporary.resolve("live");
        try (StorageEngine engine = open(live)) {
            for (int i = 0; i < 100; i++) {
                engine.apply(new WriteBatch().put(Space.RECORDS, StorageProcess.key(i), value(i)));
            }
            // What the machine has on its disk when it loses power now, but for what it has written by chance.
            for (int cut = 1; cut < 3000; cut += 150) {
                Path directory = copy(live);
                truncate(fullLog(directory), cut);
                assertPrefix(directory, 100, cut);
            }
        }
    }

    private static void assertPrefix(Path directory, int applied, int cut) {
        try (StorageEngine engine = open(directory)) {
            int present = 0;
            try (Cursor cursor = engine.scan(Space.RECORDS, new byte[0], null)) {
                while (cursor.next()) {
                    assertThat(cursor.key()).isEqualTo(StorageProcess.key(present));
                    assertThat(cursor.value()).isEqualTo(value(present));
                    present++;
                }
            }
            assertThat(present).isLessThan(applied).isGreaterThanOrEqualTo(applied - cut / VALUE_BYTES - 1);
        }
    }

    @Test
    void a_log_that_is_missing_is_found() throws Exception {
        Path directory = copy();
        Files.delete(fullLog(directory));
        assertThat(refused(directory)).isNotNull();
    }

    @Test
    void a_table_that_is_missing_is_found() throws Exception {
        open(pristine).close();
        Path directory = copy();
        Files.delete(only(directory, ".sst"));
        assertThat(refused(directory)).isNotNull();
    }

    @Test
    void a_database_that_is_missing_is_not_made_anew() throws Exception {
        Path directory = copy();
        Path rocks = directory.resolve("rocks");
        Files.delete(rocks.resolve("CURRENT"));
        assertThat(refused(directory)).hasMessageContaining("is gone");

        try (var files = Files.list(rocks)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        assertThat(refused(directory)).hasMessageContaining("is gone");
    }

    @Test
    void a_damaged_manifest_is_found() throws Exception {
        Path directory = copy();
        Path manifest;
        try (var files = Files.list(directory.resolve("rocks"))) {
            manifest = files.filter(file -> file.getFileName().toString().startsWith("MANIFEST"))
                    .findFirst()
                    .orElseThrow();
        }
        flip(manifest, Files.size(manifest) / 2);
        assertThat(refused(directory)).isNotNull();
    }

    @Test
    void a_damaged_mark_of_what_is_durable_harms_nothing() throws Exception {
        Path directory = copy();
        flip(directory.resolve("DURABLE"), 5);
        assertPristine(directory);
        Files.write(directory.resolve("DURABLE"), new byte[3]);
        assertPristine(directory);
        Files.delete(directory.resolve("DURABLE"));
        assertPristine(directory);

        // It was made anew, so a loss after that is found again.
        try (StorageEngine engine = open(directory)) {
            for (int i = 0; i < 100; i++) {
                engine.apply(new WriteBatch().put(Space.META, StorageProcess.key(i), value(i)));
            }
        }
        truncate(fullLog(directory), 500);
        assertThat(refused(directory)).hasMessageContaining("synced");
    }

    private static void assertPristine(Path directory) {
        assertThat(isDetected(directory)).isFalse();
    }

    private static StorageException refused(Path directory) {
        StorageException refusal = catchThrowableOfType(
                StorageException.class, () -> open(directory).close());
        assertThat(refusal).isNotNull();
        assertThat(refusal.kind()).as(refusal.getMessage()).isEqualTo(Kind.CORRUPTION);
        assertThat(refusal).hasMessageContaining(directory.toString()).hasMessageContaining("restore");
        return refusal;
    }

    private static StorageEngine open(Path directory) {
        return RocksStorageEngine.open(directory, RocksOptions.defaults());
    }

    private static byte[] value(int number) {
        byte[] value = new byte[VALUE_BYTES];
        new Random(number).nextBytes(value);
        return value;
    }

    private Path copy() throws IOException {
        return copy(pristine);
    }

    private Path copy(Path from) throws IOException {
        Path to = temporary.resolve("copy" + copies++);
        try (var files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file)));
            }
        }
        return to;
    }

    /** The write-ahead log that has something in it. */
    private static Path fullLog(Path directory) throws IOException {
        try (var files = Files.list(directory.resolve("rocks"))) {
            return files.filter(file -> file.toString().endsWith(".log"))
                    .max(java.util.Comparator.comparingLong(
                            file -> file.toFile().length()))
                    .orElseThrow();
        }
    }

    private static Path only(Path directory, String suffix) throws IOException {
        try (var files = Files.list(directory.resolve("rocks"))) {
            Path[] found =
                    files.filter(file -> file.toString().endsWith(suffix)).toArray(Path[]::new);
            assertThat(found).as(Arrays.toString(found)).hasSize(1);
            return found[0];
        }
    }

    private static void flip(Path file, long at) throws IOException {
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            bytes.seek(at);
            int before = bytes.read();
            bytes.seek(at);
            bytes.write(before ^ 0x40);
        }
    }

    private static void truncate(Path file, long fewer) throws IOException {
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            bytes.setLength(bytes.length() - fewer);
        }
    }
}
