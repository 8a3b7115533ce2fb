package io.whorl.core.node;

import io.whorl.core.meter.Counter;
import io.whorl.core.meter.Meters;
import io.whorl.core.spi.Space;
import io.whorl.core.spi.StorageEngine;
import io.whorl.core.spi.StorageException;
import io.whorl.core.spi.WriteBatch;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The node's storage engine, counted, of which no failure passes unnoticed, whoever called it and whatever becomes of the exception
 * there: the node learns of it before the caller does, so that nothing is acknowledged after an error (promise P9).
 */
final class WatchedStorage implements StorageEngine {
    private final StorageEngine engine;
    private final Meters meters;
    private final Consumer<StorageException> onFailure;

    WatchedStorage(StorageEngine engine, Meters meters, Consumer<StorageException> onFailure) {
        this.engine = engine;
        this.meters = meters;
        this.onFailure = onFailure;
    }

    private <T> T watched(Supplier<T> call) {
        try {
            return call.get();
        } catch (StorageException e) {
            throw noted(e);
        }
    }

    private StorageException noted(StorageException failure) {
        if (failure.isFull()) {
            meters.add(Counter.STORAGE_FULL_REFUSALS);
        }
        onFailure.accept(failure);
        return failure;
    }

    private void watched(Runnable call) {
        watched(() -> {
            call.run();
            return null;
        });
    }

    @Override
    public Opened opened() {
        return engine.opened();
    }

    @Override
    public void openedNoted() {
        watched(engine::openedNoted);
    }

    @Override
    public boolean hasSpace() {
        return watched(engine::hasSpace);
    }

    @Override
    public byte[] get(Space space, byte[] key) {
        try {
            return engine.get(space, key);
        } catch (StorageException e) {
            throw noted(e);
        }
    }

    @Override
    public byte[] beginning(Space space, byte[] key) {
        return engine.beginning(space, key);
    }

    @Override
    public List<byte[]> multiGet(Space space, List<byte[]> keys) {
        return watched(() -> engine.multiGet(space, keys));
    }

    @Override
    public Cursor scan(Space space, byte[] from, byte[] to) {
        Cursor cursor = watched(() -> engine.scan(space, from, to));
        return new Cursor() {
            @Override
            public boolean next() {
                return watched(cursor::next);
            }

            @Override
            public byte[] key() {
                return watched(cursor::key);
            }

            @Override
            public byte[] value() {
                return watched(cursor::value);
            }

            @Override
            public void close() {
                cursor.close();
            }
        };
    }

    @Override
    public long approximateBytes(Space space, byte[] from, byte[] to) {
        return watched(() -> engine.approximateBytes(space, from, to));
    }

    @Override
    public void apply(WriteBatch batch) {
        try {
            engine.apply(batch);
        } catch (StorageException e) {
            throw noted(e);
        }
        meters.add(Counter.STORAGE_BATCHES);
    }

    @Override
    public void sync(Completion completion) {
        meters.add(Counter.STORAGE_SYNCS);
        watched(() -> engine.sync(new Completion() {
            @Override
            public void succeeded() {
                completion.succeeded();
            }

            @Override
            public void failed(StorageException failure) {
                onFailure.accept(failure);
                completion.failed(failure);
            }
        }));
    }

    @Override
    public void checkpoint(String directory) {
        watched(() -> engine.checkpoint(directory));
    }

    /** The engine belongs to whoever made it. */
    @Override
    public void close() {
        throw new UnsupportedOperationException("a node does not close its ports");
    }
}
