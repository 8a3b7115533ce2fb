package io.whorl.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.whorl.core.spi.Space;
import io.whorl.core.spi.StorageEngine;
import io.whorl.core.spi.StorageEngine.Cursor;
import io.whorl.core.spi.WriteBatch;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an engine leaves behind in the process: nothing. */
class RocksResourcesTest {
    private static final Path PROCESS = Path.of("/proc/self");

    @TempDir
    Path temporary;

    @Test
    void a_hundred_starts_leave_no_thread_file_handle_or_library_behind() throws Exception {
        // RocksDB's own background threads are shared by all engines and grow to their number with the first ones.
        openUseAndClose(5);
        Set<String> threadsBefore = threads();
        Set<Path> libraries = libraries();
        boolean onLinux = Files.isDirectory(PROCESS.resolve("fd"));
        long handlesBefore = onLinux ? count("fd") : 0;
        long tasksBefore = onLinux ? count("task") : 0;

        openUseAndClose(100);

        assertThat(threads()).isEqualTo(threadsBefore);
        assertThat(libraries()).isEqualTo(libraries);
        assumeThat(onLinux).as("this system shows a process's handles").isTrue();
        // Handles and threads of the JVM itself come and go, so these two are waited for.
        Awaitility.await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            assertThat(count("fd")).isLessThanOrEqualTo(handlesBefore + 2);
            assertThat(count("task")).isLessThanOrEqualTo(tasksBefore + 2);
        });
    }

    @Test
    void many_engines_at_the_same_time_share_the_process() {
        List<StorageEngine> engines = new ArrayList<>();
        try {
            for (int i = 0; i < 30; i++) {
                StorageEngine engine = RocksStorageEngine.open(temporary.resolve("node" + i), RocksOptions.defaults());
                engines.add(engine);
                engine.apply(new WriteBatch().put(Space.META, StorageProcess.LAST, StorageProcess.key(i)));
            }
            for (int i = 0; i < engines.size(); i++) {
                assertThat(engines.get(i).get(Space.META, StorageProcess.LAST)).isEqualTo(StorageProcess.key(i));
            }
        } finally {
            engines.forEach(StorageEngine::close);
        }
    }

    private void openUseAndClose(int times) throws Exception {
        for (int i = 0; i < times; i++) {
            StorageEngine engine = RocksStorageEngine.open(temporary.resolve("data"), RocksOptions.defaults());
            engine.apply(StorageProcess.batch(i + 1));
            engine.sync(new CountingCompletion());
            Cursor leftOpen = engine.scan(Space.RECORDS, new byte[0], null);
            leftOpen.next();
            engine.close();
        }
    }

    private static Set<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("whorl"))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<Path> libraries() throws Exception {
        try (var files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return files.filter(file -> file.getFileName().toString().contains("rocksdb"))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    private static long count(String what) throws Exception {
        try (var entries = Files.list(PROCESS.resolve(what))) {
            return entries.count();
        }
    }
}
