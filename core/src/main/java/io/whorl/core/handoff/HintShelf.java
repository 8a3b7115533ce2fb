package io.whorl.core.handoff;

import io.whorl.core.message.HintMessage;
import io.whorl.core.replica.ByteKey;
import io.whorl.core.replica.InDoubtException;
import io.whorl.core.ring.NodeId;
import io.whorl.core.ring.ReplicaId;
import io.whorl.core.spi.Space;
import io.whorl.core.spi.StorageEngine;
import io.whorl.core.spi.StorageException;
import io.whorl.core.spi.WriteBatch;
import io.whorl.core.version.DotSet;
import io.whorl.core.version.MalformedBytesException;
import io.whorl.core.version.Record;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntPredicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The hints of one lane as they are stored, and how many there are of each replica for each target, so that nothing is looked for
 * where nothing is. A hint that cannot be read is counted, said once, left where it is, and never taken for absent.
 */
final class HintShelf {
    private static final Logger LOG = LoggerFactory.getLogger(HintShelf.class);

    private final StorageEngine storage;
    private final HintBudget budget;
    private final Map<NodeId, TreeMap<ReplicaId, Long>> counts = new TreeMap<>();
    private final TreeSet<ByteKey> unreadable = new TreeSet<>();
    private long bytes;
    private long lastVersion;

    HintShelf(StorageEngine storage, HintBudget budget) {
        this.storage = storage;
        this.budget = budget;
    }

    /** Finds what is stored of some partitions: one scan, which jumps over the other partitions. */
    void recover(IntPredicate partitions) {
        byte[] from = new byte[0];
        while (from != null) {
            from = recoverFrom(from, partitions);
        }
    }

    /** Takes note of hints up to the first one that is none of these partitions'; where to go on, or null at the end. */
    private byte[] recoverFrom(byte[] from, IntPredicate partitions) {
        try (StorageEngine.Cursor cursor = storage.scan(Space.HINTS, from, null)) {
            while (cursor.next()) {
                byte[] stored = cursor.key();
                if (!HintKeys.isHint(stored)) {
                    throw new StorageException(
                            StorageException.Kind.CORRUPTION,
                            "an entry among the hints has a key of " + stored.length + " bytes that is no hint's");
                }
                NodeId target = HintKeys.targetOf(stored);
                ReplicaId id = HintKeys.replicaOf(stored);
                if (!partitions.test(id.partition())) {
                    return HintKeys.end(HintKeys.place(target, id));
                }
                byte[] value = cursor.value();
                lastVersion = Math.max(
                        lastVersion,
                        opened(stored, value).map(StoredHint::version).orElse(0L));
                bytes += size(stored, value);
                budget.recovered(target, size(stored, value));
                counts.computeIfAbsent(target, any -> new TreeMap<>()).merge(id, 1L, Long::sum);
            }
        }
        return null;
    }

    /** What is kept for a key, joined over all targets. */
    StoredHint held(ReplicaId id, byte[] key) {
        StoredHint held = new StoredHint(0, DotSet.empty(), Record.empty());
        for (Map.Entry<NodeId, TreeMap<ReplicaId, Long>> entry : counts.entrySet()) {
            if (entry.getValue().containsKey(id)) {
                byte[] at = HintKeys.hint(entry.getKey(), id, key);
                StoredHint hint = readable(at, read(at));
                if (hint != null) {
                    held = new StoredHint(
                            0,
                            held.announced().join(hint.announced()),
                            held.record().join(hint.record()));
                }
            }
        }
        return held;
    }

    /**
     * Joins a record with what is kept for each target, in one batch.
     *
     * @return false if that exceeds a bound, and nothing was changed
     */
    boolean join(List<NodeId> targets, ReplicaId id, byte[] key, Record record, DotSet announced) {
        List<Change> changes = new ArrayList<>(targets.size());
        WriteBatch batch = new WriteBatch();
        for (NodeId target : targets) {
            byte[] at = HintKeys.hint(target, id, key);
            byte[] before = read(at);
            StoredHint held = readable(at, before);
            Record joined = held == null ? record : held.record().join(record);
            DotSet united = held == null ? announced : held.announced().join(announced);
            if (held == null || joined != held.record() || united != held.announced()) {
                byte[] after = new StoredHint(++lastVersion, united, joined).seal();
                changes.add(
                        new Change(target, before == null, size(at, after) - (before == null ? 0 : size(at, before))));
                batch.put(Space.HINTS, at, after);
            }
        }
        if (!reserve(changes)) {
            return false;
        }
        if (!batch.isEmpty()) {
            apply(batch, changes);
            for (Change change : changes) {
                bytes += change.by;
                if (change.added) {
                    budget.counted(change.target, 1);
                    counts.computeIfAbsent(change.target, any -> new TreeMap<>())
                            .merge(id, 1L, Long::sum);
                }
            }
        }
        return true;
    }

