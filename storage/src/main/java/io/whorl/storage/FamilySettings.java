package io.whorl.storage;

import io.whorl.core.spi.Space;
import java.util.Properties;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;

/**
 * How each column family is set.
 *
 * <p>The write buffers' sizes are sixteenths of the engine's share: so few that with one more of the records' on its way to a file
 * they are the share, about, and RocksDB's own bound over all engines is seldom met. When it is, RocksDB writes out the oldest buffer,
 * however small.
 *
 * @param options what the engine was told
 * @param cache where blocks are kept
 * @param bloom the filter of families that are asked for single keys
 * @param writeBufferBytes the engine's share of write buffers
 */
record FamilySettings(RocksOptions options, Cache cache, BloomFilter bloom, long writeBufferBytes) {
    private static final int TABLE_FORMAT = 6;
    private static final String INSERT_HINT = "memtable_insert_with_hint_prefix_extractor";
    private static final int PARTS = 16;
    private static final long LEAST_BUFFER = 64 * 1024;

    /** How many write buffers a family may have before writers wait: one is filled while the others become files. */
    private static final int BUFFERS = 4;

    // A replica's records begin with its id, and its dots with its id and an actor, of whom the next dot is the largest
    // yet. The search for the place of the next one in the memtable begins where the last of them went.
    private static final int REPLICA_BYTES = 12;
    private static final int ACTOR_BYTES = 13;

    /** The settings of the family that RocksDB insists on. */
    ColumnFamilyOptions unused() {
        return of(1, false, 0);
    }

    /** The settings of a space's family. */
    ColumnFamilyOptions of(Space space) {
        return switch (space) {
            case RECORDS -> of(6, true, REPLICA_BYTES);
            // Logs: read in order, never by a single key, and removed soon.
            case DOTS -> of(3, false, REPLICA_BYTES + ACTOR_BYTES);
            case HINTS -> of(2, true, 0);
            case META -> of(1, true, 0);
        };
    }

    private ColumnFamilyOptions of(int sixteenths, boolean filtered, int hintedPrefix) {
        // Indexes and filters live in the cache, so that the memory of a node is bounded however large its data grow.
        BlockBasedTableConfig table = new BlockBasedTableConfig()
                .setBlockCache(cache)
                .setCacheIndexAndFilterBlocks(true)
                .setPinL0FilterAndIndexBlocksInCache(true)
                .setFormatVersion(TABLE_FORMAT);
        if (filtered) {
            table.setFilterPolicy(bloom);
        }
        return withInsertHints(hintedPrefix)
                .setTableFormatConfig(table)
                .setWriteBufferSize(Math.max(LEAST_BUFFER, writeBufferBytes * sixteenths / PARTS))
                .setMaxWriteBufferNumber(BUFFERS)
                .setCompressionType(
                        options.compression() == RocksOptions.Compression.LZ4
                                ? CompressionType.LZ4_COMPRESSION
                                : CompressionType.NO_COMPRESSION);
    }

    /** Keys with so many equal first bytes are put into the memtable from where the last of them went; 0: every key from the top. */
    private static ColumnFamilyOptions withInsertHints(int prefix) {
        if (prefix == 0) {
            return new ColumnFamilyOptions();
        }
        // Has no setter in Java.
        Properties byName = new Properties();
        byName.setProperty(INSERT_HINT, "rocksdb.FixedPrefix." + prefix);
        ColumnFamilyOptions options = ColumnFamilyOptions.getColumnFamilyOptionsFromProps(byName);
        if (options == null) {
            throw new IllegalStateException("this RocksDB does not know " + INSERT_HINT + "; version 10.10 does");
        }
        return options;
    }
}
