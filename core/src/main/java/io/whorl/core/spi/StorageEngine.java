package io.whorl.core.spi;

import java.util.List;

/**
 * A node's durable state: four ordered key spaces that change in atomic batches.
 *
 * <p>What holds for every engine, and is tested by one contract suite:
 *
 * <ul>
 *   <li>A batch takes effect as a whole, and is visible to every later read on any thread once {@link #apply} has returned.
 *   <li>After a crash the engine holds the effect of a prefix of the applied batches; that prefix contains every batch that
 *       was applied before the call of a {@link #sync} that succeeded.
 *   <li>Every method may be called from any thread, and throws a {@link StorageException} of kind {@code CLOSED} after
 *       {@link #close}, which may be called repeatedly.
 *   <li>Arrays that were handed in are not changed, and arrays that are returned belong to the caller.
 * </ul>
 */
public interface StorageEngine extends AutoCloseable {

    /** How an engine was left before it was opened. */
    enum Opened {
        /** It was closed in order, or is new: it holds everything that was ever applied. */
        CLEAN,
        /** Its process ended without closing it. The machine went on, so it holds everything that was applied. */
        PROCESS_DIED,
        /** The machine may have stopped: batches that were applied and not synced may be gone. */
        POWER_MAY_HAVE_FAILED
    }

    /** How the engine was left. What is said of a loss of power is said at every opening until it was {@linkplain #openedNoted noted}. */
    default Opened opened() {
        return Opened.CLEAN;
    }

    /** Whoever uses the engine has stored what follows from {@link #opened}. */
    default void openedNoted() {}

    /**
     * Whether there is space for batches that store something; cheap. While there is not, {@link #apply} refuses those that put
     * anything into a space other than {@link Space#META}, which is kept for what a node must be able to remember.
     */
    default boolean hasSpace() {
        return true;
    }

    /** The memory outside the heap that is used now; none once the engine is closed. */
    default StorageMemory memory() {
        return StorageMemory.NONE;
    }

    /** What is kept of records on the heap. */
    default StorageCache cache() {
        return StorageCache.NONE;
    }

    /**
     * The value under a key, or null when there is none.
     *
     * @throws StorageException if the engine cannot tell, in which case absence must not be concluded
     */
    byte[] get(Space space, byte[] key);

    /**
     * The beginning of the value under a key, perhaps all of it, if that is at hand in memory as it was given to {@link #apply}. So it may be
     * taken for undamaged without being looked at as a whole, which {@link #get} may have read from a disk.
     *
     * @return null if it is not at hand, which says nothing about whether there is a value
     */
    default byte[] beginning(Space space, byte[] key) {
        return null;
    }

    /** The values under the keys, in their order, null where there is none; all read at one instant. */
    List<byte[]> multiGet(Space space, List<byte[]> keys);

    /** The entries from {@code from} (inclusive) to {@code to} (exclusive; null: to the end), as they are at this instant. */
    Cursor scan(Space space, byte[] from, byte[] to);

    /**
     * About how many bytes the entries from {@code from} (inclusive) to {@code to} (exclusive) take where they are kept: good for an
     * estimate, and for nothing else. What was deleted a short while ago may still be counted.
     */
    default long approximateBytes(Space space, byte[] from, byte[] to) {
        long bytes = 0;
        try (Cursor entries = scan(space, from, to)) {
            while (entries.next()) {
                bytes += entries.key().length + entries.value().length;
            }
        }
        return bytes;
    }

    /**
     * Applies a batch: atomic, visible, and in the operating system's hands when this returns, not necessarily durable.
     *
     * @throws StorageException of kind FULL if there is no space; nothing was applied then, and later batches are when there is. Never
     *     of kind CORRUPTION, which is said of what is read
     */
    void apply(WriteBatch batch);

    /**
     * Makes everything applied before this call durable and then tells, on any thread, possibly before this returns. Calls
     * that come while a sync is under way share the next one.
     */
    void sync(Completion completion);

    /**
     * Writes a copy of everything that was applied before this call to a new directory, while all else goes on. The copy is marked as
     * one: it cannot be opened as the state of the node that it was taken from, which may have promised more since.
     *
     * @param directory where to, as the host names places; must not exist
     * @throws StorageException of kind UNUSABLE if there is something already, or the engine has nothing on disk to copy; FULL or IO if
     *     the disk is the cause
     */
    default void checkpoint(String directory) {
        throw new StorageException(
                StorageException.Kind.UNUSABLE,
                "this storage engine keeps nothing on disk, so there is nothing to copy");
    }

    /** Frees everything, after a last sync. A cursor that is still open then throws when it is used. */
    @Override
    void close();

    /** Entries in key order. Used by one thread at a time; must be closed. */
    interface Cursor extends AutoCloseable {
        /** Moves to the next entry, at first to the first one; false when there is none. */
        boolean next();

        /** The present entry's key. */
        byte[] key();

        /** The present entry's value. */
        byte[] value();

        @Override
        void close();
    }

    /** Learns how a {@link #sync} ended; exactly one of the two is called, once. */
    interface Completion {
        /** Everything applied before the call is durable. */
        void succeeded();

        /** It may not be, and must not be taken to be. */
        void failed(StorageException failure);
    }
}
