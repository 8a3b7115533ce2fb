package io.whorl.core.replica;

import io.whorl.api.Conflicts;
import io.whorl.api.Durability;
import io.whorl.core.message.Write;
import io.whorl.core.ring.BucketDefinition;
import io.whorl.core.ring.NodeId;
import io.whorl.core.ring.ReplicaId;
import io.whorl.core.spi.Space;
import io.whorl.core.spi.StorageEngine;
import io.whorl.core.spi.StorageException;
import io.whorl.core.spi.WriteBatch;
import io.whorl.core.version.Actor;
import io.whorl.core.version.Dot;
import io.whorl.core.version.DotSet;
import io.whorl.core.version.MalformedBytesException;
import io.whorl.core.version.Record;
import io.whorl.core.version.Sibling;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * What this node holds of one (bucket, partition), and the steps that change it: each reads, decides and writes at one instant, in
 * one atomic batch. Used on one lane only.
 *
 * <p>The seen-set is kept in memory. On disk it is what {@link DotLog} checkpointed when entries were pruned, joined with the dots
 * that are still logged; so a write costs its record and its log entry, and nothing that grows.
 *
 * <p>Source: replication.md, "The rules" and "Put and delete"; the executable model is dots.py.
 */
public final class Replica {
    /** How many remnants a step strips again besides its own work; the rest is left to {@link #restrip}. */
    private static final int RESTRIPPED_IN_PASSING = 16;

    private final ReplicaId id;
    private final BucketDefinition bucket;
    private final long fingerprint;
    private final StorageEngine storage;
    private final Actor actor;
    private final Optional<PlantedBug> bug;
    private final DotLog log;
    private final Remnants remnants;
    private final Map<ByteKey, Record> stale = new TreeMap<>();
    private final StoredRecords records;
    private final Passages passages = new Passages();
    private final Unsettled unsettled;
    private long counter;
    private DotSet seen;
    private DotSet durable;
    private String doubt;

    private Replica(
            ReplicaId id, BucketDefinition bucket, StorageEngine storage, Actor actor, Optional<PlantedBug> bug) {
        this.id = id;
        this.bucket = bucket;
        this.fingerprint = bucket.fingerprint();
        this.storage = storage;
        this.actor = actor;
        this.bug = bug;
        this.records = new StoredRecords(id, storage);
        this.log = new DotLog(id, storage);
        this.remnants = new Remnants(id);
        this.unsettled = new Unsettled(id, storage);
    }

    /**
     * Opens what the storage engine holds of a replica, perhaps nothing. If something there cannot be read, the replica is in
     * doubt from the beginning.
     *
     * @param actor this run's name for the writes that this replica coordinates
     */
    public static Replica open(
            ReplicaId id, BucketDefinition bucket, StorageEngine storage, Actor actor, Optional<PlantedBug> bug) {
        Replica replica = new Replica(id, bucket, storage, actor, bug);
        replica.seen = DotSet.empty();
        replica.durable = DotSet.empty();
        try {
            replica.guarded(() -> {
                replica.seen = replica.log.recover();
                replica.recoverRemnants();
                replica.unsettled.recover();
                return null;
            });
        } catch (InDoubtException e) {
            replica.seen = DotSet.empty();
        }
        return replica;
    }

    public ReplicaId id() {
        return id;
    }

    public BucketDefinition bucket() {
        return bucket;
    }

    /** The bucket's fingerprint, which requests carry. */
    public long fingerprint() {
        return fingerprint;
    }

    /** Every event whose effect is incorporated here. */
    public DotSet seen() {
        return seen;
    }

    /** The part of the seen-set that was synced in this run. */
    public DotSet durable() {
        return durable;
    }

    /** The dots in the dot log. */
    public DotSet logged() {
        return log.dots();
    }

    /** Why this replica answers nothing; empty while all is well. */
    public Optional<String> doubt() {
        return Optional.ofNullable(doubt);
    }

    /** Whether an acknowledgement has to wait for a sync. */
    public boolean syncsEveryWrite() {
        return bucket.options().durability() == Durability.FSYNC;
    }