    private record Change(NodeId target, boolean added, long by) {}

    private boolean reserve(List<Change> changes) {
        for (int i = 0; i < changes.size(); i++) {
            if (!budget.grow(changes.get(i).target, changes.get(i).by)) {
                giveBack(changes.subList(0, i));
                return false;
            }
        }
        return true;
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

    /** Removes a hint if it still has this version; reading, comparing and removing are one step of the lane. */
    boolean remove(NodeId target, ReplicaId id, byte[] key, long version) {
        byte[] at = HintKeys.hint(target, id, key);
        byte[] before = read(at);
        Optional<StoredHint> held = before == null ? Optional.empty() : opened(at, before);
        if (held.isEmpty() || held.get().version() != version) {
            return false;
        }
        storage.apply(new WriteBatch().delete(Space.HINTS, at));
        long size = size(at, before);
        bytes -= size;
        budget.shrink(target, size);
        budget.counted(target, -1);
        counts.computeIfPresent(target, (any, ofTarget) -> {
            ofTarget.computeIfPresent(id, (same, count) -> count == 1 ? null : count - 1);
            return ofTarget.isEmpty() ? null : ofTarget;
        });
        return true;
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
                byte[] value = cursor.value();
                Optional<StoredHint> hint = opened(at, value);
                if (hint.isPresent()) {
                    byte[] key = HintKeys.keyOf(at);
                    hints.add(new HintMessage.Hint(
                            key,
                            hint.get().record(),
                            hint.get().announced(),
                            hint.get().version()));
                    taken += size(at, value);
                    if (taken >= maxBytes) {
                        return new Batch(hints, key);
                    }
                }
            }
        }
        return new Batch(hints, null);
    }

    /** Hints in key order; {@code upTo} is the last one's key if there may be more, else null. */
    record Batch(List<HintMessage.Hint> hints, byte[] upTo) {}

    /** The targets that have hints here. */
    List<NodeId> targets() {
        return List.copyOf(counts.keySet());
    }

    /** The first replica after this one (null: of all) of which something is kept for the target. */
    Optional<ReplicaId> next(NodeId target, ReplicaId after) {
        TreeMap<ReplicaId, Long> ofTarget = counts.get(target);
        if (ofTarget == null) {
            return Optional.empty();
        }
        return Optional.ofNullable(after == null ? ofTarget.firstKey() : ofTarget.higherKey(after));
    }

    long bytes() {
        return bytes;
    }

    private byte[] read(byte[] at) {
        try {
            return storage.get(Space.HINTS, at);
        } catch (StorageException e) {
            if (e.kind() != StorageException.Kind.CORRUPTION) {
                throw e;
            }
            noteUnreadable(at, e);
            throw doubt(at, e);
        }
    }

    /** The hint of these bytes; null for null. */
    private StoredHint readable(byte[] at, byte[] stored) {
        return stored == null ? null : opened(at, stored).orElseThrow(() -> doubt(at, null));
    }

    private Optional<StoredHint> opened(byte[] at, byte[] stored) {
        try {
            return Optional.of(StoredHint.open(stored));
        } catch (MalformedBytesException e) {
            noteUnreadable(at, e);
            return Optional.empty();
        }
    }

    private void noteUnreadable(byte[] at, RuntimeException cause) {
        if (unreadable.add(new ByteKey(at))) {
            LOG.error(
                    "A hint of replica {} for node {} cannot be read: {}. It is left where it is and not handed over; anti-entropy"
                            + " brings the node what other replicas have. Check this node's disk",
                    HintKeys.replicaOf(at),
                    HintKeys.targetOf(at),
                    cause.getMessage());
        }
    }

    private static InDoubtException doubt(byte[] at, RuntimeException cause) {
        return new InDoubtException(
                "a hint of replica " + HintKeys.replicaOf(at) + " for node " + HintKeys.targetOf(at)
                        + " is kept here for the key, but cannot be read",
                cause);
    }

    private static long size(byte[] at, byte[] stored) {
        return (long) at.length + stored.length;
    }
}
