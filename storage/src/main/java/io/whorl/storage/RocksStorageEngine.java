package io.whorl.storage;

import io.whorl.core.spi.Space;
import io.whorl.core.spi.StorageEngine;
import io.whorl.core.spi.StorageException;
import io.whorl.core.spi.StorageException.Kind;
import io.whorl.core.spi.StorageMemory;
import io.whorl.core.spi.WriteBatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.rocksdb.Checkpoint;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.Range;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.SizeApproximationFlag;
import org.rocksdb.Slice;
import org.rocksdb.Snapshot;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A {@link StorageEngine} on RocksDB: one database per node, one column family per space.
 *
 * <p>{@link #apply} hands the operating system a record of the write-ahead log, so it survives the process, and {@link #sync}
 * makes it survive the machine, by one thread for all who wait ({@link GroupSync}). The engine never syncs unasked, except
 * when it closes: core asks for the syncs that keep {@code ASYNC} writes at most 100 ms behind.
 *
 * <p>After a crash the database holds a prefix of the batches. Whether that prefix has everything that was synced is checked
 * when it is opened ({@link DurableMark}); if not, opening fails with kind {@code CORRUPTION}. After a failed sync, nothing
 * can be applied any more until the engine is opened again.
 *
 * <p>{@code apply} may take long while RocksDB writes memory out slower than it fills. All methods may be called from any
 * thread, also while another one closes the engine ({@link UseGuard}); sync completions are told by the sync thread, and
 * should return soon.
 */
public final class RocksStorageEngine implements StorageEngine {
    private static final Logger LOG = LoggerFactory.getLogger(RocksStorageEngine.class);

    private static final String WRITE_BUFFERS = "rocksdb.size-all-mem-tables";

    /** How the write-ahead log is made durable; a test of what a loss of power leaves puts itself between. */
    interface LogSync {
        void sync(RocksDB db) throws RocksDBException;
    }

    private final Path directory;
    private final RocksHandles rocks;
    private final RocksMemory memory;
    private final LogSync log;
    private final DurableMark mark;
    private final OpenMark openMark;
    private final FreeSpace freeSpace;
    private final Failures failures;
    private final UseGuard guard;
    private final GroupSync syncs;
    private final Set<RocksCursor> cursors = ConcurrentHashMap.newKeySet();
    private final UnblockedWrites writes;
    private final AtomicBoolean closing = new AtomicBoolean();
    private final CountDownLatch closed = new CountDownLatch(1);

    private RocksStorageEngine(
            Path directory,
            RocksHandles rocks,
            RocksMemory memory,
            LogSync log,
            DurableMark mark,
            OpenMark openMark,
            FreeSpace freeSpace) {
        this.directory = directory;
        this.rocks = rocks;
        this.memory = memory;
        this.log = log;
        this.mark = mark;
        this.openMark = openMark;
        this.freeSpace = freeSpace;
        this.failures = new Failures(directory);
        this.writes = new UnblockedWrites(rocks, failures);
        this.guard = new UseGuard("the storage engine in " + directory);
        this.syncs = new GroupSync("whorl-storage-sync-" + directory.getFileName(), this::syncNow);
    }

    /**
     * Opens a node's data directory, and creates it if it is missing or empty.
     *
     * @param memory what it may share with other engines of this JVM
     * @throws StorageException {@code UNUSABLE} if another node has the directory open, if it has content that is not ours or
     *     is of a newer format, or if it or the native library cannot be used; {@code CORRUPTION} if stored bytes are damaged
     *     or missing; {@code FULL} or {@code IO} if the disk is the cause
     */
    public static RocksStorageEngine open(Path directory, RocksOptions options, RocksMemory memory) {
        return open(directory, options, memory, RocksDB::syncWal);
    }

    /** Opens a node's data directory with {@linkplain RocksMemory#defaults() memory of its own}. */
    public static RocksStorageEngine open(Path directory, RocksOptions options) {
        return open(directory, options, RocksMemory.defaults());
    }

    static RocksStorageEngine open(Path directory, RocksOptions options, RocksMemory memory, LogSync log) {
        Objects.requireNonNull(options, "options: RocksOptions.defaults() has sensible ones");
        Path absolute = directory.toAbsolutePath().normalize();
        NativeLibrary.load();
        DataDirectory data = new DataDirectory(absolute);
        data.prepare();
        RocksHandles rocks = openDatabase(data, options, memory);
        DurableMark mark = null;
        try {
            // From here on RocksDB's lock keeps every other node out.
            mark = DurableMark.open(data.durableMark());
            data.sync();
            checkRecovered(absolute, rocks.db().getLatestSequenceNumber(), mark);
            OpenMark openMark = OpenMark.begin(data, mark.existed(), OpenMark.BOOT_ID);
            FreeSpace freeSpace = new FreeSpace(absolute, options.minFreeBytes());
            return new RocksStorageEngine(absolute, rocks, memory, log, mark, openMark, freeSpace);
        } catch (IOException e) {
            closeAll(rocks, mark);
            throw data.failures().of("opening the database", e);
        } catch (RuntimeException e) {
            closeAll(rocks, mark);
            throw e;
        }
    }

    private static RocksHandles openDatabase(DataDirectory data, RocksOptions options, RocksMemory memory) {
        boolean create = !Files.exists(data.durableMark());
        try {
            return RocksHandles.open(data.database(), options, memory, create);
        } catch (RocksDBException e) {
            StorageException failure = data.failures().ofOpening(e);
            if (failure.kind() != Kind.CORRUPTION) {
                throw failure;
            }
            // A process that is killed while it makes its database leaves one that RocksDB takes for a damaged one.
            try {
                if (data.discardUnfinished()) {
                    LOG.info("{} was left unfinished by a first start; the database is made again", data.database());
                    return RocksHandles.open(data.database(), options, memory, true);
                }
            } catch (IOException | RocksDBException again) {
                failure.addSuppressed(again);
            }
            throw failure;
        }
    }

    private static void checkRecovered(Path directory, long recovered, DurableMark mark) {
        if (recovered < mark.sequence()) {
            throw new StorageException(
                    Kind.CORRUPTION,
                    "the database in " + directory
                            + " lost batches that had been synced: its write-ahead log is intact up "
                            + "to sequence number " + recovered + ", but " + mark.sequence()
                            + " was durable. A log file was damaged or removed. Check the disk, and restore the directory "
                            + "or let the node start anew with an empty one");
        }
        if (!mark.existed() && recovered > 0) {
            LOG.warn("{} had no file DURABLE; this start could not check whether synced batches were lost", directory);
        }
    }

    @Override
    public Opened opened() {
        return openMark.opened();
    }

    @Override
    public void openedNoted() {
        int stripe = guard.enter();
        try {
            openMark.noted();
        } catch (IOException e) {
            throw failures.of("noting how the engine was left", e);
        } finally {
            guard.exit(stripe);
        }
    }

    @Override
    public boolean hasSpace() {
        return freeSpace.isEnough();
    }

    @Override
    public byte[] get(Space space, byte[] key) {
        int stripe = guard.enter();
        try {
            return rocks.db().get(rocks.family(space), rocks.read(), key);
        } catch (RocksDBException e) {
            throw failures.of("reading a value", e);
        } finally {
            guard.exit(stripe);
        }
    }

    @Override
    public List<byte[]> multiGet(Space space, List<byte[]> keys) {
        int stripe = guard.enter();
        try {
            if (keys.isEmpty()) {
                return List.of();
            }
            List<byte[]> values = multiGet(rocks.read(), space, keys);
            return confirmAbsent(rocks.read(), space, keys, values) ? values : multiGetFromSnapshot(space, keys);
        } catch (RocksDBException e) {
            throw failures.of("reading values", e);
        } finally {
            guard.exit(stripe);
        }
    }

    private List<byte[]> multiGet(ReadOptions read, Space space, List<byte[]> keys) throws RocksDBException {
        List<ColumnFamilyHandle> families = Collections.nCopies(keys.size(), rocks.family(space));
        return rocks.db().multiGetAsList(read, families, keys);
    }

    /**
     * RocksDB's multi-get for Java gives null for an absent value and for one that it could not read alike, so each null is
     * asked for again by a single get, which throws. False if a value has appeared since.
     */
    private boolean confirmAbsent(ReadOptions read, Space space, List<byte[]> keys, List<byte[]> values)
            throws RocksDBException {
        for (int i = 0; i < keys.size(); i++) {
            if (values.get(i) == null && rocks.db().get(rocks.family(space), read, keys.get(i)) != null) {
                return false;
            }
        }
        return true;
    }

    /** The rare case that a value appeared between the two questions: both are asked of one snapshot. */
    private List<byte[]> multiGetFromSnapshot(Space space, List<byte[]> keys) throws RocksDBException {
        try (Snapshot snapshot = rocks.db().getSnapshot();
                ReadOptions read = new ReadOptions().setSnapshot(snapshot)) {
            try {
                List<byte[]> values = multiGet(read, space, keys);
                if (!confirmAbsent(read, space, keys, values)) {
                    throw new StorageException(
                            Kind.IO,
                            "a value in " + directory + " could be read and, just before, could not; look at the disk");
                }
                return values;
            } finally {
                rocks.db().releaseSnapshot(snapshot);
            }
        }
    }

    @Override
    public Cursor scan(Space space, byte[] from, byte[] to) {
        int stripe = guard.enter();
        try {
            return new RocksCursor(rocks.db(), rocks.family(space), from, to, guard, failures, cursors);
        } finally {
            guard.exit(stripe);
        }
    }

    /** What the files hold, compressed, and the memory that is not in files yet. */
    @Override
    public long approximateBytes(Space space, byte[] from, byte[] to) {
        int stripe = guard.enter();
        try (Slice first = new Slice(from);
                Slice last = new Slice(to)) {
            return rocks.db()
                    .getApproximateSizes(
                            rocks.family(space),
                            List.of(new Range(first, last)),
                            SizeApproximationFlag.INCLUDE_FILES,
                            SizeApproximationFlag.INCLUDE_MEMTABLES)[0];
        } finally {
            guard.exit(stripe);
        }
    }

    @Override
    public StorageMemory memory() {
        int stripe = guard.tryEnter();
        if (stripe < 0) {
            return StorageMemory.NONE;
        }
        try {
            return new StorageMemory(memory.usedBytes(), rocks.db().getAggregatedLongProperty(WRITE_BUFFERS));
        } catch (RocksDBException e) {
            throw failures.of("asking for the memory in use", e);
        } finally {
            guard.exit(stripe);
        }
    }

    @Override
    public void apply(WriteBatch batch) {
        int stripe = guard.enter();
        try {
            StorageException syncFailure = syncs.failure();
            if (syncFailure != null) {
                throw new StorageException(
                        syncFailure.kind(),
                        "nothing is applied after a failed sync: " + syncFailure.getMessage(),
                        syncFailure);
            }
            byte[] bytes = BatchBytes.of(batch, rocks.familyNumbers());
            if (BatchBytes.isEmpty(bytes)) {
                return;
            }
            if (stores(batch)) {
                freeSpace.check(bytes.length);
            }
            try (org.rocksdb.WriteBatch handed = new org.rocksdb.WriteBatch(bytes)) {
                writes.write(handed);
            }
        } catch (RocksDBException e) {
            throw failures.ofWriting("applying a batch", e);
        } finally {
            guard.exit(stripe);
        }
    }

    /**
     * Whether a batch needs space. One that only deletes is let through, since it makes some; and one that puts into the meta space
     * alone, since that is little, goes with deletes elsewhere, or is what a node must be able to remember.
     */
    private static boolean stores(WriteBatch batch) {
        for (WriteBatch.Change change : batch.changes()) {
            if (change instanceof WriteBatch.Put put && put.space() != Space.META) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void sync(Completion completion) {
        Objects.requireNonNull(completion, "completion");
        int stripe = guard.enter();
        try {
            if (!syncs.add(completion)) {
                throw guard.closedFailure();
            }
        } finally {
            guard.exit(stripe);
        }
    }

    /** Outside the guard: only the sync thread calls this, and the handles are freed after that thread has ended. */
    private void syncNow() {
        try {
            long applied = rocks.db().getLatestSequenceNumber();
            log.sync(rocks.db());
            if (applied > mark.sequence()) {
                mark.write(applied);
            }
        } catch (RocksDBException e) {
            throw failures.ofSyncing("syncing the write-ahead log", e);
        } catch (IOException e) {
            throw failures.ofSyncing("noting what is durable", e);
        }
    }

    @Override
    public void checkpoint(String directory) {
        int stripe = guard.enter();
        DataDirectory copy =
                new DataDirectory(Path.of(directory).toAbsolutePath().normalize());
        try (Checkpoint checkpoint = Checkpoint.create(rocks.db())) {
            copy.beginCheckpoint();
            checkpoint.createCheckpoint(copy.database().toString());
            copy.completeCheckpoint();
        } catch (RocksDBException e) {
            throw failures.ofWriting("writing a checkpoint", e);
        } catch (IOException e) {
            throw failures.of("writing a checkpoint", e);
        } finally {
            guard.exit(stripe);
        }
    }

    @Override
    public void close() {
        if (!closing.compareAndSet(false, true)) {
            awaitClosed();
            return;
        }
        try {
            guard.close();
            syncs.stop();
            StorageException failure = syncs.failure();
            if (failure != null) {
                LOG.error("the storage engine in {} closes without a last sync, since one failed before", directory);
            }
            for (RocksCursor cursor : cursors) {
                cursor.free();
            }
            if (failure == null) {
                noteClosed();
            }
            closeAll(rocks, mark);
        } finally {
            closed.countDown();
        }
    }

    /** While the lock is still held, so that nobody has opened the engine again in the meantime. */
    private void noteClosed() {
        try {
            openMark.closed();
        } catch (IOException e) {
            LOG.warn("{} could not be noted as closed; the next start takes it for one after a crash", directory, e);
        }
    }

    /** Waits for the thread that closes, unless it waits for this one. */
    private void awaitClosed() {
        if (syncs.isCurrentThread()) {
            return;
        }
        boolean interrupted = false;
        while (closed.getCount() > 0) {
            try {
                closed.await();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static void closeAll(RocksHandles rocks, DurableMark mark) {
        try {
            rocks.close();
        } finally {
            if (mark != null) {
                try {
                    mark.close();
                } catch (IOException e) {
                    LOG.warn("a file handle could not be closed", e);
                }
            }
        }
    }
}
