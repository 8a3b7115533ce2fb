package io.whorl.benchmarks.sidebyside;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.DBOptions;
import org.rocksdb.FlushOptions;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

/** The files of engines that are closed. */
final class Disk {
    private Disk() {}

    /** Compacts every RocksDB below the directory, and counts the bytes of all files. */
    static long compacted(Path directory) throws IOException, RocksDBException {
        for (Path file : files(directory)) {
            if (file.getFileName().toString().equals("CURRENT")) {
                compact(file.getParent().toString());
            }
        }
        long bytes = 0;
        for (Path file : files(directory)) {
            bytes += Files.size(file);
        }
        return bytes;
    }

    private static List<Path> files(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            return all.filter(Files::isRegularFile).toList();
        }
    }

    private static void compact(String database) throws RocksDBException {
        List<ColumnFamilyDescriptor> families = new ArrayList<>();
        List<ColumnFamilyHandle> handles = new ArrayList<>();
        try (Options plain = new Options();
                DBOptions options = new DBOptions();
                FlushOptions wait = new FlushOptions().setWaitForFlush(true)) {
            for (byte[] name : RocksDB.listColumnFamilies(plain, database)) {
                families.add(new ColumnFamilyDescriptor(name));
            }
            try (RocksDB db = RocksDB.open(options, database, families, handles)) {
                for (ColumnFamilyHandle family : handles) {
                    db.flush(wait, family);
                    db.compactRange(family);
                    family.close();
                }
            }
        }
    }

    /** Deletes the directory with all that is in it, if it is there. */
    static void delete(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
