package io.whorl.core.replica;

import io.whorl.core.ring.BucketDefinition;
import io.whorl.core.ring.ReplicaId;
import io.whorl.core.spi.Space;
import io.whorl.core.spi.StorageEngine;
import io.whorl.core.spi.StorageException;
import io.whorl.core.spi.WriteBatch;
import io.whorl.core.version.MalformedBytesException;

/** Whether a replica can be counted on, in memory and on disk; and the salvage of one that cannot be read. */
final class Soundness {
    /** How many salvages in a row may leave something behind that cannot be read. */
    private static final int MOST_IN_VAIN = 3;

    private final ReplicaId id;
    private final BucketDefinition bucket;
    private final StorageEngine storage;
    private final StoredRecords records;
    private StandingMark mark;
    private boolean kept;
    private Salvage salvage;
    private long removed;
    private int inVain;

    Soundness(ReplicaId id, BucketDefinition bucket, StorageEngine storage, StoredRecords records) {
        this.id = id;
        this.bucket = bucket;
        this.storage = storage;
        this.records = records;
    }

    /** Reads what was kept of an earlier repair. */
    void recover() {
        byte[] stored = storage.get(Space.META, ReplicaKeys.standing(id));
        if (stored != null) {
            mark = StoredForms.openStanding(stored);
            kept = true;
        }
    }

    Standing standing() {
        return mark == null ? Standing.SOUND : mark.standing();
    }

    /** Why it cannot be counted on; null if it can. */
    String reason() {
        return mark == null ? null : mark.reason();
    }

    /** How many entries could not be read and were removed, in this run. */
    long removed() {
        return removed + (salvage == null ? 0 : salvage.removed());
    }

    /** Something cannot be read: the replica is in doubt, and stays so over restarts until it has taken itself anew. */
    InDoubtException unreadable(RuntimeException cause) {
        if (cause instanceof MalformedBytesException malformed) {
            Salvage.requireDamage(malformed);
        }
        removed = removed();
        salvage = null;
        mark = StandingMark.unreadable("replica " + id + " of bucket '" + bucket.name()
                + "' holds something that cannot be read: " + cause.getMessage());
        kept = false;
        try {
            keep();
        } catch (StorageException e) {
            if (!e.isFull()) {
                throw e;
            }
            // The first step of the salvage, which changes nothing without it, brings the mark along.
        }
        return new InDoubtException(mark.reason(), cause);
    }

    private void keep() {
        storage.apply(new WriteBatch().put(Space.META, ReplicaKeys.standing(id), StoredForms.sealStanding(mark)));
        kept = true;
    }

    /** Goes on with the salvage by so many entries; false when it is done. */
    boolean salvage(int most) {
        if (!kept) {
            keep();
        }
        if (salvage == null) {
            salvage = new Salvage(id, storage, records, mark);
        }
        boolean more = salvage.step(most);
        mark = salvage.mark();
        return more;
    }

    /**
     * What was salvaged could be opened, or could not.
     *
     * @throws StorageException of kind IO if that has happened too often: then it is not a matter of this replica
     */
    void salvaged(boolean readable) {
        inVain = readable ? 0 : inVain + 1;
        if (inVain > MOST_IN_VAIN) {
            throw new StorageException(
                    StorageException.Kind.IO,
                    "the storage engine goes on reporting damage after all that cannot be read was removed: " + reason()
                            + ". Start the node with an empty data directory, on another disk");
        }
    }

    /** The mark is no longer on disk. */
    void trusted() {
        removed = removed();
        salvage = null;
        mark = null;
        kept = false;
    }
}
