package io.whorl.testkit.simulation;

import io.whorl.core.spi.Space;
import io.whorl.core.spi.StorageEngine;
import io.whorl.core.spi.StorageException;
import io.whorl.core.spi.WriteBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** One process's engine on a simulated disk. A sync takes its time; those asked for in the meantime share the next. */
final class SimulatedStorage implements StorageEngine {
    private static final long FASTEST_SYNC = 100 * Kernel.MICRO;
    private static final long SLOWEST_SYNC = 3 * Kernel.MILLI;
    private static final long SLOWEST_STALL = 200 * Kernel.MILLI;
    private static final double STALLS = 0.01;

    private final Kernel kernel;
    private final SimulatedProcess process;
    private final SimulatedDisk disk;
    private final BatchObserver observer;
    private final Draws draws;
    private List<Completion> waiting = new ArrayList<>();
    private boolean syncing;
    private boolean closed;

    SimulatedStorage(Kernel kernel, SimulatedProcess process, SimulatedDisk disk, BatchObserver observer, Draws draws) {
        this.kernel = kernel;
        this.process = process;
        this.disk = disk;
        this.observer = observer;
        this.draws = draws;
    }

    @Override
    public byte[] get(Space space, byte[] key) {
        requireOpen();
        byte[] value = disk.get(space, key);
        return value == null ? null : value.clone();
    }

    @Override
    public List<byte[]> multiGet(Space space, List<byte[]> keys) {
        requireOpen();
        List<byte[]> values = new ArrayList<>(keys.size());
        keys.forEach(key -> values.add(get(space, key)));
        return values;
    }

    @Override
    public Cursor scan(Space space, byte[] from, byte[] to) {
        requireOpen();
        if (to != null && Arrays.compareUnsigned(from, to) >= 0) {
            return new Snapshot(List.of());
        }
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
        for (WriteBatch.Change change : batch.changes()) {
            if (change instanceof WriteBatch.Put put) {
                kernel.trace().add(put.key());
                kernel.trace().add(put.value());
            }
        }
        observer.applying(process.host(), batch);
        disk.apply(batch);
    }

    @Override
    public void sync(Completion completion) {
        requireOpen();
        waiting.add(completion);
        if (!syncing) {
            begin();
        }
    }

    private void begin() {
        syncing = true;
        List<Completion> served = waiting;
        waiting = new ArrayList<>();
        long upTo = disk.applied();
        long slowest = draws.chance(STALLS) ? SLOWEST_STALL : SLOWEST_SYNC;
        process.after(draws.between(FASTEST_SYNC, slowest), () -> {
            disk.syncedUpTo(upTo);
            syncing = false;
            served.forEach(Completion::succeeded);
            if (!syncing && !waiting.isEmpty()) {
                begin();
            }
        });
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            disk.syncedUpTo(disk.applied());
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

        Snapshot(List<Map.Entry<byte[], byte[]>> entries) {
            this.entries = entries.iterator();
        }

        @Override
        public boolean next() {
            requireOpen();
            present = entries.hasNext() ? entries.next() : null;
            return present != null;
        }

        @Override
        public byte[] key() {
            requireOpen();
            return entry().getKey().clone();
        }

        @Override
        public byte[] value() {
            requireOpen();
            return entry().getValue().clone();
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
        }
    }
}
