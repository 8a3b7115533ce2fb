package io.whorl.storage;

import io.whorl.core.spi.Space;
import io.whorl.core.spi.StorageEngine;
import io.whorl.core.spi.StorageException;
import io.whorl.core.spi.WriteBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * A {@link StorageEngine} in memory, for nodes without a data directory. Nothing outlives {@link #close} or the process, so
 * {@link #sync} succeeds at once, on the calling thread.
 *
 * <p>Every batch makes a new version of all four spaces, which is published by one volatile write. So readers never wait,
 * neither for a writer nor for each other; {@code multiGet} and {@code scan} see one version, hence whole batches; and a
 * snapshot costs nothing. Concurrent skip lists would make single reads somewhat faster, but need a lock around every
 * batch, multi-get and scan, or a version number in every entry. Writers exclude each other; a node's writes come from few
 * lanes.
 */
public final class HeapStorageEngine implements StorageEngine {
    private static final Space[] SPACES = Space.values();

    /** The spaces' trees by ordinal, never changed after publication; null once closed. */
    private volatile ByteTree[] version;

    /** An engine without entries. */
    public HeapStorageEngine() {
        ByteTree[] first = new ByteTree[SPACES.length];
        Arrays.fill(first, ByteTree.empty());
        version = first;
    }

    @Override
    public byte[] get(Space space, byte[] key) {
        return copy(current()[space.ordinal()].get(key));
    }

    @Override
    public List<byte[]> multiGet(Space space, List<byte[]> keys) {
        ByteTree tree = current()[space.ordinal()];
        List<byte[]> values = new ArrayList<>(keys.size());
        for (byte[] key : keys) {
            values.add(copy(tree.get(key)));
        }
        return values;
    }

    @Override
    public Cursor scan(Space space, byte[] from, byte[] to) {
        Objects.requireNonNull(from, "from: the first key of a scan; an empty array scans from the beginning");
        return new HeapCursor(current()[space.ordinal()].walk(from.clone(), copy(to)));
    }

    @Override
    public synchronized void apply(WriteBatch batch) {
        ByteTree[] next = current().clone();
        for (WriteBatch.Change change : batch.changes()) {
            if (change instanceof WriteBatch.Put put) {
                int space = put.space().ordinal();
                next[space] = next[space].put(put.key(), put.value());
            } else if (change instanceof WriteBatch.Delete delete) {
                int space = delete.space().ordinal();
                next[space] = next[space].remove(delete.key());
            } else if (change instanceof WriteBatch.DeleteRange range) {
                int space = range.space().ordinal();
                next[space] = next[space].removeRange(range.from(), range.to());
            }
        }
        version = next;
    }

    @Override
    public void sync(Completion completion) {
        current();
        completion.succeeded();
    }

    @Override
    public synchronized void close() {
        version = null;
    }

    private ByteTree[] current() {
        ByteTree[] now = version;
        if (now == null) {
            throw new StorageException(
                    StorageException.Kind.CLOSED, "the storage engine in memory was closed; open another one");
        }
        return now;
    }

    private static byte[] copy(byte[] bytes) {
        return bytes == null ? null : bytes.clone();
    }

    private final class HeapCursor implements Cursor {
        private ByteTree.Walk walk;

        private HeapCursor(ByteTree.Walk walk) {
            this.walk = walk;
        }

        @Override
        public boolean next() {
            return walk().next();
        }

        @Override
        public byte[] key() {
            return walk().key().clone();
        }

        @Override
        public byte[] value() {
            return walk().value().clone();
        }

        @Override
        public void close() {
            walk = null;
        }

        private ByteTree.Walk walk() {
            current();
            if (walk == null) {
                throw new StorageException(StorageException.Kind.CLOSED, "the cursor was closed; scan again");
            }
            return walk;
        }
    }
}
