package io.whorl.internal;

import io.whorl.core.spi.Space;
import io.whorl.core.spi.StorageEngine;
import io.whorl.core.spi.StorageException;
import io.whorl.core.spi.WriteBatch;
import io.whorl.storage.HeapStorageEngine;
import java.util.List;

/** An engine in memory whose writes begin to fail when told so. */
final class FailingEngine implements StorageEngine {
    private final StorageEngine engine = new HeapStorageEngine();
    private volatile StorageException.Kind failure;

    /** From now on every write fails so; null: no more. */
    void failWith(StorageException.Kind kind) {
        failure = kind;
    }

    @Override
    public byte[] get(Space space, byte[] key) {
        return engine.get(space, key);
    }

    @Override
    public List<byte[]> multiGet(Space space, List<byte[]> keys) {
        return engine.multiGet(space, keys);
    }

    @Override
    public Cursor scan(Space space, byte[] from, byte[] to) {
        return engine.scan(space, from, to);
    }

    @Override
    public long approximateBytes(Space space, byte[] from, byte[] to) {
        return engine.approximateBytes(space, from, to);
    }

    @Override
    public void apply(WriteBatch batch) {
        StorageException.Kind kind = failure;
        if (kind != null) {
            throw new StorageException(kind, "deliberate " + kind);
        }
        engine.apply(batch);
    }

    @Override
    public void sync(Completion completion) {
        engine.sync(completion);
    }

    @Override
    public void close() {
        engine.close();
    }
}
