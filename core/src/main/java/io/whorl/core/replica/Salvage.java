package io.whorl.core.replica;

import io.whorl.core.replica.StandingMark.Stage;
import io.whorl.core.ring.ReplicaId;
import io.whorl.core.spi.Space;
import io.whorl.core.spi.StorageEngine;
import io.whorl.core.spi.StorageException;
import io.whorl.core.spi.WriteBatch;
import io.whorl.core.version.DotSet;
import io.whorl.core.version.MalformedBytesException;
import io.whorl.core.version.Record;

/**
 * Saves what can be read of a replica that is in doubt, in two walks of small steps.
 *
 * <p>The first goes through the records. Each that can be read is filled with the old seen-set and stored so, in full: from then on it
 * says by itself what it has seen. What cannot be read is removed, and absent means unknown from now on. The second walk goes through
 * the dot log, and keeps those dots whose key's record says that it has seen them; they are the new seen-set.
 *
 * <p>The order makes every crash harmless. Until the first walk is done the old seen-set stays on disk untouched, so that filling
 * can begin again; filling twice is filling once. It is given up in the batch that ends that walk, when no record needs it any more.
 * Each step's batch has the mark of how far it came.
 *
 * <p>Source: replication.md, "In doubt"; {@code lose_record} of dots.py.
 */
final class Salvage {
    /** How many bytes of entries one step deals with, about. */
    private static final int MOST_BYTES = 1 << 20;

    private final ReplicaId id;
    private final StorageEngine storage;
    private final StoredRecords records;
    private final Checkpoints checkpoints;
    private StandingMark mark;
    private DotSet oldSeen;
    private long removed;

    Salvage(ReplicaId id, StorageEngine storage, StoredRecords records, StandingMark mark) {
        this.id = id;
        this.storage = storage;
        this.records = records;
        this.checkpoints = new Checkpoints(id, storage);
        this.mark = mark;
    }

    StandingMark mark() {
        return mark;
    }

    /** How many entries could not be read and were removed, or were behind some that could not. */
    long removed() {
        return removed;
    }

    /** Goes on by so many entries; false when all is salvaged. */
    boolean step(int most) {
        if (mark.stage() == Stage.RECORDS) {
            fillRecords(most);
        } else if (mark.stage() == Stage.DOTS) {
            siftDots(most);
        }
        return mark.stage() != Stage.TAKING;
    }

    private void fillRecords(int most) {
        WriteBatch batch = new WriteBatch();
        if (mark.isBeginning()) {
            byte[] remnants = ReplicaKeys.remnant(id);
            batch.deleteRange(Space.META, remnants, ReplicaKeys.end(remnants));
        }
        if (oldSeen == null) {
            oldSeen = readableSeen();
        }
        byte[] last = walk(Space.RECORDS, most, batch, (stored, value) -> {
            byte[] key = ReplicaKeys.keyOfRecord(stored);
            Record full = records.open(value).fill(oldSeen).strip(DotSet.empty());
            if (!full.context().isEmpty()) {
                batch.put(Space.RECORDS, stored, StoredForms.sealRecord(full));
                batch.put(Space.META, ReplicaKeys.remnant(id, key), StoredForms.sealKey(new byte[0]));
            }
            return true;
        });
        if (last == null) {
            checkpoints.remove(batch);
            ClosingMark.remove(id, batch);
        }
        apply(batch, last == null ? mark.at(Stage.DOTS) : mark.at(last));
    }

    private void siftDots(int most) {
        WriteBatch batch = new WriteBatch();
        byte[] last = walk(
                Space.DOTS,
                most,
                batch,
                (stored, value) ->
                        records.get(StoredForms.openKey(value)).history().contains(ReplicaKeys.dotOf(stored)));
        if (last == null) {
            // Values are there whose dots no seen-set names: they are named once the peers have told theirs.
            batch.put(Space.META, ReplicaKeys.streamed(id), StoredForms.sealKey(new byte[0]));
            batch.put(Space.META, ReplicaKeys.held(id), StoredForms.sealKey(new byte[0]));
        }
        apply(batch, last == null ? mark.at(Stage.TAKING) : mark.at(last));
    }

    private interface Entry {
        /** Whether the entry stays. */
        boolean stays(byte[] key, byte[] value);
    }

    /** Walks on, and removes what does not stay or cannot be read; the last entry's key, or null at the end. */
    private byte[] walk(Space space, int most, WriteBatch batch, Entry entry) {
        byte[] prefix = ReplicaKeys.replica(id);
        byte[] end = ReplicaKeys.end(prefix);
        byte[] last = mark.isBeginning() ? null : mark.upTo();
        byte[] from = last == null ? prefix : ReplicaKeys.after(last);
        try (StorageEngine.Cursor cursor = storage.scan(space, from, end)) {
            int bytes = 0;
            for (int i = 0; i < most && bytes < MOST_BYTES; i++) {
                if (!cursor.next()) {
                    return null;
                }
                last = cursor.key();
                byte[] value = cursor.value();
                bytes += last.length + value.length;
                if (!isKept(entry, last, value)) {
                    batch.delete(space, last);
                }
            }
            return last;
        } catch (StorageException e) {
            requireDamage(e);
            // The engine cannot walk over the place, and does not tell where it ends.
            batch.deleteRange(space, last == null ? prefix : ReplicaKeys.after(last), end);
            removed++;
            return null;
        }
    }

    private boolean isKept(Entry entry, byte[] key, byte[] value) {
        try {
            return entry.stays(key, value);
        } catch (MalformedBytesException e) {
            requireDamage(e);
            removed++;
            return false;
        }
    }

    /** What can still be read of the old seen-set: a part of it is less knowledge, never wrong knowledge. */
    private DotSet readableSeen() {
        DotSet.Builder seen = DotSet.builder();
        byte[] log = ReplicaKeys.replica(id);
        try (StorageEngine.Cursor cursor = storage.scan(Space.DOTS, log, ReplicaKeys.end(log))) {
            while (cursor.next()) {
                seen.add(ReplicaKeys.dotOf(cursor.key()));
            }
        } catch (StorageException e) {
            requireDamage(e);
        }
        long closed = ClosingMark.readable(id, storage).closed();
        if (closed > 0) {
            seen.join(DotSet.closedAsOf(closed, records.closed()));
        }
        return seen.join(checkpoints.readable(this::lost)).build();
    }

    private void lost(RuntimeException failure) {
        if (failure instanceof StorageException e) {
            requireDamage(e);
        } else if (failure instanceof MalformedBytesException e) {
            requireDamage(e);
            removed++;
        }
    }

    private void apply(WriteBatch batch, StandingMark next) {
        batch.put(Space.META, ReplicaKeys.standing(id), StoredForms.sealStanding(next));
        storage.apply(batch);
        mark = next;
    }

    private static void requireDamage(StorageException failure) {
        if (failure.kind() != StorageException.Kind.CORRUPTION) {
            throw failure;
        }
    }

    /** What a newer version wrote is not damaged, and is not to be removed. */
    static void requireDamage(MalformedBytesException failure) {
        if (failure.kind() == MalformedBytesException.Kind.UNKNOWN_FORMAT) {
            throw new StorageException(
                    StorageException.Kind.UNUSABLE,
                    "a newer version of Whorl wrote what is stored here: " + failure.getMessage()
                            + ". Use that version, or a newer one",
                    failure);
        }
    }
}
