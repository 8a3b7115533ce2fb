package io.whorl.core.handoff;

import io.whorl.core.message.HintMessage;
import io.whorl.core.meter.Counter;
import io.whorl.core.meter.Meters;
import io.whorl.core.replica.Closure;
import io.whorl.core.replica.InDoubtException;
import io.whorl.core.replica.PlantedBug;
import io.whorl.core.ring.NodeId;
import io.whorl.core.ring.ReplicaId;
import io.whorl.core.spi.Space;
import io.whorl.core.spi.StorageEngine;
import io.whorl.core.spi.StorageException;
import io.whorl.core.spi.WriteBatch;
import io.whorl.core.version.ClosedRuns;
import io.whorl.core.version.DotSet;
import io.whorl.core.version.MalformedBytesException;
import io.whorl.core.version.Record;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.function.LongPredicate;

/** The hints of one lane as they are stored. Each step reads, decides and writes at one instant, in one batch. */
final class HintShelf {
    /** How many bytes of hints are looked through on the lane when runs are to be closed; more have to be handed over first. */
    private static final long MOST_LOOKED_THROUGH = 4 << 20;

    private final StorageEngine storage;
    private final HintBudget budget;
    private final Meters meters;
    private final Optional<PlantedBug> bug;
    private final HintCounts counts = new HintCounts();
    private final Unreadable unreadable;
    private long bytes;
    private long lastVersion;
    private ClosedRuns closed = ClosedRuns.none();

    HintShelf(StorageEngine storage, HintBudget budget, Meters meters, Optional<PlantedBug> bug) {
        this.storage = storage;
        this.budget = budget;
        this.meters = meters;
        this.bug = bug;
        this.unreadable = new Unreadable(budget, meters);
    }

    /** Finds what is stored of some partitions: one scan, which jumps over the other partitions. */
    void recover(IntPredicate partitions) {
        byte[] from = new byte[0];
        try {
            while (from != null) {
                from = recoverFrom(from, partitions);
            }
        } catch (StorageException e) {
            if (e.kind() != StorageException.Kind.CORRUPTION) {
                throw e;
            }
            unreadable.noteAll(e);
        }
    }

    /** Takes note of hints up to the first one that is none of these partitions'; where to go on, or null at the end. */
    private byte[] recoverFrom(byte[] from, IntPredicate partitions) {
        try (StorageEngine.Cursor cursor = storage.scan(Space.HINTS, from, null)) {
            while (cursor.next()) {
                byte[] at = cursor.key();
                if (!HintKeys.isHint(at)) {
                    throw new StorageException(
                            StorageException.Kind.CORRUPTION,
                            "an entry among the hints has a key of " + at.length + " bytes, which is no hint's");
                }
                NodeId target = HintKeys.targetOf(at);
                ReplicaId id = HintKeys.replicaOf(at);
                if (!partitions.test(id.partition())) {
                    return HintKeys.end(HintKeys.place(target, id));
                }
                byte[] stored = cursor.value();
                bytes += size(at, stored);
                budget.recovered(target, size(at, stored));
                counts.add(target, id);
                opened(at, stored).ifPresent(hint -> lastVersion = Math.max(lastVersion, hint.version()));
            }
        }
        return null;
    }

    /**
     * What is kept for a key, joined over all targets; its version means nothing.
     *
     * @throws InDoubtException if some of it cannot be read
     */
    StoredHint held(ReplicaId id, byte[] key) {
        requireReadable(id, key);
        StoredHint held = new StoredHint(0, DotSet.empty(), Record.empty());
        for (NodeId target : counts.targets(id)) {
            Optional<Kept> kept = kept(target, id, key);
            if (kept.isPresent()) {
                StoredHint hint = kept.get().hint;
                held = new StoredHint(
                        0,
                        held.announced().join(hint.announced()),
                        held.record().join(hint.record()));
            }
        }
        return held;
    }

