package io.whorl.benchmarks.footprint;

import io.whorl.Whorl;
import io.whorl.api.AsyncBucket;
import io.whorl.api.Codec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.LiveFileMetaData;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

/**
 * How many bytes on disk 100,000 keys of 16 bytes take in three copies, once everything is compacted, compared with one bare RocksDB
 * that holds the same.
 *
 * <p>Argument: how many random bytes a value has, default 100.
 */
public final class DiskUse {
    private static final int KEYS = 100_000;
    private static final int KEY_BYTES = 16;
    private static final int TOGETHER = 256;
    private static final long REST_MILLIS = 5_000;
    private static final long SEED = 7;

    private DiskUse() {}

    /** Measures. */
    public static void main(String[] arguments) throws Exception {
        int valueBytes = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 100;
        try (Members members = Members.start(3, true)) {
            fill(members.node(0), valueBytes);
            Thread.sleep(REST_MILLIS);
            members.stop();
            long all = 0;
            for (int i = 0; i < 3; i++) {
                Path database = members.directory(i).resolve("rocks");
                compact(database);
                all += bytes(database);
                print("node " + i, database);
            }
            Path bare = members.directory(9);
            fillBare(bare, valueBytes);
            print("bare", bare);
            long one = bytes(bare);
            System.out.printf(
                    Locale.ROOT,
                    "disk, %,d values of %d bytes: 3 copies %,d bytes, one bare copy %,d bytes, ratio %.2f%n",
                    KEYS,
                    valueBytes,
                    all,
                    one,
                    (double) all / one);
        }
    }

    private static void fill(Whorl node, int valueBytes) {
        AsyncBucket<byte[], byte[]> bucket =
                node.bucket("data", Codec.bytes(), Codec.bytes()).async();
        Random random = new Random(SEED);
        List<CompletableFuture<?>> underWay = new ArrayList<>();
        for (int i = 0; i < KEYS; i++) {
            underWay.add(bucket.put(random(random, KEY_BYTES), random(random, valueBytes))
                    .toCompletableFuture());
            if (underWay.size() == TOGETHER) {
                underWay.forEach(CompletableFuture::join);
                underWay.clear();
            }
        }
        underWay.forEach(CompletableFuture::join);
    }

    private static void fillBare(Path directory, int valueBytes) throws RocksDBException {
        Random random = new Random(SEED);
        try (Options options =
                        new Options().setCreateIfMissing(true).setCompressionType(CompressionType.LZ4_COMPRESSION);
                RocksDB db = RocksDB.open(options, directory.toString())) {
            for (int i = 0; i < KEYS; i++) {
                db.put(random(random, KEY_BYTES), random(random, valueBytes));
            }
        }
        compact(directory);
    }

    private static byte[] random(Random random, int bytes) {
        byte[] drawn = new byte[bytes];
        random.nextBytes(drawn);
        return drawn;
    }

    /** Opens a database with what it was made with, compacts it, and closes it; its log holds nothing then. */
    private static void compact(Path database) throws RocksDBException {
        try (Database open = new Database(database)) {
            open.compact();
        }
        // The log of what was compacted is removed by the next opening at the latest.
        new Database(database).close();
    }

    private static void print(String name, Path database) throws Exception {
        Map<String, Long> families = new TreeMap<>();
        try (Database open = new Database(database)) {
            for (LiveFileMetaData file : open.db.getLiveFilesMetaData()) {
                families.merge(new String(file.columnFamilyName(), StandardCharsets.US_ASCII), file.size(), Long::sum);
            }
        }
        System.out.println("    " + name + ": " + families + ", all files " + bytes(database));
    }

    private static long bytes(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            long bytes = 0;
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                bytes += Files.size(file);
            }
            return bytes;
        }
    }

    /** A database with all of its column families, as it is. */
    private static final class Database implements AutoCloseable {
        private final List<ColumnFamilyHandle> families = new ArrayList<>();
        private final DBOptions options = new DBOptions();
        private final RocksDB db;

        Database(Path directory) throws RocksDBException {
            List<ColumnFamilyDescriptor> descriptors = new ArrayList<>();
            try (Options listing = new Options()) {
                for (byte[] name : RocksDB.listColumnFamilies(listing, directory.toString())) {
                    descriptors.add(new ColumnFamilyDescriptor(name));
                }
            }
            descriptors.forEach(each -> each.getOptions()
                    .setCompressionType(CompressionType.LZ4_COMPRESSION)
                    .setTableFormatConfig(new BlockBasedTableConfig().setFilterPolicy(new BloomFilter(10))));
            db = RocksDB.open(options, directory.toString(), descriptors, families);
        }

        void compact() throws RocksDBException {
            for (ColumnFamilyHandle family : families) {
                db.compactRange(family);
            }
        }

        @Override
        public void close() {
            families.forEach(ColumnFamilyHandle::close);
            db.close();
            options.close();
        }
    }
}
