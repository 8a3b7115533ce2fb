package io.whorl.core.replica;

import io.whorl.core.ring.ReplicaId;
import io.whorl.core.spi.Space;
import io.whorl.core.spi.StorageEngine;
import io.whorl.core.spi.StorageException;
import io.whorl.core.spi.WriteBatch;
import io.whorl.core.version.ClosedRuns;
import io.whorl.core.version.DotSet;
import io.whorl.core.version.Record;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongPredicate;

/**
 * A replica's records, seen-set and dot log, which change together in one batch.
 *
 * <p>The seen-set is kept in memory. On disk it is what {@link DotLog} checkpointed when entries were pruned, joined with the dots
 * that are still logged; so a write costs its record and its log entry, and nothing that grows.
 */
final class Holdings {
    /** How many remnants a step strips again besides its own work; the rest is left to {@link #restrip}. */
    private static final int RESTRIPPED_IN_PASSING = 16;

    private final ReplicaId id;
    private final StorageEngine storage;
    private final Optional<PlantedBug> bug;
    private final StoredRecords records;
    private final DotLog log;
    private final Remnants remnants;
    private DotSet seen = DotSet.empty();
    private ClosingMark closing = ClosingMark.NONE;
    private boolean marked;
    private GroupCommit commits;
    private Glance glance;
    private Before before;

    Holdings(ReplicaId id, StorageEngine storage, Optional<PlantedBug> bug) {
        this.id = id;
        this.storage = storage;
        this.bug = bug;
        this.records = new StoredRecords(id, storage, bug);
        this.log = new DotLog(id, storage);
        this.remnants = new Remnants(id);
    }

    /** What was known at the last commit. */
    private record Before(DotSet seen, DotSet logged, boolean marked) {}

    /** From now on what steps change is stored together with what other steps of the lane change. */
    void commitWith(GroupCommit group) {
        commits = group;
    }

    /** Where what is stored is shown to other threads. */
    void shownBy(Glance other) {
        glance = other;
    }

    /** Steps are about to change this ahead of the storage engine. */
    void begin() {
        before = new Before(seen, log.dots(), marked);
    }

    private boolean isStaging() {
        return commits != null && commits.isStaging();
    }

    /** Whether {@link #begin} is to be followed by one of {@link #committed} and {@link #undo()}. */
    boolean isAhead() {
        return before != null;
    }

    /** What was staged is stored, or is of no use any more. */
    void committed() {
        before = null;
        records.forgetStaged();
    }

    /** What was staged is not stored: what is in memory is again what is on disk. */
    void undo() {
        Before then = before;
        committed();
        seen = then.seen;
        marked = then.marked;
        undo(then.logged);
    }

    /** Whether this fault is planted here. */
    boolean has(PlantedBug planted) {
        return bug.isPresent() && bug.get() == planted;
    }

    /**
     * Reads what was stored before.
     *
     * @param whole whether a replica that has ever seen something must still have a seen-set
     * @throws StorageException of kind CORRUPTION if it has none
     */
    void recover(boolean whole) {
        remnants.clear();
        seen = DotSet.empty();
        byte[] mark = storage.get(Space.META, ReplicaKeys.held(id));
        marked = mark != null;
        if (marked) {
            StoredForms.openKey(mark);
        }
        closing = ClosingMark.recover(id, storage);
        DotSet recovered = log.recover();
        if (closing.closed() > 0) {
            recovered = recovered.join(DotSet.closedAsOf(closing.closed(), records.closed()));
        }
        if (whole && recovered.isEmpty() && marked) {
            throw new StorageException(
                    StorageException.Kind.CORRUPTION,
                    "it has been used on this node before, and its seen-set is gone from the disk");
        }
        recoverRemnants();
        seen = recovered;
    }

    /** What was recovered is not to be counted on. */
    void forgetSeen() {
        glance.hide();
        committed();
        seen = DotSet.empty();
    }

    DotSet seen() {
        return seen;
    }

    DotLog log() {
        return log;
    }

    StoredRecords records() {
        return records;
    }

    /** Puts a filled record, stripped, into the batch, or its removal; {@code held} is what is stored now. */
    Record store(byte[] key, Record held, Record filled, DotSet after, WriteBatch batch) {
        Record stripped = filled.strip(after);
        boolean early = has(PlantedBug.EARLY_REMOVE);
        if (stripped.siblings().isEmpty() && (stripped.context().isEmpty() || early)) {
            if (!held.isEmpty()) {
                batch.delete(Space.RECORDS, records.storageKey(key));
            }
            remnants.note(key, DotSet.empty(), batch);
            stage(key, Record.empty());
        } else {
            batch.put(Space.RECORDS, records.storageKey(key), StoredForms.sealRecord(stripped));
            remnants.note(key, stripped.context(), batch);
            stage(key, stripped);
        }
        return stripped;
    }

    private void stage(byte[] key, Record stripped) {
        if (isStaging()) {
            records.stage(key, stripped);
        }
    }

    /** Applies a batch after which so much is seen; the keys are those whose records it has. */
    void commit(WriteBatch batch, DotSet after, Collection<ByteKey> written) {
        restripInto(batch, after, written, RESTRIPPED_IN_PASSING);
        apply(batch, after);
    }

