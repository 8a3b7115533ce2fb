package io.whorl.testkit.simulation;

import io.whorl.core.spi.Space;
import io.whorl.core.spi.StorageEngine;
import io.whorl.core.spi.WriteBatch;
import io.whorl.storage.HeapStorageEngine;
import java.util.List;

/** An engine in memory whose syncs take the virtual time that those of a simulated disk take. */
final class DelayedSyncs implements StorageEngine {
    private static final long FASTEST = 100 * Kernel.MICRO;
    private static final long SLOWEST = 3 * Kernel.MILLI;

    private final StorageEngine engine = new HeapStorageEngine();
    private final Kernel kernel;
    private final Draws draws;

    DelayedSyncs(Kernel kernel, Draws draws) {
        this.kernel = kernel;
        this.draws = draws;
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
    public void apply(WriteBatch batch) {
        engine.apply(batch);
    }

    @Override
    public void sync(Completion completion) {
        kernel.after(draws.between(FASTEST, SLOWEST), completion::succeeded);
    }

    @Override
    public void close() {
        engine.close();
    }
}
