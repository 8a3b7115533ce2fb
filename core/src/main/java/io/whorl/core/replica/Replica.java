package io.whorl.core.replica;

import io.whorl.api.Durability;
import io.whorl.core.message.Write;
import io.whorl.core.ring.BucketDefinition;
import io.whorl.core.ring.NodeId;
import io.whorl.core.ring.ReplicaId;
import io.whorl.core.spi.StorageEngine;
import io.whorl.core.spi.StorageException;
import io.whorl.core.spi.WriteBatch;
import io.whorl.core.version.Actor;
import io.whorl.core.version.ClosedRuns;
import io.whorl.core.version.DotSet;
import io.whorl.core.version.MalformedBytesException;
import io.whorl.core.version.Record;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.LongPredicate;
import java.util.function.Supplier;

/**
 * What this node holds of one (bucket, partition), and the steps that change it: each reads, decides and writes at one instant, in
 * one atomic batch. Used on one lane only.
 *
 * <p>What is held is in {@link Holdings}; the steps themselves are in {@link Writes} and {@link Joins}. Here each is guarded: what
 * cannot be read ends it and puts the replica in doubt.
 *
 * <p>Source: replication.md, "The rules" and "Put and delete"; the executable model is dots.py.
 */
public final class Replica {
    private final ReplicaId id;
    private final BucketDefinition bucket;
    private final long fingerprint;
    private final Optional<PlantedBug> bug;
    private final Holdings holdings;
    private final Soundness soundness;
    private final OwnDots own;
    private final Writes writes;
    private final Joins joins;
    private final Misreading misreading;
    private final Ahead ahead;
    private final Glance glance;
    private DotSet durable = DotSet.empty();

    private Replica(
            ReplicaId id, BucketDefinition bucket, StorageEngine storage, Actor actor, Optional<PlantedBug> bug) {
        this.id = id;
        this.bucket = bucket;
        this.fingerprint = bucket.fingerprint();
        this.bug = bug;
        this.misreading = bug.map(Misreading::new).orElse(null);
        this.own = new OwnDots(id, actor);
        this.holdings = new Holdings(id, storage, bug);
        this.soundness = new Soundness(id, bucket, storage, holdings.records());
        this.writes = new Writes(bucket, holdings, own);
        this.joins = new Joins(id, storage, holdings, own);
        this.glance = Glance.of(id, storage, holdings, soundness, bug);
        this.ahead = new Ahead(holdings, own, glance, this::sound);
    }

    /**
     * Opens what the storage engine holds of a replica, perhaps nothing. If something there cannot be read, or was not repaired yet
     * when the node stopped, the replica is in doubt from the beginning.
     *
     * @param actor this run's name for the writes that this replica coordinates
     * @param closed the runs that are closed
     */
    public static Replica open(
            ReplicaId id,
            BucketDefinition bucket,
            StorageEngine storage,
            Actor actor,
            ClosedRuns closed,
            Optional<PlantedBug> bug) {
        Replica replica = new Replica(id, bucket, storage, actor, bug);
        replica.holdings.records().learn(closed);
        try {
            replica.step(replica.soundness::recover);
            if (replica.exchanges()) {
                replica.recover();
            }
            replica.glance.show();
        } catch (InDoubtException e) {
            // Its standing tells.
        }
        return replica;
    }

    /**
     * As {@link #open} where {@link StoredReplicas#isAny} has said that
     * there is nothing, which is not looked at again: a bucket has hundreds of replicas, and each would look in ten places.
     */
    public static Replica create(
            ReplicaId id,
            BucketDefinition bucket,
            StorageEngine storage,
            Actor actor,
            ClosedRuns closed,
            Optional<PlantedBug> bug) {
        Replica replica = new Replica(id, bucket, storage, actor, bug);
        replica.holdings.records().learn(closed);
        replica.joins.begin();
        replica.glance.show();
        return replica;
    }

    /** From now on steps that are taken with this group are stored together with others of it. */
    public void commitWith(GroupCommit group) {
        ahead.commitWith(group);
    }