    /**
     * Joins a record with what is kept for each target, in one batch.
     *
     * @return empty if it is kept now; else a target for which that exceeds a bound, and nothing was changed
     * @throws InDoubtException if what is kept for the key cannot be read; nothing was changed
     */
    Optional<NodeId> join(List<NodeId> targets, ReplicaId id, byte[] key, Record record, DotSet announced) {
        requireReadable(id, key);
        List<Change> changes = new ArrayList<>(targets.size());
        WriteBatch batch = new WriteBatch();
        for (NodeId target : targets) {
            Optional<Kept> kept = kept(target, id, key);
            Record joined = kept.isEmpty() ? record : kept.get().hint.record().join(record);
            DotSet united =
                    kept.isEmpty() ? announced : kept.get().hint.announced().join(announced);
            if (kept.isPresent()
                    && joined == kept.get().hint.record()
                    && united == kept.get().hint.announced()) {
                continue;
            }
            byte[] at = HintKeys.hint(target, id, key);
            byte[] stored = new StoredHint(++lastVersion, united, joined).seal();
            long before = kept.isEmpty() ? 0 : kept.get().size;
            changes.add(new Change(target, kept.isEmpty(), size(at, stored) - before));
            batch.put(Space.HINTS, at, stored);
        }
        Optional<NodeId> full = reserve(changes);
        if (full.isEmpty() && !changes.isEmpty()) {
            apply(batch, changes);
            changes.forEach(change -> changed(change, id));
        }
        return full;
    }

    private record Change(NodeId target, boolean added, long by) {}

    private void changed(Change change, ReplicaId id) {
        bytes += change.by;
        if (change.added) {
            budget.added(change.target);
            counts.add(change.target, id);
        }
        meters.add(change.added ? Counter.HINTS_KEPT : Counter.HINTS_JOINED);
    }

    private Optional<NodeId> reserve(List<Change> changes) {
        for (int i = 0; i < changes.size(); i++) {
            NodeId target = changes.get(i).target;
            if (!budget.grow(target, changes.get(i).by)) {
                giveBack(changes.subList(0, i));
                return Optional.of(target);
            }
        }
        return Optional.empty();
    }

    private void giveBack(List<Change> changes) {
        changes.forEach(change -> budget.shrink(change.target, change.by));
    }

    private void apply(WriteBatch batch, List<Change> changes) {
        try {
            storage.apply(batch);
        } catch (StorageException e) {
            giveBack(changes);
            throw e;
        }
    }

    /**
     * Removes hints that their target has acknowledged, each only if it has this version still: reading, comparing and removing are
     * one step of the lane.
     *
     * @param versions the acknowledged versions, with their keys
     */
    void remove(NodeId target, ReplicaId id, Map<Long, byte[]> versions) {
        WriteBatch batch = new WriteBatch();
        List<Long> sizes = new ArrayList<>(versions.size());
        boolean any = bug.isPresent() && bug.get() == PlantedBug.HINT_ACK_DELETES_NEWER;
        versions.forEach((version, key) -> {
            Optional<Kept> kept = keptIfReadable(target, id, key);
            if (kept.isPresent() && (kept.get().hint.version() == version || any)) {
                batch.delete(Space.HINTS, HintKeys.hint(target, id, key));
                sizes.add(kept.get().size);
            }
        });
        if (batch.isEmpty()) {
            return;
        }
        storage.apply(batch);
        for (long size : sizes) {
            bytes -= size;
            counts.remove(target, id);
            budget.handedOver(target, size);
        }
        meters.add(Counter.HINTS_HANDED_OVER, sizes.size());
    }

    /** Removes every hint of a replica for a target, because its bucket was dropped; what is refused by a full disk stays for now. */
    void removeAll(NodeId target, ReplicaId id) {
        byte[] place = HintKeys.place(target, id);
        WriteBatch batch = new WriteBatch();
        List<Removed> removed = new ArrayList<>();
        try (StorageEngine.Cursor cursor = storage.scan(Space.HINTS, place, HintKeys.end(place))) {
            while (cursor.next()) {
                byte[] at = cursor.key();
                boolean readable = opened(at, cursor.value()).isPresent();
                removed.add(new Removed(at, size(at, cursor.value()), readable));
                batch.delete(Space.HINTS, at);
            }
            storage.apply(batch);
        } catch (StorageException e) {
            if (e.kind() == StorageException.Kind.CORRUPTION) {
                unreadable.noteAll(e);
            } else if (!e.isFull()) {
                throw e;
            }
            return;
        }
        for (Removed each : removed) {
            bytes -= each.size;
            budget.removed(target, each.size, each.readable);
            if (each.readable) {
                counts.remove(target, id);
            } else {
                unreadable.forget(each.at);
            }
        }
        meters.add(Counter.HINTS_OF_DROPPED_BUCKETS, removed.size());
    }

