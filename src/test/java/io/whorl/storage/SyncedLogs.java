package io.whorl.storage;

import io.whorl.core.spi.StorageEngine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

/**
 * Opens storage engines that write down, after each sync and before anybody hears of it, how many bytes of each log are durable: those
 * that were in the file when the sync began.
 */
public final class SyncedLogs {
    private final Path logs;
    private final Path note;
    private final BooleanSupplier lying;

    private SyncedLogs(Path logs, Path note, BooleanSupplier lying) {
        this.logs = logs;
        this.note = note;
        this.lying = lying;
    }

    /**
     * Opens an engine.
     *
     * @param note the file that names the durable bytes, replaced as a whole each time
     * @param lying while it says so, nothing is synced, and the engine believes that everything is
     */
    public static StorageEngine open(
            Path directory, RocksOptions options, RocksMemory memory, Path note, BooleanSupplier lying) {
        SyncedLogs logs = new SyncedLogs(directory.resolve("rocks"), note, lying);
        return RocksStorageEngine.open(directory, options, memory, logs::sync);
    }

    /** The durable bytes of each log, by its name. */
    public static Map<String, Long> read(Path note) throws IOException {
        Map<String, Long> lengths = new TreeMap<>();
        if (Files.exists(note)) {
            for (String line : Files.readAllLines(note)) {
                String[] words = line.split(" ");
                lengths.put(words[0], Long.valueOf(words[1]));
            }
        }
        return lengths;
    }

    private void sync(RocksDB db) throws RocksDBException {
        if (lying.getAsBoolean()) {
            return;
        }
        String lengths = lengths();
        db.syncWal();
        try {
            Path draft = note.resolveSibling(note.getFileName() + ".draft");
            Files.writeString(draft, lengths);
            Files.move(draft, note, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot note what is durable", e);
        }
    }

    private String lengths() {
        StringBuilder lengths = new StringBuilder();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(logs, "*.log")) {
            for (Path log : all) {
                long length;
                try {
                    length = Files.size(log);
                } catch (NoSuchFileException e) {
                    continue; // RocksDB has just removed it: all that it held is in tables
                }
                lengths.append(log.getFileName()).append(' ').append(length).append('\n');
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list the logs", e);
        }
        return lengths.toString();
    }
}
