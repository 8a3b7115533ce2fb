package io.whorl.storage;

import io.whorl.core.spi.Space;
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
    private static final int PARTS = 16;
    private static final long LEAST_BUFFER = 64 * 1024;

    /** How many write buffers a family may have before writers wait: one is filled while the others become files. */
    private static final int BUFFERS = 4;

    /** The settings of the family that RocksDB insists on. */
    ColumnFamilyOptions unused() {
        return of(1, false);
    }

    /** The settings of a space's family. */
    ColumnFamilyOptions of(Space space) {
        return switch (space) {
            case RECORDS -> of(6, true);
            // Logs: read in order, never by a single key, and removed soon.
            case DOTS -> of(3, false);
            case HINTS -> of(2, true);
            case META -> of(1, true);
        };
    }

    private ColumnFamilyOptions of(int sixteenths, boolean filtered) {
        // Indexes and filters live in the cache, so that the memory of a node is bounded however large its data grow.
        BlockBasedTableConfig table = new BlockBasedTableConfig()
                .setBlockCache(cache)
                .setCacheIndexAndFilterBlocks(true)
                .setPinL0FilterAndIndexBlocksInCache(true)
                .setFormatVersion(TABLE_FORMAT);
        if (filtered) {
            table.setFilterPolicy(bloom);
        }
        return new ColumnFamilyOptions()
                .setTableFormatConfig(table)
                .setWriteBufferSize(Math.max(LEAST_BUFFER, writeBufferBytes * sixteenths / PARTS))
                .setMaxWriteBufferNumber(BUFFERS)
                .setCompressionType(
                        options.compression() == RocksOptions.Compression.LZ4
                                ? CompressionType.LZ4_COMPRESSION
                                : CompressionType.NO_COMPRESSION);
    }
}
