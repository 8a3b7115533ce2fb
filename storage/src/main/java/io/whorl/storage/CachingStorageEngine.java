package io.whorl.storage;

import io.whorl.core.spi.Space;
import io.whorl.core.spi.StorageCache;
import io.whorl.core.spi.StorageEngine;
import io.whorl.core.spi.StorageMemory;
import io.whorl.core.spi.WriteBatch;
import java.util.List;
import java.util.Objects;

/**
 * A {@link StorageEngine} that keeps records which were read or written lately on the heap, in a cache of bounded size: a write reads its
 * record first, and what is read often is read from here. What the engine says is what the engine behind it would say, at every instant
 * and on every thread; only that damage on disk to a record that is held here is found later.
 *
 * <p>Single reads of {@link Space#RECORDS} are answered from it. Multi-gets and scans, which are of one instant, are not. Of long records
 * that are written and not read only the beginnings are kept.
 */
public final class CachingStorageEngine implements StorageEngine {
    /** A record of 100 bytes is kept as a whole; what a write needs of a longer one is in the first few dozen bytes as a rule. */
    private static final int WHOLE = 512;

    private static final int BEGINNING = 128;

    private final StorageEngine engine;
    private final RecordCache cache;
    private volatile boolean closed;

    /**
     * An engine in front of another one, which it closes when it is closed. Nobody else may change that one.
     *
     * @param bytes how many the cache may take, on the heap; 0: nothing is kept
     * @param seed a random number, so that nobody can choose keys that are slow to find
     * @throws IllegalArgumentException if {@code bytes} is negative
     */
    public CachingStorageEngine(StorageEngine engine, long bytes, long seed) {
        this(engine, bytes, seed, WHOLE, BEGINNING);
    }

    /**
     * As above, with other lengths.
     *
     * @param whole a record of up to so many bytes is kept as a whole when it is written, a longer one when it is read
     * @param beginning how many bytes are kept of others
     * @throws IllegalArgumentException if {@code bytes} or {@code beginning} is negative, or {@code beginning} is above {@code whole}
     */
    public CachingStorageEngine(StorageEngine engine, long bytes, long seed, int whole, int beginning) {
        if (bytes < 0) {
            throw new IllegalArgumentException("bytes was " + bytes + "; expected 0 at least");
        }
        this.engine = Objects.requireNonNull(engine, "engine");
        this.cache = new RecordCache(bytes, seed, new CacheSegment.Lengths(whole, beginning));
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
    public byte[] beginning(Space space, byte[] key) {
        return space != Space.RECORDS || closed ? null : cache.beginning(key, cache.hash(key));
    }

    @Override
    public void apply(WriteBatch batch) {
        boolean manyRecords = false;
        ChangedRecords changed = new ChangedRecords(cache, batch.changes().size());
        for (WriteBatch.Change change : batch.changes()) {
            if (change instanceof WriteBatch.Put put && put.space() == Space.RECORDS) {
                changed.add(put.key(), put.value());
            } else if (change instanceof WriteBatch.Delete delete && delete.space() == Space.RECORDS) {
                changed.add(delete.key(), null);
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
            changed.ended(applied);
        }
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
