package io.whorl.benchmarks.sidebyside.engine;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.CompressionType;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksObject;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/** A bare RocksDB, tuned for this work within the memory that one node of Whorl has by default. */
public final class RocksStore implements AutoCloseable {
    private static final long CACHE_BYTES = 64L << 20;
    private static final long WRITE_BUFFER_BYTES = 32L << 20;
    private static final long LOG_BYTES = 64L << 20;
    private static final int BLOOM_BITS_PER_KEY = 10;
    private static final int TABLE_FORMAT = 6;

    static {
        RocksDB.loadLibrary();
    }

    /** What is to be closed, the last opened first. */
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();

    private final RocksDB db;
    private final WriteOptions write;

    /**
     * Opens one in the directory, which is made.
     *
     * @param sync whether every write syncs the log
     * @param pipelined whether a write's way through the log and through memory overlaps with the next one's, which helps where
     *     many threads share few processors with an event loop, and costs where they do nothing else
     */
    public RocksStore(Path directory, boolean sync, boolean pipelined) throws Exception {
        Files.createDirectories(directory);
        write = add(new WriteOptions().setSync(sync));
        db = RocksDB.open(options(pipelined), directory.toString());
    }

    private Options options(boolean pipelined) {
        BlockBasedTableConfig table = new BlockBasedTableConfig()
                .setBlockCache(add(new LRUCache(CACHE_BYTES)))
                .setCacheIndexAndFilterBlocks(true)
                .setPinL0FilterAndIndexBlocksInCache(true)
                .setFilterPolicy(add(new BloomFilter(BLOOM_BITS_PER_KEY, false)))
                .setFormatVersion(TABLE_FORMAT);
        return add(new Options())
                .setCreateIfMissing(true)
                .setTableFormatConfig(table)
                .setWriteBufferSize(WRITE_BUFFER_BYTES)
                .setMaxTotalWalSize(LOG_BYTES)
                .setEnablePipelinedWrite(pipelined)
                .setCompressionType(CompressionType.LZ4_COMPRESSION)
                .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
                .setStatsDumpPeriodSec(0)
                .setStatsPersistPeriodSec(0);
    }

    private <T extends RocksObject> T add(T object) {
        opened.push(object);
        return object;
    }

    /** Stores one value. */
    public void put(byte[] key, byte[] value) throws RocksDBException {
        db.put(write, key, value);
    }

    /** Stores all values of a batch at once. */
    public void write(BatchBytes batch) throws RocksDBException {
        try (WriteBatch batched = new WriteBatch(batch.finished())) {
            db.write(write, batched);
        }
    }

    /** One value; null if there is none. */
    public byte[] get(byte[] key) throws RocksDBException {
        return db.get(key);
    }

    @Override
    public void close() {
        db.close();
        while (!opened.isEmpty()) {
            try {
                opened.pop().close();
            } catch (Exception e) {
                throw new IllegalStateException("a native object of RocksDB cannot be closed", e);
            }
        }
    }
}
