package io.whorl.storage;

import io.whorl.core.spi.Space;
import io.whorl.core.spi.StorageCache;
import io.whorl.core.spi.StorageEngine;
import io.whorl.core.spi.StorageMemory;
import io.whorl.core.spi.WriteBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * A {@link StorageEngine} that keeps records which were read or written lately on the heap, in a cache of bounded size: a write reads its
 * record first, and what is read often is read from here. What the engine says is what the engine behind it would say, at every instant
 * and on every thread; only that damage on disk to a record that is held here is found later.
 *
 * <p>Single reads of {@link Space#RECORDS} are answered from it. Multi-gets and scans, which are of one instant, are not.
 */
public final class CachingStorageEngine implements StorageEngine {
    private final StorageEngine engine;
    private final RecordCache cache;
    private volatile boolean closed;

    private record Changing(byte[] key, int hash, byte[] value, long version) {}

    /**
     * An engine in front of another one, which it closes when it is closed. Nobody else may change that one.
     *
     * @param bytes how many the cache may take, on the heap; 0: nothing is kept
     * @param seed a random number, so that nobody can choose keys that are slow to find
     * @throws IllegalArgumentException if {@code bytes} is negative
     */
    public CachingStorageEngine(StorageEngine engine, long bytes, long seed) {
        if (bytes < 0) {
            throw new IllegalArgumentException("bytes was " + bytes + "; expected 0 at least");
        }
        this.engine = Objects.requireNonNull(engine, "engine");
        this.cache = new RecordCache(bytes, seed);
    }

    @Override
    public byte[] get(Space space, byte[] key) {
        if (space != Space.RECORDS) {
            return engine.get(space, key);
        }
        int hash = cache.hash(key);
        byte[] known = closed ? null : cache.get(key, hash);
        if (known != null) {
            return known;
        }
        long version = cache.version(hash);
        byte[] value = engine.get(space, key);
        if (value != null) {
            cache.keep(key, hash, value, version);
        }
        return value;
    }

    @Override
    public void apply(WriteBatch batch) {
        boolean manyRecords = false;
        List<Changing> changing = new ArrayList<>(batch.changes().size());
        for (WriteBatch.Change change : batch.changes()) {
            if (change instanceof WriteBatch.Put put && put.space() == Space.RECORDS) {
                add(changing, put.key(), put.value());
            } else if (change instanceof WriteBatch.Delete delete && delete.space() == Space.RECORDS) {
                add(changing, delete.key(), null);
            } else if (change instanceof WriteBatch.DeleteRange range && range.space() == Space.RECORDS) {
                manyRecords = true;
            }
        }
        boolean applied = false;
        if (manyRecords) {
            cache.clear();
        }
        try {
            engine.apply(batch);
            applied = !manyRecords;
        } finally {
            if (manyRecords) {
                cache.clear();
            }
            for (int i = 0; i < changing.size(); i++) {
                Changing each = changing.get(i);
                cache.changed(each.key, each.hash, applied ? each.value : null, each.version);
            }
        }
    }

    /** A batch changes this too; what it changes twice counts as it is in the end. */
    private void add(List<Changing> changing, byte[] key, byte[] value) {
        int hash = cache.hash(key);
        for (int i = changing.size() - 1; i >= 0; i--) {
            Changing earlier = changing.get(i);
            if (earlier.hash == hash && Arrays.equals(earlier.key, key)) {
                changing.set(i, new Changing(key, hash, value, earlier.version));
                return;
            }
        }
        changing.add(new Changing(key, hash, value, cache.changing(key, hash)));
    }

    @Override
    public StorageCache cache() {
        return new StorageCache(cache.bytes(), cache.hits(), cache.misses());
    }

    @Override
    public Opened opened() {
        return engine.opened();
    }

    @Override
    public void openedNoted() {
        engine.openedNoted();
    }

    @Override
    public boolean hasSpace() {
        return engine.hasSpace();
    }

    @Override
    public StorageMemory memory() {
        return engine.memory();
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
    public void sync(Completion completion) {
        engine.sync(completion);
    }

    @Override
    public void checkpoint(String directory) {
        engine.checkpoint(directory);
    }

    @Override
    public void close() {
        closed = true; // so that nothing is answered that the engine would refuse
        engine.close();
        cache.clear();
    }
}
