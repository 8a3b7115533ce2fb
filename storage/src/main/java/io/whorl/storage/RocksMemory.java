package io.whorl.storage;

import org.rocksdb.Cache;
import org.rocksdb.LRUCache;
import org.rocksdb.WriteBufferManager;

/**
 * Native memory for the {@link RocksStorageEngine}s of a JVM: one cache for blocks that were read, their indexes and Bloom filters,
 * into which what the engines have not written to files yet is counted too. So {@link #bytes} bounds all of it, whatever the
 * proportions, except for what is in use at this instant: blocks under a reader and write buffers on their way to a file.
 *
 * <p>The native objects are made when the first engine is opened, shared by all that are open, and freed when the last of them is
 * closed; engines opened later make them anew. Safe for use by any thread.
 *
 * <p>The cache is not strict: RocksDB would fail reads instead of exceeding it for an instant, and a failed read is taken for damage.
 */
public final class RocksMemory {
    private static final long MIB = 1 << 20;
    private static final long LEAST = 64 * 1024;

    /** Each shard evicts by itself, so it has to hold some dozens of blocks, and of the pieces that write buffers count as. */
    private static final long SHARD_BYTES = 8 * MIB;

    private static final int MOST_SHARD_BITS = 6;

    private final long bytes;
    private final long writeBufferBytes;
    private final int engines;
    private int users;
    private Cache cache;
    private WriteBufferManager buffers;

    private RocksMemory(long bytes, long writeBufferBytes, int engines) {
        atLeast("bytes", bytes, writeBufferBytes);
        atLeast("writeBufferBytes", writeBufferBytes, LEAST);
        atLeast("engines", engines, 1);
        this.bytes = bytes;
        this.writeBufferBytes = writeBufferBytes;
        this.engines = engines;
    }

    /**
     * Memory for this many engines, each of which has an equal share of the write buffers. More may be opened; they then write their
     * buffers out sooner.
     *
     * @param bytes of all native memory
     * @param writeBufferBytes how many of these may hold what is not in files yet; 64 KiB at least, and not more than {@code bytes}
     * @param engines how many engines share it, 1 at least
     * @throws IllegalArgumentException if a number is out of its bounds, which the message names
     */
    public static RocksMemory of(long bytes, long writeBufferBytes, int engines) {
        return new RocksMemory(bytes, writeBufferBytes, engines);
    }

    /** Memory for one engine: 96 MiB, of which up to 32 MiB for write buffers. */
    public static RocksMemory defaults() {
        return of(96 * MIB, 32 * MIB, 1);
    }

    /** How many bytes all engines may use together. */
    public long bytes() {
        return bytes;
    }

    /** How many of them may hold what is not in files yet. */
    public long writeBufferBytes() {
        return writeBufferBytes;
    }

    /** How many of those are one engine's share. */
    long writeBufferBytesPerEngine() {
        return Math.max(LEAST, writeBufferBytes / engines);
    }

    /** How many bytes are used now, write buffers included; 0 while no engine is open. */
    public synchronized long usedBytes() {
        return cache == null ? 0 : cache.getUsage();
    }

    /** Takes part in it; what is returned is to be closed when nothing of the database is open any more. */
    synchronized Share join() {
        if (users == 0) {
            cache = new LRUCache(bytes, shardBits(), false);
            // Never stalls: one engine would wait for the buffers of another, which nobody may write out.
            buffers = new WriteBufferManager(writeBufferBytes, cache, false);
        }
        users++;
        return new Share(cache, buffers);
    }

    private int shardBits() {
        int bits = 63 - Long.numberOfLeadingZeros(Math.max(1, bytes / SHARD_BYTES));
        return Math.min(MOST_SHARD_BITS, bits);
    }

    private synchronized void leave() {
        if (--users == 0) {
            buffers.close();
            cache.close();
            buffers = null;
            cache = null;
        }
    }

    private static void atLeast(String name, long value, long least) {
        if (value < least) {
            throw new IllegalArgumentException(name + " is " + value + ", but must be " + least + " at least");
        }
    }

    /** One open database's part in the memory. */
    final class Share implements AutoCloseable {
        private final Cache cache;
        private final WriteBufferManager buffers;
        private boolean closed;

        private Share(Cache cache, WriteBufferManager buffers) {
            this.cache = cache;
            this.buffers = buffers;
        }

        Cache cache() {
            return cache;
        }

        WriteBufferManager buffers() {
            return buffers;
        }

        @Override
        public void close() {
            if (!closed) {
                closed = true;
                leave();
            }
        }
    }
}
