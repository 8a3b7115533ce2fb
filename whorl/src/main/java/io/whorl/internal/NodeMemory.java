package io.whorl.internal;

import io.whorl.core.spi.StorageEngine;
import io.whorl.storage.CachingStorageEngine;
import io.whorl.storage.RocksMemory;
import io.whorl.storage.RocksOptions;
import io.whorl.storage.RocksStorageEngine;
import io.whorl.transport.NettyMemory;
import io.whorl.transport.TransportOptions;
import java.nio.file.Path;
import java.util.concurrent.ThreadLocalRandom;

/** The memory that nodes share, cut into parts, and the limits that follow for each of them. */
public final class NodeMemory {
    private static final int PARTS = 16;

    private final long bytes;
    private final int nodes;
    private final RocksMemory rocks;
    private final NettyMemory netty;

    /**
     * Memory that is taken when it is needed.
     *
     * @param bytes for all nodes together
     * @param nodes how many there will be
     */
    public NodeMemory(long bytes, int nodes) {
        this.bytes = bytes;
        this.nodes = nodes;
        this.rocks = RocksMemory.of(storageBytes(), writeBufferBytes(), nodes);
        this.netty = NettyMemory.of(networkBytes(), nodes);
    }

    /** For all nodes together. */
    public long bytes() {
        return bytes;
    }

    /** How many nodes there will be. */
    public int nodes() {
        return nodes;
    }

    /** What is RocksDB's. */
    public long storageBytes() {
        return bytes - cacheBytes() - messageBytes() - networkBytes();
    }

    /** What of that may not be in files yet. */
    public long writeBufferBytes() {
        return bytes / PARTS * 4;
    }

    /** What is for records on the heap. */
    public long cacheBytes() {
        return bytes / PARTS * 2;
    }

    /** What is for messages. */
    public long messageBytes() {
        return bytes / PARTS * 4;
    }

    /** What is for buffers of the network. */
    public long networkBytes() {
        return bytes / PARTS;
    }

    /** The storage engines' memory. */
    public RocksMemory rocks() {
        return rocks;
    }

    /** The transports' memory. */
    public NettyMemory netty() {
        return netty;
    }

    /** Opens the storage engine of a node with this data directory, with the node's part of the memory. */
    public StorageEngine storage(Path directory) {
        RocksStorageEngine engine = RocksStorageEngine.open(directory, limit(RocksOptions.defaults()), rocks);
        long seed = ThreadLocalRandom.current().nextLong();
        return new CachingStorageEngine(engine, cacheBytes() / nodes, seed);
    }

    /** A storage engine's options: its log may be twice as long as what it keeps in memory, or as it is by default. */
    public RocksOptions limit(RocksOptions options) {
        return options.withMaxTotalWalBytes(Math.max(options.maxTotalWalBytes(), 2 * writeBufferBytes() / nodes));
    }

    /** A transport's options: half of its node's messages may be on their way out, three quarters of those to one other node. */
    public TransportOptions limit(TransportOptions options) {
        long outgoing = messageBytes() / nodes / 2;
        return options.withMaxInFlightBytes(outgoing / 4 * 3).withMaxTotalInFlightBytes(outgoing);
    }

    /** What callers may have under way on one lane: as much as there is for the node's messages, on each. */
    public long callerBytes() {
        return messageBytes() / nodes;
    }

    /** What may wait for one of so many lanes: a quarter of the node's messages, as much again of which may wait for a newer state. */
    public long inboxBytes(int lanes) {
        return messageBytes() / nodes / 4 / lanes;
    }
}