    /** A key's record and what fills it. */
    public Excerpt excerpt(byte[] key) {
        return guarded(() -> {
            Record record = records.get(key);
            if (bug.isPresent()) {
                return misread(key, record);
            }
            return new Excerpt(record, seen.bases());
        });
    }

    private Excerpt misread(byte[] key, Record record) {
        if (bug.get() == PlantedBug.NO_FILL) {
            return new Excerpt(record, DotSet.empty());
        }
        if (bug.get() == PlantedBug.FILL_OF_ANOTHER_INSTANT) {
            Record before = stale.put(new ByteKey(key), record);
            return new Excerpt(before == null ? record : before, seen.bases());
        }
        return new Excerpt(record, seen.bases());
    }

    /** How many bytes of values the key's siblings would have after a put, its own included; 0 for a delete, which is never too large. */
    public long bytesAfter(byte[] key, Write write) {
        if (write.isDelete()) {
            return 0;
        }
        long bytes = write.value().length;
        Record record = guarded(() -> records.get(key));
        DotSet superseded = superseded(write, record);
        for (Sibling sibling : record.siblings()) {
            bytes += superseded.contains(sibling.dot()) ? 0 : sibling.value().length;
        }
        return bytes;
    }

    /** Coordinates a write: makes its dot, and stores the record that follows from it. */
    public Written write(byte[] key, Write write, long timestamp) {
        return guarded(() -> {
            Record held = records.get(key);
            Record filled = held.fill(seen);
            Dot dot = new Dot(actor, counter + 1);
            DotSet context = superseded(write, filled);
            Record next = write.isDelete()
                    ? filled.delete(context, dot)
                    : filled.put(context, dot, write.value(), timestamp, write.expiry());
            DotSet after = seen.add(dot);
            WriteBatch batch = new WriteBatch();
            log.add(dot, key, batch);
            Record stripped = store(key, held, next, after, batch);
            commit(batch, after, List.of(new ByteKey(key)));
            counter++;
            return new Written(dot, new Excerpt(stripped, after.bases()), next.history());
        });
    }

    /** What a write replaces. Dots of this very run that do not exist yet cannot have been seen, whatever a context says. */
    private DotSet superseded(Write write, Record filled) {
        if (write.context() == null) {
            return filled.history();
        }
        DotSet context = write.context().minus(DotSet.range(actor, counter + 1, Long.MAX_VALUE));
        return bucket.options().conflicts() == Conflicts.LAST_WRITE_WINS ? context.join(filled.history()) : context;
    }

    /**
     * Joins records that came with their replica's seen-set of one instant. The announced dots and the siblings' dots are seen
     * from now on.
     *
     * @return whether anything changed
     */
    public boolean receive(List<Arrival> arrivals) {
        return guarded(() -> receive(arrivals, DotSet.empty(), false));
    }

    /**
     * Joins records of a stream. Dots that the peer had seen when the stream began are not added to the seen-set one by one, which
     * would leave it full of gaps in the meantime; {@link #finishStream} adds all of them at the stream's end.
     *
     * @param began what the peer had seen when the stream began
     */
    public boolean receiveStreamed(NodeId peer, DotSet began, List<Arrival> arrivals) {
        return guarded(() -> {
            unsettled.begin(peer);
            return receive(arrivals, began, true);
        });
    }

    private boolean receive(List<Arrival> arrivals, DotSet later, boolean streamed) {
        List<Joined> joined = new ArrayList<>(arrivals.size());
        WriteBatch batch = new WriteBatch();
        DotSet after = seen;
        for (Arrival arrival : arrivals) {
            requirePossible(arrival);
            Record held = records.get(arrival.key());
            Record filled = held.fill(passages.known(arrival.key(), seen));
            Record merged = filled.join(arrival.record());
            DotSet carried = arrival.announced().join(arrival.record().siblingDots());
            DotSet fresh = carried.minus(after).minus(later);
            for (Dot dot : fresh.dots()) {
                log.add(dot, arrival.key(), batch);
            }
            after = after.join(fresh);
            if (merged != filled || !fresh.isEmpty()) {
                joined.add(new Joined(arrival.key(), held, merged));
            }
        }
        if (joined.isEmpty()) {
            return false;
        }
        List<ByteKey> keys = new ArrayList<>(joined.size());
        for (Joined each : joined) {
            store(each.key, each.held, each.merged, after, batch);
            keys.add(new ByteKey(each.key));
        }
        if (streamed) {
            unsettled.mark(batch);
        }
        commit(batch, after, keys);
        return true;
    }

