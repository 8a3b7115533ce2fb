package io.whorl.core.node;

import io.whorl.core.meter.Counter;
import io.whorl.core.meter.Meters;
import io.whorl.core.spi.Space;
import io.whorl.core.spi.StorageEngine;
import io.whorl.core.spi.StorageException;
import io.whorl.core.spi.WriteBatch;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** The node's storage engine, counted; and noticed are the moments from which there is no space left, and from which there is again. */
final class MeteredStorage implements StorageEngine {
    private final StorageEngine storage;
    private final Meters meters;
    private final SpaceListener listener;
    private final AtomicBoolean full = new AtomicBoolean();

    /** Learns of the turns, on whichever lane writes. */
    interface SpaceListener {
        /** A write was refused for want of space, and the one before was not. */
        void full(StorageException refusal);

        /** A write succeeded, and the one before was refused for want of space. */
        void hasSpace();
    }

    MeteredStorage(StorageEngine storage, Meters meters, SpaceListener listener) {
        this.storage = storage;
        this.meters = meters;
        this.listener = listener;
    }

    /** Whether the last write that was tried was refused for want of space. */
    boolean isFull() {
        return full.get();
    }

    @Override
    public byte[] get(Space space, byte[] key) {
        return storage.get(space, key);
    }

    @Override
    public List<byte[]> multiGet(Space space, List<byte[]> keys) {
        return storage.multiGet(space, keys);
    }

    @Override
    public Cursor scan(Space space, byte[] from, byte[] to) {
        return storage.scan(space, from, to);
    }

    @Override
    public void apply(WriteBatch batch) {
        try {
            storage.apply(batch);
        } catch (StorageException e) {
            if (e.isFull()) {
                meters.add(Counter.STORAGE_FULL_REFUSALS);
                if (full.compareAndSet(false, true)) {
                    listener.full(e);
                }
            }
            throw e;
        }
        meters.add(Counter.STORAGE_BATCHES);
        if (full.get() && full.compareAndSet(true, false)) {
            listener.hasSpace();
        }
    }

    @Override
    public void sync(Completion completion) {
        meters.add(Counter.STORAGE_SYNCS);
        storage.sync(completion);
    }

    @Override
    public void close() {
        storage.close();
    }
}
