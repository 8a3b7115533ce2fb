package io.whorl;

import io.whorl.internal.NodeMemory;

/**
 * How much memory nodes may use for what they keep of stored data, for what is on its way between them, and for buffers of the
 * network. Given to {@link WhorlBuilder#memory}; nodes that are given the same budget share it. Immutable, and safe for use by any
 * thread. Nothing is reserved: memory is taken as data come, and is free again when the last of its nodes is closed; then the budget can
 * be used again.
 *
 * <p>Of the budget's bytes,
 *
 * <ul>
 *   <li>9/16 are {@linkplain #storageBytes for RocksDB}, outside the heap: blocks that were read, with their indexes and filters, and
 *       what is not in files yet, of which there are at most {@linkplain #writeBufferBytes 4/16}. The more there is of that, the less
 *       is kept of what was read;
 *   <li>2/16 are {@linkplain #recordBytes for records} on the heap that were read or written lately: a write reads its record first. An
 *       equal part for each node that has a data directory;
 *   <li>4/16 are {@linkplain #messageBytes for messages} on the heap: an equal part for each node, half of it for what it sends and half
 *       for what waits for its lanes. What would exceed it is refused at once, and who asked is told. One message is let in whatever its
 *       size where nothing else waits;
 *   <li>1/16 is {@linkplain #networkBytes for buffers of the network}, outside the heap: this much is kept for the next use. With many
 *       connections and large messages more may be in use at an instant, at most 4 MiB a connection.
 * </ul>
 *
 * <p>Not in the budget, but bounded by it: keys and values of callers, as much on each lane as there is for the node's messages. Not in the
 * budget at all: what reads bring, the data of nodes that have no data directory, and what RocksDB needs for each open
 * file, some 10 KiB for at most 256 of them a node. {@code docs/operations.md} has the arithmetic of the whole.
 */
public final class MemoryBudget {
    private static final long MIB = 1 << 20;
    private static final long LEAST_PER_NODE = 8 * MIB;
    private static final long DEFAULT_LEAST = 64 * MIB;
    private static final long DEFAULT_MOST = 256 * MIB;
    private static final int DEFAULT_PART_OF_HEAP = 4;

    private final NodeMemory memory;

    private MemoryBudget(long bytes, int nodes) {
        this.memory = new NodeMemory(bytes, nodes);
    }

    /**
     * A budget for one node.
     *
     * @param bytes 8 MiB at least
     * @throws IllegalArgumentException if it is less
     */
    public static MemoryBudget of(long bytes) {
        return shared(bytes, 1);
    }

    /**
     * A budget that nodes of this JVM share.
     *
     * @param bytes for all of them together, 8 MiB a node at least
     * @param nodes how many there will be, 1 at least. With more, each has its part as if there were this many, and RocksDB writes what
     *     is not in files yet out sooner
     * @throws IllegalArgumentException if a number is below its least
     */
    public static MemoryBudget shared(long bytes, int nodes) {
        if (nodes < 1) {
            throw new IllegalArgumentException("nodes was " + nodes + "; expected 1 at least");
        }
        if (bytes / nodes < LEAST_PER_NODE) {
            throw new IllegalArgumentException(
                    "bytes was " + bytes + " for " + nodes + " nodes; expected " + LEAST_PER_NODE + " a node at least");
        }
        return new MemoryBudget(bytes, nodes);
    }

    /** The budget of a node that was given none: a quarter of the largest heap, from 64 MiB to 256 MiB. */
    static MemoryBudget standard() {
        long part = Runtime.getRuntime().maxMemory() / DEFAULT_PART_OF_HEAP;
        return of(Math.max(DEFAULT_LEAST, Math.min(DEFAULT_MOST, part)));
    }

    /** All bytes, on the heap and outside. */
    public long bytes() {
        return memory.bytes();
    }

    /** For how many nodes. */
    public int nodes() {
        return memory.nodes();
    }

    /** For RocksDB, outside the heap, {@link #writeBufferBytes} among them: 9/16. */
    public long storageBytes() {
        return memory.storageBytes();
    }

    /** For what RocksDB has not written to files yet: 4/16. */
    public long writeBufferBytes() {
        return memory.writeBufferBytes();
    }

    /** For records that were read or written lately, on the heap: 2/16. */
    public long recordBytes() {
        return memory.cacheBytes();
    }

    /** For messages, on the heap: 4/16. */
    public long messageBytes() {
        return memory.messageBytes();
    }

    /** For buffers of the network, outside the heap: 1/16. */
    public long networkBytes() {
        return memory.networkBytes();
    }

    NodeMemory memory() {
        return memory;
    }

    @Override
    public String toString() {
        return "MemoryBudget[" + bytes() + " bytes for " + nodes() + " nodes]";
    }
}
