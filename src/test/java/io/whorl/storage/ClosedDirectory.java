package io.whorl.storage;

import io.whorl.core.spi.Space;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.FlushOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/** Looks into the directory of a node that is closed. */
public final class ClosedDirectory {
    private final Path directory;

    public ClosedDirectory(Path directory) {
        this.directory = directory;
    }

    /** How many live entries each space has. */
    public Map<Space, Long> entries() throws RocksDBException {
        Map<Space, Long> entries = new TreeMap<>();
        try (RocksHandles rocks =
                RocksHandles.open(directory.resolve("rocks"), RocksOptions.defaults(), RocksMemory.defaults(), false)) {
            for (Space space : Space.values()) {
                long count = 0;
                try (RocksIterator all = rocks.db().newIterator(rocks.family(space), rocks.read())) {
                    for (all.seekToFirst(); all.isValid(); all.next()) {
                        count++;
                    }
                    all.status();
                }
                entries.put(space, count);
            }
        }
        return entries;
    }

    /** Writes everything into tables, and leaves out what was deleted, as RocksDB does by and by. */
    public void compact() throws RocksDBException {
        try (RocksHandles rocks = RocksHandles.open(
                        directory.resolve("rocks"), RocksOptions.defaults(), RocksMemory.defaults(), false);
                FlushOptions wait = new FlushOptions().setWaitForFlush(true)) {
            for (Space space : Space.values()) {
                ColumnFamilyHandle family = rocks.family(space);
                rocks.db().flush(wait, family);
                rocks.db().compactRange(family);
            }
        }
    }

    /** How long all files are together. */
    public long bytes() throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            long bytes = 0;
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                bytes += Files.size(file);
            }
            return bytes;
        }
    }
}