    private record Joined(byte[] key, Record held, Record merged) {}

    /**
     * A stream from a peer has passed the keys after the last stretch's and up to {@code upTo}. What the peer had seen of them is
     * known here from now on, also of those that are absent on both sides and so have no record to say it: an older write may still
     * arrive from elsewhere, before the stream's end makes all of it seen.
     *
     * @param theirs the peer's seen-set at the instant of the stretch
     */
    public void passed(NodeId peer, DotSet theirs, byte[] upTo) {
        passages.add(peer, theirs, upTo);
    }

    /** The stream from a peer was given up, if there was one: what it brought is to be {@linkplain #settle settled}. */
    public void giveUpStream(NodeId peer) {
        passages.remove(peer);
        unsettled.giveUp(peer);
    }

    /** The stream from a peer has come to its end: all that the peer had seen when it began is seen here too. */
    public void finishStream(NodeId peer, DotSet began) {
        guarded(() -> {
            WriteBatch batch = new WriteBatch();
            unsettled.finish(peer, batch);
            joinSeen(began, batch);
            return null;
        });
        passages.remove(peer);
    }

    /** Whether streams that were given up have left values here which the seen-set may not name. */
    public boolean isUnsettled() {
        return unsettled.isDue();
    }

    /** Whether a stream is under way, or one that was given up is not settled yet. */
    public boolean isStreamed() {
        return !unsettled.isSettled();
    }

    /**
     * Adds to the seen-set the dots of the next {@code most} keys' values that a stream which was given up has brought. Otherwise
     * a value that its source lost meanwhile would be here for ever, and nobody would ask for it.
     *
     * @return whether there are more
     */
    public boolean settle(int most) {
        return guarded(() -> {
            WriteBatch batch = new WriteBatch();
            DotSet fresh = unsettled.walk(most, seen, records, log, batch);
            commit(batch, seen.join(fresh), List.of());
            return unsettled.isDue();
        });
    }

    /** Makes all of a peer's seen-set seen, after every record that carries its effects has been joined. */
    public void joinSeen(DotSet theirs) {
        guarded(() -> {
            joinSeen(theirs, new WriteBatch());
            return null;
        });
    }

    private void joinSeen(DotSet theirs, WriteBatch batch) {
        requirePossible(theirs);
        DotSet after = seen.join(theirs);
        log.checkpoint(theirs.minus(seen), after, batch);
        commit(batch, after, List.of());
    }

    /** Strips up to {@code most} remnants again; true if some are left. */
    public boolean restrip(int most) {
        return guarded(() -> {
            WriteBatch batch = new WriteBatch();
            restripInto(batch, seen, List.of(), most);
            storage.apply(batch);
            return !remnants.due(seen.bases(), List.of(), 1).isEmpty();
        });
    }

    /** The number of the remnant that came to name more than before last; see {@link #beyond}. */
    public long lastRemnant() {
        return remnants.lastNumber();
    }

    /**
     * The next remnants, with numbers above {@code after} and up to {@code upTo}, that name dots which this replica has not seen. No
     * comparison of seen-sets says that a peer lacks what they supersede.
     */
    public Beyond beyond(long after, long upTo, int maxBytes) {
        return guarded(() -> remnants.beyond(after, upTo, maxBytes, seen, records::get));
    }

    /** Whether {@link #restrip} would find something to do. */
    public boolean hasDueRemnants() {
        return !remnants.due(seen.bases(), List.of(), 1).isEmpty();
    }

    /** Takes note of what a finished sync made durable: the seen-set as it was when the sync was asked for. */
    public void markDurable(DotSet synced) {
        durable = durable.join(synced);
    }