    /** A step that may run ahead of the storage engine until its group commits. */
    private <T> T staged(Supplier<T> step) {
        return ahead.begin() ? sound(step) : guarded(step);
    }

    private void recover() {
        step(() -> {
            holdings.recover(!standing().isInDoubt());
            joins.recover();
        });
    }

    /**
     * Takes note of which runs are closed. If this replica has reported for the newest closing, its seen-set says so from now on, and
     * no longer names those runs.
     *
     * @throws InDoubtException if something cannot be read
     */
    public void learn(ClosedRuns closed) {
        if (exchanges()) {
            step(() -> holdings.learn(closed));
        } else {
            holdings.records().learn(closed);
        }
    }

    /**
     * Whether what names these dots may be taken, whoever it is from: of runs that were frozen after he last reported, this replica
     * must have seen them.
     *
     * @param doubtful what {@link Closure#doubtful} gave
     */
    public boolean takes(DotSet doubtful) {
        return doubtful.isEmpty()
                || bug.filter(PlantedBug.CLOSED_WITHOUT_FREEZE::equals).isPresent()
                || Closure.takes(doubtful, seen(), holdings.records().closed());
    }

    /**
     * What this replica has seen of runs, as a number that is equal on all replicas where that is equal; zero for nothing.
     *
     * @param freeze the freeze for which this is its report, which is kept and counts once it is durable; 0 if it is none
     * @param runs of which runs
     * @return empty while it cannot be said: it is in doubt, or a stream has brought what it cannot name yet
     */
    public Optional<Long> report(long freeze, LongPredicate runs) {
        if (standing().isInDoubt() || isStreamed() || isUnsettled()) {
            return Optional.empty();
        }
        return Optional.of(guarded(() -> holdings.report(freeze, runs)));
    }

    /** A look at it from other threads. */
    public Glance glance() {
        return glance;
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
        ahead.settle();
        return holdings.seen();
    }

    /** The part of the seen-set that was synced in this run. */
    public DotSet durable() {
        return durable;
    }

    /** The dots in the dot log. */
    public DotSet logged() {
        ahead.settle();
        return holdings.log().dots();
    }

    /** How far it can be counted on. */
    public Standing standing() {
        return soundness.standing();
    }

    /** Why it cannot be counted on; null if it can. */
    public String reason() {
        return soundness.reason();
    }

    /** Why this replica answers no request; empty while it does. */
    public Optional<String> doubt() {
        return standing().isInDoubt() ? Optional.of(soundness.reason()) : Optional.empty();
    }

    /** Whether it takes part in anti-entropy: also one in doubt does, once what could be read is salvaged. */
    public boolean exchanges() {
        return standing() != Standing.UNREADABLE;
    }

    /** Whether it certainly has all that it ever acknowledged. */
    public boolean answersStrictReads() {
        return standing() == Standing.SOUND
                || bug.filter(PlantedBug.STRICT_READ_BEFORE_CAUGHT_UP::equals).isPresent();
    }

    /** How often, within this run, it has begun to take itself anew. */
    public int stint() {
        return own.stint();
    }

    /** How many stored entries could not be read and were removed, in this run. */
    public long unreadable() {
        return soundness.removed();
    }

    /**
     * Goes on with the salvage of what can be read, by so many entries; its end is the beginning of a new stint.
     *
     * @return whether there is more to do
     * @throws StorageException of kind FULL if there is no space for it now
     */
    public boolean salvage(int most) {
        ahead.settle();
        if (exchanges()) {
            return false;
        }
        if (soundness.salvage(most)) {
            return true;
        }
        own.beginStint();
        try {
            recover();
        } catch (InDoubtException e) {
            soundness.salvaged(false);
            return true;
        }
        soundness.salvaged(true);
        return false;
    }

    /** It has taken itself anew, or caught up, or its loss is accepted: from now on it serves everything. */
    public void trust() {
        step(() -> {
            holdings.trust(new WriteBatch());
            soundness.trusted();
            glance.show();
        });
    }

