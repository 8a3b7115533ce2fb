package io.whorl.storage;

import java.util.Objects;

/**
 * How much memory, disk and threads one node's {@link RocksStorageEngine} may use. The {@linkplain #defaults() defaults} are
 * small enough for dozens of nodes in one JVM, as tests have them.
 *
 * <p>Native memory per node is at most about {@code blockCacheBytes + writeBufferBytes}, both filled only as data come, plus
 * about 1 MiB. Direct I/O is never used.
 *
 * @param blockCacheBytes cache for blocks read, for indexes and for Bloom filters; default 32 MiB
 * @param writeBufferBytes what all column families together keep in memory before the largest is written out; default 32 MiB
 * @param maxTotalWalBytes when the write-ahead logs exceed this, the column families that hold the oldest back are written
 *     out; bounds the work after a crash; default 64 MiB
 * @param maxBackgroundJobs flushes and compactions at the same time; default 2. Their threads are shared by all engines of
 *     the process, and grow to the largest number asked for
 * @param maxOpenFiles files that RocksDB keeps open; default 256
 * @param compression how blocks are compressed; default LZ4. May change between starts, old blocks stay readable
 * @param minFreeBytes batches that store something are refused as {@code FULL} while the file system has less than this
 *     free, so that the disk is never quite full; up to the default never more than a hundredth of the file system; default
 *     256 MiB; 0: not checked
 */
public record RocksOptions(
        long blockCacheBytes,
        long writeBufferBytes,
        long maxTotalWalBytes,
        int maxBackgroundJobs,
        int maxOpenFiles,
        Compression compression,
        long minFreeBytes) {

    /** How blocks of stored data are compressed. */
    public enum Compression {
        /** Not at all: for values that are compressed already. */
        NONE,
        /** Fast, to about half for text. */
        LZ4
    }

    private static final long MIB = 1024 * 1024;
    private static final RocksOptions DEFAULTS =
            new RocksOptions(32 * MIB, 32 * MIB, 64 * MIB, 2, 256, Compression.LZ4, 256 * MIB);

    /** @throws IllegalArgumentException if a number is below its least sensible value, which the message names */
    public RocksOptions {
        atLeast("blockCacheBytes", blockCacheBytes, 0);
        atLeast("writeBufferBytes", writeBufferBytes, 64 * 1024);
        atLeast("maxTotalWalBytes", maxTotalWalBytes, 64 * 1024);
        atLeast("maxBackgroundJobs", maxBackgroundJobs, 1);
        atLeast("maxOpenFiles", maxOpenFiles, 32);
        atLeast("minFreeBytes", minFreeBytes, 0);
        Objects.requireNonNull(compression, "compression");
    }

    /** The defaults that are named above. */
    public static RocksOptions defaults() {
        return DEFAULTS;
    }

    /** These options with another block cache. */
    public RocksOptions withBlockCacheBytes(long bytes) {
        return new RocksOptions(
                bytes, writeBufferBytes, maxTotalWalBytes, maxBackgroundJobs, maxOpenFiles, compression, minFreeBytes);
    }

    /** These options with other write buffers. */
    public RocksOptions withWriteBufferBytes(long bytes) {
        return new RocksOptions(
                blockCacheBytes, bytes, maxTotalWalBytes, maxBackgroundJobs, maxOpenFiles, compression, minFreeBytes);
    }

    /** These options with another bound of the logs. */
    public RocksOptions withMaxTotalWalBytes(long bytes) {
        return new RocksOptions(
                blockCacheBytes, writeBufferBytes, bytes, maxBackgroundJobs, maxOpenFiles, compression, minFreeBytes);
    }

    /** These options with another compression. */
    public RocksOptions withCompression(Compression other) {
        return new RocksOptions(
                blockCacheBytes,
                writeBufferBytes,
                maxTotalWalBytes,
                maxBackgroundJobs,
                maxOpenFiles,
                other,
                minFreeBytes);
    }

    /** These options with another free-space mark. */
    public RocksOptions withMinFreeBytes(long bytes) {
        return new RocksOptions(
                blockCacheBytes,
                writeBufferBytes,
                maxTotalWalBytes,
                maxBackgroundJobs,
                maxOpenFiles,
                compression,
                bytes);
    }

    private static void atLeast(String name, long value, long least) {
        if (value < least) {
            throw new IllegalArgumentException(name + " is " + value + ", but must be " + least + " at least");
        }
    }
}