    private record Removed(byte[] at, long size, boolean readable) {}

    private Optional<Kept> keptIfReadable(NodeId target, ReplicaId id, byte[] key) {
        try {
            return kept(target, id, key);
        } catch (InDoubtException e) {
            return Optional.empty();
        }
    }

    /** The readable hints of a replica for a target with keys after {@code after} (null: from the first), up to about so many bytes. */
    Batch batch(NodeId target, ReplicaId id, byte[] after, int maxBytes) {
        byte[] place = HintKeys.place(target, id);
        byte[] from = after == null ? place : HintKeys.after(HintKeys.hint(target, id, after));
        List<HintMessage.Hint> hints = new ArrayList<>();
        long taken = 0;
        try (StorageEngine.Cursor cursor = storage.scan(Space.HINTS, from, HintKeys.end(place))) {
            while (cursor.next()) {
                byte[] at = cursor.key();
                byte[] stored = cursor.value();
                Optional<StoredHint> opened = opened(at, stored);
                if (opened.isEmpty()) {
                    continue;
                }
                StoredHint hint = opened.get();
                byte[] key = HintKeys.keyOf(at);
                hints.add(new HintMessage.Hint(key, hint.record(), hint.announced(), hint.version()));
                taken += size(at, stored);
                if (taken >= maxBytes) {
                    return new Batch(hints, key);
                }
            }
        } catch (StorageException e) {
            if (e.kind() != StorageException.Kind.CORRUPTION) {
                throw e;
            }
            unreadable.noteAll(e);
        }
        return new Batch(hints, null);
    }

    /** Hints in key order; {@code upTo} is the last one's key if there may be more, else null. */
    record Batch(List<HintMessage.Hint> hints, byte[] upTo) {}

    /** Takes note of the runs that are closed; before that, at a start, hints are counted but not looked into. */
    void learn(ClosedRuns table) {
        closed = table;
    }

    /** Whether some hint names one of these runs; true also where there is too much to look through, or something unreadable. */
    boolean mayName(LongPredicate runs) {
        if (unreadable.isAny() || bytes > MOST_LOOKED_THROUGH) {
            return true;
        }
        for (NodeId target : counts.targets()) {
            for (Optional<ReplicaId> id = counts.next(target, null);
                    id.isPresent();
                    id = counts.next(target, id.get())) {
                for (HintMessage.Hint hint :
                        batch(target, id.get(), null, Integer.MAX_VALUE).hints()) {
                    DotSet named = Closure.named(hint.record(), DotSet.empty(), hint.announced());
                    if (!named.only(actor -> runs.test(actor.run())).isEmpty()) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    HintCounts counts() {
        return counts;
    }

    long bytes() {
        return bytes;
    }

    private record Kept(StoredHint hint, long size) {}

    /** One hint; an {@link InDoubtException} if it cannot be read. */
    private Optional<Kept> kept(NodeId target, ReplicaId id, byte[] key) {
        byte[] at = HintKeys.hint(target, id, key);
        byte[] stored;
        try {
            stored = storage.get(Space.HINTS, at);
        } catch (StorageException e) {
            if (e.kind() != StorageException.Kind.CORRUPTION) {
                throw e;
            }
            unreadable.noteAll(e);
            throw unreadable.doubt(id, key).orElseThrow();
        }
        if (stored == null) {
            return Optional.empty();
        }
        StoredHint hint =
                opened(at, stored).orElseThrow(() -> unreadable.doubt(id, key).orElseThrow());
        return Optional.of(new Kept(hint, size(at, stored)));
    }

    private void requireReadable(ReplicaId id, byte[] key) {
        unreadable.doubt(id, key).ifPresent(doubt -> {
            throw doubt;
        });
    }

    private Optional<StoredHint> opened(byte[] at, byte[] stored) {
        try {
            return Optional.of(StoredHint.open(stored).resolved(closed));
        } catch (MalformedBytesException e) {
            if (unreadable.note(at, e)) {
                counts.remove(HintKeys.targetOf(at), HintKeys.replicaOf(at));
            }
            return Optional.empty();
        }
    }

    private static long size(byte[] at, byte[] stored) {
        return (long) at.length + stored.length;
    }
}
