package io.whorl.storage;

import io.whorl.core.spi.StorageEngine.Cursor;
import io.whorl.core.spi.StorageException;
import io.whorl.core.spi.StorageException.Kind;
import java.util.Arrays;
import java.util.Objects;
import java.util.Set;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;

/**
 * A scan of a column family. RocksDB's iterator has a snapshot of its own from the moment it is made.
 *
 * <p>Each step holds the engine's guard. A cursor that is open when the engine closes is freed by the engine, once no thread
 * is inside the guard any more; so it can be freed by one of the two only.
 */
final class RocksCursor implements Cursor {
    private final UseGuard guard;
    private final Failures failures;
    private final Set<RocksCursor> open;
    private final byte[] from;
    private final Slice upperBound;
    private final ReadOptions options;
    private final RocksIterator iterator;
    private boolean started;
    private boolean present;
    private boolean closed;

    /** Called inside the guard. The cursor is in {@code open} from now on until it is freed. */
    RocksCursor(
            RocksDB db,
            ColumnFamilyHandle family,
            byte[] from,
            byte[] to,
            UseGuard guard,
            Failures failures,
            Set<RocksCursor> open) {
        this.guard = guard;
        this.failures = failures;
        this.open = open;
        this.from = Objects.requireNonNull(
                        from, "from: the first key of a scan; an empty array scans from the beginning")
                .clone();
        // An empty range gets no bound below its start, which RocksDB leaves undefined, but is never begun.
        boolean empty = to != null && Arrays.compareUnsigned(from, to) >= 0;
        this.started = empty;
        this.upperBound = to == null || empty ? null : new Slice(to);
        this.options = new ReadOptions();
        if (upperBound != null) {
            options.setIterateUpperBound(upperBound);
        }
        this.iterator = db.newIterator(family, options);
        open.add(this);
    }

    @Override
    public boolean next() {
        int stripe = enter();
        try {
            if (!started) {
                started = true;
                iterator.seek(from);
            } else if (present) {
                iterator.next();
            } else {
                return false;
            }
            present = iterator.isValid();
            if (!present) {
                // An iterator that meets damage ends as if there were no more entries; only its status tells.
                iterator.status();
            }
            return present;
        } catch (RocksDBException e) {
            throw failures.of("scanning", e);
        } finally {
            guard.exit(stripe);
        }
    }

    @Override
    public byte[] key() {
        int stripe = enter();
        try {
            checkPresent();
            return iterator.key();
        } finally {
            guard.exit(stripe);
        }
    }

    @Override
    public byte[] value() {
        int stripe = enter();
        try {
            checkPresent();
            return iterator.value();
        } finally {
            guard.exit(stripe);
        }
    }

    @Override
    public void close() {
        int stripe = guard.tryEnter();
        if (stripe < 0) {
            // The engine is being closed and frees this cursor, or has done so.
            return;
        }
        try {
            if (!closed) {
                free();
            }
        } finally {
            guard.exit(stripe);
        }
    }

    /** Frees the native objects. Called inside the guard, or by the engine after it closed the guard. */
    void free() {
        closed = true;
        open.remove(this);
        iterator.close();
        options.close();
        if (upperBound != null) {
            upperBound.close();
        }
    }

    private int enter() {
        int stripe = guard.enter();
        if (closed) {
            guard.exit(stripe);
            throw new StorageException(Kind.CLOSED, "the cursor was closed; scan again");
        }
        return stripe;
    }

    private void checkPresent() {
        if (!present) {
            throw new IllegalStateException("there is no present entry: next() was not called, or returned false");
        }
    }
}
