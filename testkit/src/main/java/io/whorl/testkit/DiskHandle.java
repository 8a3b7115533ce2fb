package io.whorl.testkit;

import io.whorl.core.spi.Space;
import io.whorl.core.spi.StorageCache;
import io.whorl.core.spi.StorageEngine;
import io.whorl.core.spi.StorageMemory;
import io.whorl.core.spi.WriteBatch;
import java.util.List;

/**
 * One node's hold on its disk, for one life of the node. It can be cut, after which the node works on, as a process may for an instant
 * before it is dead, but nothing reaches the disk. It leaves a disk in memory open when it is closed.
 */
final class DiskHandle implements StorageEngine {
    private final StorageEngine disk;
    private final boolean outlivesNode;
    private volatile boolean cut;

    /** @param outlivesNode whether the disk is to stay open when the node closes */
    DiskHandle(StorageEngine disk, boolean outlivesNode) {
        this.disk = disk;
        this.outlivesNode = outlivesNode;
    }

    void cut() {
        cut = true;
    }

    @Override
    public StorageMemory memory() {
        return disk.memory();
    }

    @Override
    public StorageCache cache() {
        return disk.cache();
    }

    @Override
    public byte[] get(Space space, byte[] key) {
        return disk.get(space, key);
    }

    @Override
    public List<byte[]> multiGet(Space space, List<byte[]> keys) {
        return disk.multiGet(space, keys);
    }

    @Override
    public Cursor scan(Space space, byte[] from, byte[] to) {
        return disk.scan(space, from, to);
    }

    @Override
    public long approximateBytes(Space space, byte[] from, byte[] to) {
        return disk.approximateBytes(space, from, to);
    }

    @Override
    public void apply(WriteBatch batch) {
        if (!cut) {
            disk.apply(batch);
        }
    }

    @Override
    public void sync(Completion completion) {
        if (!cut) {
            disk.sync(completion);
        }
    }

    @Override
    public void close() {
        if (!outlivesNode) {
            disk.close();
        }
    }
}
