package io.whorl.storage;

import io.whorl.core.spi.Space;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import org.rocksdb.BloomFilter;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.DBOptions;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WALRecoveryMode;
import org.rocksdb.WriteOptions;

/** An open database with all native objects that belong to it, and what they are set to. */
final class RocksHandles implements AutoCloseable {
    private static final Space[] SPACES = Space.values();
    private static final int BLOOM_BITS_PER_KEY = 10;
    private static final long INFO_LOG_BYTES = 1 << 20;
    private static final int INFO_LOGS = 3;

    /** What is to be closed, the last opened first. */
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();

    private final ColumnFamilyHandle[] families = new ColumnFamilyHandle[SPACES.length];
    private final int[] familyNumbers = new int[SPACES.length];
    private RocksDB db;
    private ReadOptions read;
    private WriteOptions writeAtOnce;

    private RocksHandles() {}

    /**
     * Opens the database.
     *
     * @param memory where its blocks and write buffers are
     * @param create whether it may be created; otherwise its absence is an error
     */
    static RocksHandles open(Path database, RocksOptions options, RocksMemory memory, boolean create)
            throws RocksDBException {
        RocksHandles handles = new RocksHandles();
        try {
            handles.openAll(database, options, memory, create);
            return handles;
        } catch (RocksDBException | RuntimeException e) {
            handles.close();
            throw e;
        }
    }

    private void openAll(Path database, RocksOptions options, RocksMemory memory, boolean create)
            throws RocksDBException {
        RocksMemory.Share share = add(memory.join());
        FamilySettings settings = new FamilySettings(
                options,
                share.cache(),
                add(new BloomFilter(BLOOM_BITS_PER_KEY, false)),
                memory.writeBufferBytesPerEngine());
        DBOptions dbOptions = add(dbOptions(options, share, create));
        List<ColumnFamilyDescriptor> descriptors = new ArrayList<>();
        descriptors.add(new ColumnFamilyDescriptor(RocksDB.DEFAULT_COLUMN_FAMILY, add(settings.unused())));
        for (Space space : SPACES) {
            descriptors.add(new ColumnFamilyDescriptor(familyName(space), add(settings.of(space))));
        }
        List<ColumnFamilyHandle> found = new ArrayList<>();
        db = add(RocksDB.open(dbOptions, database.toString(), descriptors, found));
        for (ColumnFamilyHandle handle : found) {
            add(handle);
        }
        for (Space space : SPACES) {
            families[space.ordinal()] = found.get(space.ordinal() + 1);
            familyNumbers[space.ordinal()] = found.get(space.ordinal() + 1).getID();
        }
        read = add(new ReadOptions());
        writeAtOnce = add(new WriteOptions().setNoSlowdown(true));
    }

    private static DBOptions dbOptions(RocksOptions options, RocksMemory.Share share, boolean create) {
        // Has no setter in Java. Each log then names the end of the one before, so that a log that is missing, or that
        // lost
        // its end in a loss of power, ends the recovery there, as a damaged record does: what is recovered is a prefix.
        Properties byName = new Properties();
        byName.setProperty("track_and_verify_wals", "true");
        DBOptions db = DBOptions.getDBOptionsFromProps(byName);
        if (db == null) {
            throw new IllegalStateException("this RocksDB does not know track_and_verify_wals; version 10.10 does");
        }
        return db.setCreateIfMissing(create)
                .setCreateMissingColumnFamilies(create)
                .setParanoidChecks(true)
                .setWalRecoveryMode(WALRecoveryMode.PointInTimeRecovery)
                .setWriteBufferManager(share.buffers())
                .setMaxTotalWalSize(options.maxTotalWalBytes())
                .setMaxBackgroundJobs(options.maxBackgroundJobs())
                .setMaxOpenFiles(options.maxOpenFiles())
                .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
                .setMaxLogFileSize(INFO_LOG_BYTES)
                .setKeepLogFileNum(INFO_LOGS)
                // Neither is read by anyone, and both wake a thread now and then in every node.
                .setStatsDumpPeriodSec(0)
                .setStatsPersistPeriodSec(0);
    }

    private static byte[] familyName(Space space) {
        return space.name().toLowerCase(Locale.ROOT).getBytes(StandardCharsets.US_ASCII);
    }

    private <T extends AutoCloseable> T add(T object) {
        opened.push(object);
        return object;
    }

    RocksDB db() {
        return db;
    }

    ColumnFamilyHandle family(Space space) {
        return families[space.ordinal()];
    }

    /** The column families' numbers, by the ordinal of their space. */
    int[] familyNumbers() {
        return familyNumbers;
    }

    ReadOptions read() {
        return read;
    }

    /** Fails instead of waiting. */
    WriteOptions writeAtOnce() {
        return writeAtOnce;
    }

    /** Frees everything. Nothing of it may be in use, then or later. */
    @Override
    public void close() {
        while (!opened.isEmpty()) {
            AutoCloseable object = opened.pop();
            try {
                object.close();
            } catch (Exception e) {
                throw new IllegalStateException("a native object of RocksDB cannot be closed: " + object, e);
            }
        }
    }
}
