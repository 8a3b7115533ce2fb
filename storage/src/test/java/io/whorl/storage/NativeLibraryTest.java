package io.whorl.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.RocksDB;
import org.rocksdb.util.Environment;

class NativeLibraryTest {
    private static final FileTime LONG_AGO = FileTime.fromMillis(1_000_000_000_000L);

    @TempDir
    Path temporary;

    private Path base;

    @BeforeEach
    void name_the_directory() {
        base = temporary.resolve("native");
    }

    @Test
    void the_library_is_extracted_under_its_version_and_checksum() throws Exception {
        Path file = NativeLibrary.extract(base);

        assertThat(file.getParent().getFileName().toString()).matches("rocksdbjni-10\\.[0-9.]+-[0-9a-f]{8}");
        try (InputStream original =
                RocksDB.class.getClassLoader().getResourceAsStream(Environment.getJniLibraryFileName("rocksdb"))) {
            assertThat(Files.newInputStream(file)).hasSameContentAs(original);
        }
        assertThat(files()).containsExactly(file);
    }

    @Test
    void a_library_that_is_there_is_not_written_again() throws Exception {
        Path file = NativeLibrary.extract(base);
        Files.setLastModifiedTime(file, LONG_AGO);

        assertThat(NativeLibrary.extract(base)).isEqualTo(file);
        assertThat(Files.getLastModifiedTime(file)).isEqualTo(LONG_AGO);
    }

    @Test
    void a_damaged_library_is_replaced() throws Exception {
        Path file = NativeLibrary.extract(base);
        long size = Files.size(file);
        Files.write(file, new byte[] {1, 2, 3});

        assertThat(NativeLibrary.extract(base)).isEqualTo(file);
        assertThat(file).hasSize(size);
        assertThat(files()).containsExactly(file);
    }

    @Test
    void what_a_killed_extraction_left_is_removed() throws Exception {
        Path file = NativeLibrary.extract(base);
        Files.delete(file);
        Path abandoned = Files.write(file.resolveSibling("extracting-1.tmp"), new byte[10]);
        Files.setLastModifiedTime(abandoned, LONG_AGO);
        Path underway = Files.write(file.resolveSibling("extracting-2.tmp"), new byte[10]);

        NativeLibrary.extract(base);

        assertThat(files()).containsExactlyInAnyOrder(file, underway);
    }

    @Test
    void extractions_at_the_same_time_end_with_one_file() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Callable<Path>> extractions = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                extractions.add(() -> NativeLibrary.extract(base));
            }
            Path file = null;
            for (Future<Path> extraction : threads.invokeAll(extractions)) {
                file = extraction.get();
            }
            assertThat(files()).containsExactly(file);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void a_directory_that_others_can_write_is_refused() throws Exception {
        assumeThat(base.getFileSystem().supportedFileAttributeViews()).contains("posix");
        Files.createDirectory(base);
        Files.setPosixFilePermissions(base, PosixFilePermissions.fromString("rwxrwxrwx"));

        assertThatThrownBy(() -> NativeLibrary.extract(base))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("rwx------")
                .hasMessageContaining(NativeLibrary.DIRECTORY_PROPERTY);
    }

    @Test
    void processes_leave_one_library_however_often_they_start_and_are_killed() throws Exception {
        Path tmp = Files.createDirectory(temporary.resolve("tmp"));
        for (int start = 0; start < 2; start++) {
            Process process = StorageProcess.start(
                    List.of(), List.of("-Djava.io.tmpdir=" + tmp), "hold", temporary.resolve("data"));
            try (BufferedReader lines = process.inputReader()) {
                assertThat(lines.readLine()).isEqualTo("open");
            } finally {
                process.destroyForcibly();
            }
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        }

        base = tmp;
        assertThat(files()).hasSize(1);
        assertThat(files().get(0).getParent().getParent().getFileName().toString())
                .startsWith("whorl-native-");
    }

    @Test
    void a_second_class_loader_can_load_it_too() throws Exception {
        NativeLibrary.load();
        List<URL> path = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            path.add(Path.of(entry).toUri().toURL());
        }
        try (URLClassLoader other =
                new URLClassLoader(path.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
            Class<?> library = other.loadClass(NativeLibrary.class.getName());
            assertThat(library).isNotSameAs(NativeLibrary.class);
            library.getMethod("load").invoke(null);

            Object version = other.loadClass(RocksDB.class.getName())
                    .getMethod("rocksdbVersion")
                    .invoke(null);
            assertThat(version).hasToString(RocksDB.rocksdbVersion().toString());
        }
    }

    private List<Path> files() throws IOException {
        try (var files = Files.walk(base)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> !file.toString().contains("hsperfdata"))
                    .toList();
        }
    }
}
