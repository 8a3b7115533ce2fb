package io.whorl.core.replica;

import io.whorl.core.spi.Lane;
import io.whorl.core.spi.StorageEngine;
import io.whorl.core.spi.StorageException;
import io.whorl.core.version.DotSet;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Syncs the storage engine for one lane: at once for writes whose acknowledgement waits for it, all that wait together sharing one
 * sync, and a little later for the others; and tells each replica how far it is durable.
 */
public final class DurableLine {
    private final Lane lane;
    private final StorageEngine storage;
    private final long interval;
    private final Consumer<StorageException> onFailure;
    private final Set<Replica> touched = new LinkedHashSet<>();
    private List<Runnable> waiting = new ArrayList<>();
    private boolean syncing;
    private boolean unsynced;
    private boolean scheduled;

    /**
     * @param interval nanoseconds that a write for which nobody waits may stay unsynced
     * @param onFailure what to do when a sync fails, on the lane; nothing is durable then
     */
    public DurableLine(Lane lane, StorageEngine storage, long interval, Consumer<StorageException> onFailure) {
        this.lane = lane;
        this.storage = storage;
        this.interval = interval;
        this.onFailure = onFailure;
    }

    /** Takes note that a replica has changed: it will be synced within the interval. */
    public void touched(Replica replica) {
        if (touched.add(replica)) {
            touched();
        }
    }

    /** The replica is dropped: what is synced from now on says nothing of it. */
    public void forget(Replica replica) {
        touched.remove(replica);
        touched();
    }

    /** Takes note that something was stored: it will be synced within the interval. */
    public void touched() {
        unsynced = true;
        if (!scheduled && !syncing) {
            scheduled = true;
            lane.schedule(untilNext(), () -> {
                scheduled = false;
                begin();
            });
        }
    }

    /** All lanes of a node sync at the same instants, the multiples of the interval: so one sync of the log serves them all. */
    private long untilNext() {
        return interval - Math.floorMod(lane.nanoTime(), interval);
    }

    /** Runs the task on the lane once everything applied until now is durable. */
    public void afterSync(Runnable task) {
        waiting.add(task);
        begin();
    }

    private void begin() {
        if (syncing || (waiting.isEmpty() && !unsynced)) {
            return;
        }
        syncing = true;
        List<Runnable> tasks = waiting;
        waiting = new ArrayList<>();
        Map<Replica, DotSet> marks = new LinkedHashMap<>();
        touched.forEach(replica -> marks.put(replica, replica.seen()));
        touched.clear();
        unsynced = false;
        storage.sync(new StorageEngine.Completion() {
            @Override
            public void succeeded() {
                lane.execute(() -> finished(marks, tasks));
            }

            @Override
            public void failed(StorageException failure) {
                lane.execute(() -> onFailure.accept(failure));
            }
        });
    }

    private void finished(Map<Replica, DotSet> marks, List<Runnable> tasks) {
        syncing = false;
        marks.forEach(Replica::markDurable);
        tasks.forEach(Runnable::run);
        if (!waiting.isEmpty()) {
            begin();
        } else if (unsynced && !scheduled) {
            touched();
        }
    }
}
