package io.whorl.testkit.simulation;

import io.whorl.core.spi.Space;
import io.whorl.core.spi.StorageEngine;
import io.whorl.core.spi.StorageException;
import io.whorl.core.spi.WriteBatch;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** One process's engine on a simulated disk. A sync takes its time; those asked for in the meantime share the next. */
final class SimulatedStorage implements StorageEngine {
    private static final long FASTEST_SYNC = 100 * Kernel.MICRO;
    private static final long SLOWEST_SYNC = 3 * Kernel.MILLI;
    private static final long SLOWEST_STALL = 200 * Kernel.MILLI;
    private static final double STALLS = 0.01;
    private static final long SLOWEST_OF_A_SLOW_DISK = 4 * Kernel.SECOND;

    private final Kernel kernel;
    private final SimulatedProcess process;
    private final SimulatedDisk disk;
    private final BatchObserver observer;
    private final Draws draws;
    private List<Completion> waiting = new ArrayList<>();
    private List<Completion> served = List.of();
    private boolean broken;
    private boolean closed;

    SimulatedStorage(Kernel kernel, SimulatedProcess process, SimulatedDisk disk, BatchObserver observer, Draws draws) {
        this.kernel = kernel;
        this.process = process;
        this.disk = disk;
        this.observer = observer;
        this.draws = draws;
    }

    @Override
    public Opened opened() {
        return disk.hasLostPower() ? Opened.POWER_MAY_HAVE_FAILED : Opened.PROCESS_DIED;
    }

    @Override
    public void openedNoted() {
        disk.noteLossOfPower();
    }

    @Override
    public boolean hasSpace() {
        return !disk.trouble().isFull(kernel.now());
    }

    @Override
    public byte[] get(Space space, byte[] key) {
        step();
        byte[] value = disk.get(space, key);
        return value == null ? null : value.clone();
    }

    @Override
    public List<byte[]> multiGet(Space space, List<byte[]> keys) {
        step();
        List<byte[]> values = new ArrayList<>(keys.size());
        for (byte[] key : keys) {
            byte[] value = disk.get(space, key);
            values.add(value == null ? null : value.clone());
        }
        return values;
    }

    @Override
    public Cursor scan(Space space, byte[] from, byte[] to) {
        step();
        List<Map.Entry<byte[], byte[]>> entries = new ArrayList<>();
        disk.range(space, from, to).forEach((key, value) -> entries.add(Map.entry(key, value)));
        return new Snapshot(entries);
    }

    @Override
    public void apply(WriteBatch batch) {
        requireOpen();
        if (batch.isEmpty()) {
            return;
        }
        step();
        if (disk.trouble().isFull(kernel.now())) {
            process.metFullDisk();
            throw new StorageException(
                    StorageException.Kind.FULL, "the simulated disk of " + process.host() + " is full");
        }
        for (WriteBatch.Change change : batch.changes()) {
            if (change instanceof WriteBatch.Put put) {
                kernel.trace().add(put.key());
                kernel.trace().add(put.value());
            }
        }
        if (batch.parts().isEmpty()) {
            applyPart(batch);
        }
        // One after the other, each by its own cause: a power loss may then keep some of them, which is worse than
        // real.
        for (WriteBatch.Part part : batch.parts()) {
            part.trace().run(() -> applyPart(part.changes()));
        }
    }

    private void applyPart(WriteBatch batch) {
        observer.applying(process.host(), batch);
        disk.apply(batch);
    }

    @Override
    public void sync(Completion completion) {
        requireOpen();
        waiting.add(completion);
        if (served.isEmpty()) {
            begin();
        }
    }

    private void begin() {
        served = waiting;
        waiting = new ArrayList<>();
        long upTo = disk.applied();
        process.after(syncTime(), () -> {
            if (closed) {
                return;
            }
            if (!broken && disk.trouble().takeSyncError()) {
                // What was not written is not known any more, so no later sync can be believed either.
                broken = true;
                process.metError(false);
            }
            finish(upTo);
            if (!closed && served.isEmpty() && !waiting.isEmpty()) {
                begin();
            }
        });
    }

    private void finish(long upTo) {
        List<Completion> told = served;
        served = List.of();
        if (broken) {
            StorageException failure = error("a sync");
            told.forEach(each -> each.failed(failure));
        } else {
            disk.syncedUpTo(upTo);
            told.forEach(Completion::succeeded);
        }
    }

    private long syncTime() {
        if (disk.trouble().isSlow(kernel.now())) {
            return draws.between(SLOWEST_STALL, SLOWEST_OF_A_SLOW_DISK);
        }
        return draws.between(FASTEST_SYNC, draws.chance(STALLS) ? SLOWEST_STALL : SLOWEST_SYNC);
    }

    private StorageException error(String what) {
        return new StorageException(
                StorageException.Kind.IO, what + " of the simulated disk of " + process.host() + " failed");
    }

    /** One step of the engine, which may be the one that fails. */
    private void step() {
        requireOpen();
        if (disk.trouble().takeStepError()) {
            process.metError(true);
            throw error("a step");
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            // A last sync, which all that were asked for share.
            List<Completion> late = waiting;
            finish(disk.applied());
            served = late;
            finish(disk.applied());
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new StorageException(
                    StorageException.Kind.CLOSED, "the simulated storage of " + process.host() + " was closed before");
        }
    }

    /** The entries as they were when the scan began: arrays on the disk are replaced, never changed. */
    private final class Snapshot implements Cursor {
        private final Iterator<Map.Entry<byte[], byte[]>> entries;
        private Map.Entry<byte[], byte[]> present;
        private boolean cursorClosed;

        Snapshot(List<Map.Entry<byte[], byte[]>> entries) {
            this.entries = entries.iterator();
        }

        @Override
        public boolean next() {
            requireUsable();
            present = entries.hasNext() ? entries.next() : null;
            return present != null;
        }

        @Override
        public byte[] key() {
            requireUsable();
            return entry().getKey().clone();
        }

        @Override
        public byte[] value() {
            requireUsable();
            return entry().getValue().clone();
        }

        private void requireUsable() {
            requireOpen();
            if (cursorClosed) {
                throw new StorageException(StorageException.Kind.CLOSED, "the cursor was closed before");
            }
        }

        private Map.Entry<byte[], byte[]> entry() {
            if (present == null) {
                throw new IllegalStateException(
                        "the cursor stands on no entry: call next() first, and while it is true");
            }
            return present;
        }

        @Override
        public void close() {
            present = null;
            cursorClosed = true;
        }
    }
}