    /**
     * Removes from the dot log what everyone is known to have seen durably; and, if the log is over its limit, the dots that come
     * first in order, for which a peer that misses them has to stream.
     *
     * @param peers what every peer is known to have seen durably
     * @return what was removed
     */
    public Pruned prune(Collection<DotSet> peers, long limit) {
        boolean early = bug.isPresent() && bug.get() == PlantedBug.PRUNED_BEFORE_DURABLE;
        Pruned pruned = log.prunable(early ? seen : durable, peers, limit);
        if (!pruned.dots().isEmpty()) {
            guarded(() -> {
                WriteBatch batch = new WriteBatch();
                log.remove(pruned.dots(), seen, batch);
                storage.apply(batch);
                return null;
            });
        }
        return pruned;
    }

    /** What a peer with this seen-set lacks, from the dot log, up to about so many bytes. */
    public Missing missing(DotSet theirs, int maxBytes) {
        return guarded(() -> log.missing(seen, theirs, maxBytes, records::get));
    }

    /** The records with keys after {@code after} (null: from the first), up to about so many bytes. */
    public Section section(byte[] after, int maxBytes) {
        return guarded(() -> records.section(after, maxBytes));
    }

    /** The first {@code most} keys stored after {@code after} (null: from the first) and up to {@code upTo} (null: to the last). */
    public List<byte[]> keys(byte[] after, byte[] upTo, int most) {
        return guarded(() -> records.keys(after, upTo, most));
    }

    /** Puts a filled record, stripped, into the batch, or its removal; {@code held} is what is stored now. */
    private Record store(byte[] key, Record held, Record filled, DotSet after, WriteBatch batch) {
        Record stripped = filled.strip(after);
        boolean early = bug.isPresent() && bug.get() == PlantedBug.EARLY_REMOVE;
        if (stripped.siblings().isEmpty() && (stripped.context().isEmpty() || early)) {
            if (!held.isEmpty()) {
                batch.delete(Space.RECORDS, ReplicaKeys.record(id, key));
            }
            remnants.note(key, DotSet.empty(), batch);
        } else {
            batch.put(Space.RECORDS, ReplicaKeys.record(id, key), StoredForms.sealRecord(stripped));
            remnants.note(key, stripped.context(), batch);
        }
        return stripped;
    }

    private void commit(WriteBatch batch, DotSet after, Collection<ByteKey> written) {
        restripInto(batch, after, written, RESTRIPPED_IN_PASSING);
        storage.apply(batch);
        seen = after;
    }

    private void restripInto(WriteBatch batch, DotSet after, Collection<ByteKey> except, int most) {
        for (ByteKey key : remnants.due(after.bases(), except, most)) {
            Record held = records.get(key.bytes());
            store(key.bytes(), held, held, after, batch);
        }
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

    /** A dot of this node's live actor that it has not made yet means that two processes act under one name (promise P7). */
    private void requirePossible(Arrival arrival) {
        requirePossible(arrival.announced());
        requirePossible(arrival.record().context());
        for (Sibling sibling : arrival.record().siblings()) {
            requirePossible(DotSet.of(sibling.dot()));
        }
    }

    private void requirePossible(DotSet dots) {
        if (dots.highest(actor) > counter) {
            throw new BrokenInvariantException("replica " + id + " was told of write " + dots.highest(actor)
                    + " of its own actor " + actor + ", but has made only " + counter
                    + ": another process acts under this node's name");
        }
    }

    /**
     * Runs a step; what cannot be read puts the replica in doubt, for good until it is repaired, and what the disk has no room for
     * leaves everything as it was.
     */
    private <T> T guarded(Supplier<T> step) {
        if (doubt != null) {
            throw new InDoubtException(doubt, null);
        }
        DotSet logged = log.dots();
        try {
            return step.get();
        } catch (MalformedBytesException e) {
            throw inDoubt(e);
        } catch (StorageException e) {
            if (e.kind() == StorageException.Kind.CORRUPTION) {
                throw inDoubt(e);
            }
            if (e.kind() == StorageException.Kind.FULL) {
                log.undo(logged);
                unsettled.undo();
                remnants.clear();
                guarded(() -> {
                    recoverRemnants();
                    return null;
                });
            }
            throw e;
        }
    }

    private InDoubtException inDoubt(RuntimeException cause) {
        doubt = "replica " + id + " of bucket '" + bucket.name() + "' holds something that cannot be read: "
                + cause.getMessage();
        return new InDoubtException(doubt, cause);
    }
}