    private void apply(WriteBatch batch, DotSet after) {
        boolean first = !marked && !after.isEmpty();
        if (first) {
            batch.put(Space.META, ReplicaKeys.held(id), StoredForms.sealKey(new byte[0]));
        }
        if (isStaging()) {
            commits.stage(batch);
            marked |= first;
            seen = after;
        } else {
            applyNow(batch, after);
            marked |= first;
        }
    }

    /** Nothing is shown in between; and nothing afterwards if the batch failed, unless nothing of it was applied. */
    private void applyNow(WriteBatch batch, DotSet after) {
        glance.hide();
        try {
            storage.apply(batch);
            seen = after;
        } catch (StorageException e) {
            if (!e.isFull()) {
                throw e;
            }
            glance.show();
            throw e;
        }
        glance.show();
    }

    /** Takes note of which runs are closed; what of them this replica has reported for is now its own closing too. */
    void learn(ClosedRuns table) {
        records.learn(table);
        long number = has(PlantedBug.REPORT_NOT_SYNCED) ? table.newest() : closing.reported();
        if (number > seen.closed() && number <= table.newest() && table.knows(number)) {
            WriteBatch batch = new WriteBatch();
            DotSet after = seen.join(DotSet.closedAsOf(number, table));
            close(after, batch);
            // Nothing is stripped again in passing: a disk that is full takes this batch, but no records.
            apply(batch, after);
        }
        glance.show();
    }

    /** What a context would contain if closing were implied instead of said. */
    DotSet withAllThatIsClosed(DotSet context) {
        return seen.closed() == 0 ? context : context.join(DotSet.closedAsOf(seen.closed(), records.closed()));
    }

    /** Puts into the batch that the seen-set says closed as of a higher number, if it does, and no longer names those runs. */
    private void close(DotSet after, WriteBatch batch) {
        if (after.closed() > seen.closed()) {
            ClosedRuns table = records.closed();
            log.close(seen, actor -> table.isClosed(actor.run(), after.closed()), batch);
            closing = closing.closed(after.closed());
            closing.write(id, batch);
        }
    }

    /** What is known of runs, as {@link Closure#fingerprint} has it; with a freeze's number, that it is reported is kept. */
    long report(long freeze, LongPredicate runs) {
        if (freeze > closing.reported()) {
            WriteBatch batch = new WriteBatch();
            ClosingMark next = closing.reported(freeze);
            next.write(id, batch);
            storage.apply(batch);
            closing = next;
        }
        Map<ByteKey, DotSet> contexts = remnants.contexts();
        return Closure.fingerprint(id, seen, contexts, runs);
    }

    /** The replica is sound, whatever it has: one that has nothing left is as one that never had anything. */
    void trust(WriteBatch batch) {
        batch.delete(Space.META, ReplicaKeys.standing(id));
        if (seen.isEmpty()) {
            batch.delete(Space.META, ReplicaKeys.held(id));
        }
        storage.apply(batch);
        marked &= !seen.isEmpty();
    }

    /** Makes all of a peer's seen-set seen, in this batch. */
    void joinSeen(DotSet theirs, WriteBatch batch) {
        DotSet after = seen.join(theirs);
        log.checkpoint(theirs.minus(seen), after, batch);
        close(after, batch);
        commit(batch, after, List.of());
    }

    /** Removes dots from the log, which the checkpoint names from then on. */
    void prune(DotSet pruned) {
        WriteBatch batch = new WriteBatch();
        log.remove(pruned, seen, batch);
        storage.apply(batch);
    }

    /** Strips up to {@code most} remnants again; true if some are left. */
    boolean restrip(int most) {
        WriteBatch batch = new WriteBatch();
        restripInto(batch, seen, List.of(), most);
        applyNow(batch, seen);
        return hasDueRemnants();
    }

    /** Whether {@link #restrip} would find something to do. */
    boolean hasDueRemnants() {
        return !remnants.due(seen.bases(), List.of(), 1).isEmpty();
    }

    /** The number of the remnant that came to name more than before last. */
    long lastRemnant() {
        return remnants.lastNumber();
    }

    /** The next remnants that name dots beyond the seen-set. */
    Beyond beyond(long after, long upTo, int maxBytes) {
        return remnants.beyond(after, upTo, maxBytes, seen, records::get);
    }

    private void restripInto(WriteBatch batch, DotSet after, Collection<ByteKey> except, int most) {
        List<ByteKey> due = remnants.due(after.bases(), except, most);
        for (int i = 0; i < due.size(); i++) {
            ByteKey key = due.get(i);
            Record held = records.get(key.bytes());
            store(key.bytes(), held, held, after, batch);
        }
    }

    /** A batch was not applied: what is in memory is again what is on disk. */
    void undo(DotSet logged) {
        log.undo(logged);
        closing = ClosingMark.recover(id, storage);
        remnants.clear();
        recoverRemnants();
    }

    private void recoverRemnants() {
        byte[] prefix = ReplicaKeys.remnant(id);
        try (StorageEngine.Cursor cursor = storage.scan(Space.META, prefix, ReplicaKeys.end(prefix))) {
            while (cursor.next()) {
                ByteKey key = new ByteKey(ReplicaKeys.keyOfRemnant(cursor.key()));
                StoredForms.openKey(cursor.value());
                remnants.restore(key, records.get(key.bytes()).context());
            }
        }
    }
}