    /** Whether an acknowledgement has to wait for a sync. */
    public boolean syncsEveryWrite() {
        return bucket.options().durability() == Durability.FSYNC;
    }

    /** A key's record and what fills it. */
    public Excerpt excerpt(byte[] key) {
        return serving(() -> {
            Record record = holdings.records().get(key);
            DotSet bases = holdings.seen().bases();
            return misreading == null ? new Excerpt(record, bases) : misreading.of(key, record, bases);
        });
    }

    /** How many bytes of values the key's siblings would have after a put, its own included; 0 for a delete, which is never too large. */
    public long bytesAfter(byte[] key, Write write) {
        return serving(() -> writes.bytesAfter(key, write));
    }

    /** Coordinates a write: makes its dot, and stores the record that follows from it. */
    public Written write(byte[] key, Write write, long timestamp) {
        return writeWithin(key, write, timestamp, Long.MAX_VALUE).orElseThrow();
    }

    /**
     * Coordinates a write, unless the key's siblings would have more than so many bytes of values then.
     *
     * @return empty if they would, and nothing was done
     */
    public Optional<Written> writeWithin(byte[] key, Write write, long timestamp, long mostBytes) {
        requireServing();
        return staged(() -> writes.write(key, write, timestamp, mostBytes));
    }

    /**
     * Joins records that came with their replica's seen-set of one instant. The announced dots and the siblings' dots are seen
     * from now on.
     *
     * @return whether anything changed
     */
    public boolean receive(List<Arrival> arrivals) {
        return staged(() -> joins.receive(arrivals));
    }

    /**
     * Joins records of a stream. Dots that the peer had seen when the stream began are not added to the seen-set one by one, which
     * would leave it full of gaps in the meantime; {@link #finishStream} adds all of them at the stream's end.
     *
     * @param began what the peer had seen when the stream began
     */
    public boolean receiveStreamed(NodeId peer, DotSet began, List<Arrival> arrivals) {
        return guarded(() -> joins.receiveStreamed(peer, began, arrivals));
    }

    /**
     * A stream from a peer has passed the keys after the last stretch's and up to {@code upTo}. What the peer had seen of them is
     * known here from now on, also of those that are absent on both sides and so have no record to say it: an older write may still
     * arrive from elsewhere, before the stream's end makes all of it seen.
     *
     * @param theirs the peer's seen-set at the instant of the stretch
     */
    public void passed(NodeId peer, DotSet theirs, byte[] upTo) {
        joins.passed(peer, theirs, upTo);
    }

    /** The stream from a peer was given up, if there was one: what it brought is to be {@linkplain #settle settled}. */
    public void giveUpStream(NodeId peer) {
        joins.giveUpStream(peer);
    }

    /** The stream from a peer has come to its end: all that the peer had seen when it began is seen here too. */
    public void finishStream(NodeId peer, DotSet began) {
        step(() -> joins.finishStream(peer, began));
    }

    /**
     * Whether streams that were given up have left values here which the seen-set may not name. A replica that takes itself anew names
     * nearly all of its values by what its peers tell, and the rest afterwards.
     */
    public boolean isUnsettled() {
        return standing() != Standing.SALVAGED && joins.isUnsettled();
    }

    /** Whether a stream is under way, or one that was given up is not settled yet. */
    public boolean isStreamed() {
        return joins.isStreamed();
    }

    /**
     * Adds to the seen-set the dots of the next {@code most} keys' values that a stream which was given up has brought. Otherwise
     * a value that its source lost meanwhile would be here for ever, and nobody would ask for it.
     *
     * @return whether there are more
     */
    public boolean settle(int most) {
        return guarded(() -> joins.settle(most));
    }

    /** Makes all of a peer's seen-set seen, after every record that carries its effects has been joined. */
    public void joinSeen(DotSet theirs) {
        step(() -> joins.joinSeen(theirs));
    }

    /** Strips up to {@code most} remnants again; true if some are left. */
    public boolean restrip(int most) {
        return guarded(() -> holdings.restrip(most));
    }

