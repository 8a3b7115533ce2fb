package io.whorl.core.replica;

import io.whorl.core.ring.ReplicaId;
import io.whorl.core.spi.Space;
import io.whorl.core.spi.StorageEngine;
import io.whorl.core.version.ClosedRuns;
import io.whorl.core.version.DotSet;
import io.whorl.core.version.Record;
import java.util.Optional;

/**
 * A look at a replica from any thread, without its lane: the lane shows what fills the records, whoever looks reads one record between two
 * looks at what is shown. What the replica is called, and what is done to it, stays with its lane.
 *
 * <p>It is a sequence lock (Lameter, Effective synchronization on Linux/NUMA systems, 2005) whose sequence is the identity of an object:
 *
 * <ol>
 *   <li>Every {@link Instant} is a new object, shown once. So that the same one is found before and after says that nothing else was
 *       shown in between.
 *   <li>Before a batch that changes records or the seen-set is given to the storage engine, nothing is shown; after it was applied, the
 *       seen-set that belongs to it is. Steps that were taken in memory and are not applied yet are never shown.
 *   <li>Nothing is shown from the moment on at which the lane takes the replica for doubtful, or begins to erase it.
 *   <li>A record is opened only after the second look: with runs that were closed later it could not be understood.
 * </ol>
 *
 * <p>By these a record and what fills it are of one instant (replication.md, rule 5), which lies between the beginning and the end of the
 * read; what was acknowledged before is in it, since a write is acknowledged after it was applied and shown. A storage engine shows a batch
 * to other threads not before the call that applies it, so whoever reads something of a batch finds that nothing, or something else, is
 * shown.
 */
public final class Glance {
    /** So often a record is read again that a batch came across, before the lane is asked. */
    private static final int ATTEMPTS = 3;

    private final ReplicaId id;
    private final StorageEngine storage;
    private final Holdings holdings;
    private final Soundness soundness;
    private final PlantedBug bug;
    private volatile Instant shown;
    private boolean closed;
    private DotSet stale;

    private Glance(ReplicaId id, StorageEngine storage, Holdings holdings, Soundness soundness, PlantedBug bug) {
        this.id = id;
        this.storage = storage;
        this.holdings = holdings;
        this.soundness = soundness;
        this.bug = bug;
    }

    /** A look at what is held, which shows nothing yet. */
    static Glance of(
            ReplicaId id, StorageEngine storage, Holdings holdings, Soundness soundness, Optional<PlantedBug> bug) {
        Glance glance = new Glance(id, storage, holdings, soundness, bug.orElse(null));
        holdings.shownBy(glance);
        return glance;
    }

    /** What the replica had seen at some instant; equal to none but itself. */
    private static final class Instant {
        private final DotSet seen;
        private final ClosedRuns closed;
        private final boolean strict;

        Instant(DotSet seen, ClosedRuns closed, boolean strict) {
            this.seen = seen;
            this.closed = closed;
            this.strict = strict;
        }

        Record filled(byte[] stored) {
            Record record = stored == null
                    ? Record.empty()
                    : StoredForms.openRecord(stored).resolved(closed);
            return record.fill(seen.bases());
        }
    }

    /** On the lane: what is stored is about to change, or is not to be counted on. */
    void hide() {
        shown = null;
    }

    /** On the lane: what is stored may be looked at, unless the replica runs ahead of that, or answers no requests. */
    void show() {
        Standing standing = soundness.standing();
        boolean hidden = closed || standing.isInDoubt() || holdings.isAhead() || isMisread();
        shown = hidden
                ? null
                : new Instant(
                        seen(),
                        holdings.records().closed(),
                        standing == Standing.SOUND || bug == PlantedBug.STRICT_READ_BEFORE_CAUGHT_UP);
    }

    private DotSet seen() {
        if (stale == null || bug != PlantedBug.DIRECT_READ_OF_ANOTHER_INSTANT) {
            stale = holdings.seen();
        }
        return stale;
    }

    /** On the lane: the replica is about to be erased. Nothing is ever shown again. */
    public void close() {
        closed = true;
        hide();
    }

    /** The faults of reading are planted in what the lane does. */
    private boolean isMisread() {
        return bug == PlantedBug.NO_FILL
                || bug == PlantedBug.FILL_OF_ANOTHER_INSTANT
                || bug == PlantedBug.TRUSTED_ABSENCE;
    }

    /**
     * A key's record, filled; on any thread.
     *
     * @param strict whether a replica that may lack what it has acknowledged must not answer
     * @return null if the replica's lane has to be asked
     * @throws io.whorl.core.spi.StorageException if it cannot be read
     * @throws io.whorl.core.version.MalformedBytesException if what is stored makes no sense
     */
    public Record read(byte[] key, boolean strict) {
        byte[] place = null;
        for (int i = 0; i < ATTEMPTS; i++) {
            Instant before = shown;
            if (before == null || (strict && !before.strict)) {
                return null;
            }
            place = place == null ? ReplicaKeys.record(id, key) : place;
            byte[] stored = storage.get(Space.RECORDS, place);
            if (shown == before) {
                return before.filled(stored);
            }
        }
        return null;
    }
}
