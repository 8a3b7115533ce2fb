package io.whorl.storage;

import java.util.Objects;

/**
 * How much disk and how many threads one node's {@link RocksStorageEngine} may use, beside its {@link RocksMemory}. Direct I/O is
 * never used.
 *
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
        long maxTotalWalBytes, int maxBackgroundJobs, int maxOpenFiles, Compression compression, long minFreeBytes) {

    /** How blocks of stored data are compressed. */
    public enum Compression {
        /** Not at all: for values that are compressed already. */
        NONE,
        /** Fast, to about half for text. */
        LZ4
    }

    private static final long MIB = 1024 * 1024;
    private static final RocksOptions DEFAULTS = new RocksOptions(64 * MIB, 2, 256, Compression.LZ4, 256 * MIB);

    /** @throws IllegalArgumentException if a number is below its least sensible value, which the message names */
    public RocksOptions {
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

    /** These options with another bound of the logs. */
    public RocksOptions withMaxTotalWalBytes(long bytes) {
        return new RocksOptions(bytes, maxBackgroundJobs, maxOpenFiles, compression, minFreeBytes);
    }

    /** These options with another compression. */
    public RocksOptions withCompression(Compression other) {
        return new RocksOptions(maxTotalWalBytes, maxBackgroundJobs, maxOpenFiles, other, minFreeBytes);
    }

    /** These options with another free-space mark. */
    public RocksOptions withMinFreeBytes(long bytes) {
        return new RocksOptions(maxTotalWalBytes, maxBackgroundJobs, maxOpenFiles, compression, bytes);
    }

    private static void atLeast(String name, long value, long least) {
        if (value < least) {
            throw new IllegalArgumentException(name + " is " + value + ", but must be " + least + " at least");
        }
    }
}
