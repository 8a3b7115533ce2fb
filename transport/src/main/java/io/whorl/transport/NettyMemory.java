package io.whorl.transport;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;

/**
 * Buffers outside the heap for the {@link NettyTransport}s of a JVM: a pool that keeps what was used, to be used again. What is in use
 * at an instant is bounded by the connections, each of which holds at most some 4 MiB with large messages and some 100 KiB with
 * small ones. What the pool keeps beyond that is a chunk or two for each of its arenas. Safe for use by any thread.
 */
public final class NettyMemory {
    private static final int PAGE = 8 << 10;
    private static final int LEAST_ORDER = 5;
    private static final int MOST_ORDER = 9;
    private static final long DEFAULT_BYTES = 16 << 20;

    private final PooledByteBufAllocator allocator;

    private NettyMemory(int arenas, int order) {
        // Only event loops allocate, so their caches are wanted whatever made their threads. Nothing of ours is on the
        // heap.
        allocator = new PooledByteBufAllocator(
                true,
                0,
                arenas,
                PAGE,
                order,
                PooledByteBufAllocator.defaultSmallCacheSize(),
                PooledByteBufAllocator.defaultNormalCacheSize(),
                true);
    }

    /**
     * A pool for this many nodes: an arena for each, but not for more than there are processors, with chunks from 256 KiB to 4 MiB
     * so that one in each arena takes a quarter of the bytes at most, as far as that is possible.
     *
     * @param bytes what the pool should be about
     * @param nodes how many transports share it
     * @throws IllegalArgumentException if a number is not positive
     */
    public static NettyMemory of(long bytes, int nodes) {
        if (bytes <= 0 || nodes <= 0) {
            throw new IllegalArgumentException(
                    "bytes and nodes were " + bytes + " and " + nodes + ", but must be positive");
        }
        int arenas = Math.min(nodes, Runtime.getRuntime().availableProcessors());
        int order = LEAST_ORDER;
        while (order < MOST_ORDER && ((long) PAGE << (order + 1)) * arenas * 4 <= bytes) {
            order++;
        }
        return new NettyMemory(arenas, order);
    }

    /** A pool for one transport. */
    public static NettyMemory defaults() {
        return of(DEFAULT_BYTES, 1);
    }

    /** How many bytes the pool has from the system now. */
    public long usedBytes() {
        return allocator.metric().usedDirectMemory();
    }

    /** How large the pieces are in which the pool grows. */
    int chunkBytes() {
        return allocator.metric().chunkSize();
    }

    int arenas() {
        return allocator.metric().numDirectArenas();
    }

    ByteBufAllocator allocator() {
        return allocator;
    }
}