    /** The number of the remnant that came to name more than before last; see {@link #beyond}. */
    public long lastRemnant() {
        return holdings.lastRemnant();
    }

    /**
     * The next remnants, with numbers above {@code after} and up to {@code upTo}, that name dots which this replica has not seen. No
     * comparison of seen-sets says that a peer lacks what they supersede.
     */
    public Beyond beyond(long after, long upTo, int maxBytes) {
        return guarded(() -> holdings.beyond(after, upTo, maxBytes));
    }

    /** Whether {@link #restrip} would find something to do. */
    public boolean hasDueRemnants() {
        return holdings.hasDueRemnants();
    }

    /** Takes note of what a finished sync made durable: the seen-set as it was when the sync was asked for. */
    public void markDurable(DotSet synced) {
        // The sync may have been asked for in a stint that is over.
        durable = durable.join(seen().containsAll(synced) ? synced : synced.intersect(seen()));
    }

    /**
     * Removes from the dot log what everyone is known to have seen durably; and, if the log is over its limit, the dots that come
     * first in order, for which a peer that misses them has to stream.
     *
     * @param peers what every peer is known to have seen durably
     * @return what was removed
     */
    public Pruned prune(Collection<DotSet> peers, long limit) {
        Pruned pruned = holdings.log().prunable(durable, peers, limit);
        if (!pruned.dots().isEmpty()) {
            step(() -> holdings.prune(pruned.dots()));
        }
        return pruned;
    }

    /** What a peer with this seen-set lacks, from the dot log, up to about so many bytes. */
    public Missing missing(DotSet theirs, int maxBytes) {
        return guarded(() -> holdings.log().missing(seen(), theirs, maxBytes, holdings.records()::get));
    }

    /** The records with keys after {@code after} (null: from the first), up to about so many bytes. */
    public Section section(byte[] after, int maxBytes) {
        return guarded(() -> holdings.records().section(after, maxBytes));
    }

    /**
     * Opens entries of the dot log to see that they can be read, up to about so many bytes of them.
     *
     * @param after the last that was opened; null: from the first
     * @return the last that is opened by now; null if that is all
     * @throws InDoubtException if one cannot be read
     */
    public byte[] proofreadLog(byte[] after, int maxBytes) {
        return guarded(() -> holdings.log().proofread(after, maxBytes));
    }

    /** The first {@code most} keys stored after {@code after} (null: from the first) and up to {@code upTo} (null: to the last). */
    public List<byte[]> keys(byte[] after, byte[] upTo, int most) {
        return guarded(() -> holdings.records().keys(after, upTo, most));
    }

    /** A step of a request, which a replica in doubt does not take. */
    private <T> T serving(Supplier<T> step) {
        requireServing();
        return guarded(step);
    }

    private void requireServing() {
        if (standing().isInDoubt()) {
            throw new InDoubtException(soundness.reason(), null);
        }
    }

    /** Runs a step; what cannot be read puts the replica in doubt, and what the disk has no room for leaves everything as it was. */
    private <T> T guarded(Supplier<T> step) {
        ahead.settle();
        DotSet logged = holdings.log().dots();
        try {
            return sound(step);
        } catch (StorageException e) {
            if (e.kind() == StorageException.Kind.FULL) {
                sound(() -> {
                    holdings.undo(logged);
                    joins.undo();
                    return null;
                });
            }
            throw e;
        }
    }

    private void step(Runnable step) {
        guarded(() -> {
            step.run();
            return null;
        });
    }

    /** Runs a step; what cannot be read puts the replica in doubt. */
    private <T> T sound(Supplier<T> step) {
        if (!exchanges()) {
            throw new InDoubtException(soundness.reason(), null);
        }
        try {
            return step.get();
        } catch (MalformedBytesException e) {
            throw inDoubt(e);
        } catch (StorageException e) {
            throw e.kind() == StorageException.Kind.CORRUPTION ? inDoubt(e) : e;
        }
    }

    private InDoubtException inDoubt(RuntimeException cause) {
        holdings.forgetSeen();
        durable = DotSet.empty();
        return soundness.unreadable(cause);
    }
}
