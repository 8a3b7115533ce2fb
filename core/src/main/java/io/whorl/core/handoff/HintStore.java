package io.whorl.core.handoff;

import io.whorl.api.Conflicts;
import io.whorl.core.message.Refusal;
import io.whorl.core.message.Write;
import io.whorl.core.meter.Counter;
import io.whorl.core.meter.Meters;
import io.whorl.core.replica.BrokenInvariantException;
import io.whorl.core.replica.InDoubtException;
import io.whorl.core.replica.PlantedBug;
import io.whorl.core.ring.BucketDefinition;
import io.whorl.core.ring.ClusterState;
import io.whorl.core.ring.NodeId;
import io.whorl.core.ring.ReplicaId;
import io.whorl.core.spi.StorageEngine;
import io.whorl.core.spi.StorageException;
import io.whorl.core.version.Actor;
import io.whorl.core.version.ClosedRuns;
import io.whorl.core.version.Dot;
import io.whorl.core.version.DotSet;
import io.whorl.core.version.Record;
import io.whorl.core.version.Role;
import io.whorl.core.version.Sibling;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import java.util.function.LongPredicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The hints of one lane's partitions: what this node keeps, as a fallback, for holders that could not be reached. A key has one hint
 * per target however often it is written. Used on one lane only; the bounds are shared by all lanes of the node.
 *
 * <p>A fallback is not a replica: it has no seen-set, nothing fills its records, and so they are always whole.
 *
 * <p>Source: replication.md, "Sloppy quorum and hinted handoff"; {@code keep_hint} and {@code write_as_fallback} of dots.py.
 */
public final class HintStore {
    private static final Logger LOG = LoggerFactory.getLogger(HintStore.class);

    private final HintBudget budget;
    private final long run;
    private final HintShelf shelf;
    private final Meters meters;
    private final Optional<PlantedBug> bug;
    private final Map<ReplicaId, Long> counters = new TreeMap<>();
    private Consumer<NodeId> onKept = target -> {};

    private HintStore(HintShelf shelf, HintBudget budget, long run, Meters meters, Optional<PlantedBug> bug) {
        this.shelf = shelf;
        this.budget = budget;
        this.run = run;
        this.meters = meters;
        this.bug = bug;
    }

    /**
     * Opens what the storage engine holds of some partitions' hints, by one scan.
     *
     * @param budget the node's, which learns what was found
     * @param run this process of the node; its fallback actors are of this run
     * @param partitions which partitions are this lane's
     */
    public static HintStore open(
            StorageEngine storage,
            HintBudget budget,
            long run,
            IntPredicate partitions,
            Meters meters,
            Optional<PlantedBug> bug) {
        HintShelf shelf = new HintShelf(storage, budget, meters, bug);
        if (bug.isEmpty() || bug.get() != PlantedBug.HINTS_FORGOTTEN_ON_RESTART) {
            shelf.recover(partitions);
        }
        return new HintStore(shelf, budget, run, meters, bug);
    }

    /** Takes note of the runs that are closed. */
    public void learn(ClosedRuns closed) {
        shelf.learn(closed);
    }

    /** Whether some hint names one of these runs; true also where that cannot be told. */
    public boolean mayName(LongPredicate runs) {
        return shelf.mayName(runs);
    }

    /** Has the consumer told of every target for which something was kept or changed, on the lane, after it was stored. */
    public void onKept(Consumer<NodeId> consumer) {
        onKept = consumer;
    }

    /**
     * Keeps a record for a target, joined with what is kept for it already.
     *
     * @param filled whole, with all that its coordinator had seen of it
     * @param announced the dots of the writes whose effect it carries
     * @return empty if it is kept now; else why not, and nothing was changed: {@link Refusal#HINTS_FULL} past a bound,
     *     {@link Refusal#IN_DOUBT} if what is kept already cannot be read
     * @throws StorageException if the storage engine failed; if it is full, nothing was changed
     * @throws BrokenInvariantException if something names a write of this run as a fallback that it has not made
     */
    public Optional<Refusal> keep(NodeId target, ReplicaId id, byte[] key, Record filled, DotSet announced) {
        requirePossible(id, announced);
        requirePossible(id, filled.context());
        requirePossible(id, filled.siblingDots());
        try {
            Optional<NodeId> full = shelf.join(List.of(target), id, key, filled, announced);
            if (full.isPresent()) {
                refused(full.get());
                return Optional.of(Refusal.HINTS_FULL);
            }
            onKept.accept(target);
            return Optional.empty();
        } catch (InDoubtException e) {
            return Optional.of(Refusal.IN_DOUBT);
        }
    }

    private void refused(NodeId target) {
        meters.add(Counter.HINTS_REFUSED);
        if (budget.isFirstRefusal(target)) {
            LOG.warn(
                    "The hints kept here for node {} or for all nodes together ({} bytes) have reached their bound: further ones are"
                            + " refused, and writes need other fallbacks until the node is back. Bring it back, or raise"
                            + " hintBytesPerTarget or hintBytes",
                    target,
                    budget.bytes());
        }
    }

    /**
     * What is kept for a key, joined over all targets; empty if nothing is. It is no replica's record: a key that is absent here may
     * have a value elsewhere.
     *
     * @throws InDoubtException if something is kept for the key that cannot be read, so that an answer might lack an acknowledged
     *     write; other keys are not concerned
     */
    public Record held(ReplicaId id, byte[] key) {
        return shelf.held(id, key).record();
    }

    /** How many bytes of values the key's siblings would have after a put, its own included; 0 for a delete. */
    public long bytesAfter(ReplicaId id, byte[] key, Write write, BucketDefinition bucket) {
        if (write.isDelete()) {
            return 0;
        }
        long bytes = write.value().length;
        Record held = held(id, key);
        DotSet superseded = superseded(id, write, held, bucket);
        for (Sibling sibling : held.siblings()) {
            bytes += superseded.contains(sibling.dot()) ? 0 : sibling.value().length;
        }
        return bytes;
    }

    /**
     * Coordinates a write while no holder can be reached: makes a dot of this run's fallback actor, and keeps the record that
     * follows from it and from what is kept already as a hint for every target, in one batch. The record's context is the given
     * context, what the hints had seen, and the dot alone, never its predecessors, which this node knows nothing of (rule 4).
     *
     * @param timestamp the write's hybrid timestamp
     * @param targets all holders
     * @return what was made; or refused, as {@link #keep} does, if it cannot be kept for every target
     * @throws StorageException if the storage engine failed; if it is full, nothing was changed
     */
    public FallbackWrite write(
            ReplicaId id, byte[] key, Write write, long timestamp, List<NodeId> targets, BucketDefinition bucket) {
        try {
            StoredHint held = shelf.held(id, key);
            Dot dot = new Dot(actor(), counter(id) + 1);
            DotSet context = superseded(id, write, held.record(), bucket);
            Record next = write.isDelete()
                    ? held.record().delete(context, dot)
                    : held.record().put(context, dot, write.value(), timestamp, write.expiry());
            if (bug.isPresent() && bug.get() == PlantedBug.ROUNDED_FALLBACK) {
                next = new Record(next.siblings(), next.context().join(DotSet.range(actor(), 1, dot.counter())));
            }
            DotSet announced = held.announced().add(dot);
            Optional<NodeId> full = shelf.join(targets, id, key, next, announced);
            if (full.isPresent()) {
                refused(full.get());
                return new FallbackWrite.Refused(
                        Refusal.HINTS_FULL,
                        "the hints kept here, for node " + full.get()
                                + " or in all, have reached their bound in bytes");
            }
            counters.put(id, dot.counter());
            meters.add(Counter.FALLBACK_WRITES);
            targets.forEach(onKept);
            return new FallbackWrite.Made(dot, next, announced, context.add(dot));
        } catch (InDoubtException e) {
            return new FallbackWrite.Refused(Refusal.IN_DOUBT, e.getMessage());
        }
    }

    /** What a write replaces. Dots of this very run that do not exist yet cannot have been seen, whatever a context says. */
    private DotSet superseded(ReplicaId id, Write write, Record held, BucketDefinition bucket) {
        if (write.context() == null) {
            return held.history();
        }
        DotSet context = write.context().minus(DotSet.range(actor(), counter(id) + 1, Long.MAX_VALUE));
        return bucket.options().conflicts() == Conflicts.LAST_WRITE_WINS ? context.join(held.history()) : context;
    }

    private Actor actor() {
        return new Actor(run, 0, Role.FALLBACK);
    }

    private long counter(ReplicaId id) {
        return counters.getOrDefault(id, 0L);
    }

    /** Removes what is kept of buckets that were dropped. */
    void removeDropped(ClusterState state) {
        for (NodeId target : shelf.counts().targets()) {
            Optional<ReplicaId> next = shelf.counts().next(target, null);
            while (next.isPresent()) {
                ReplicaId id = next.get();
                if (id.bucket() <= state.epoch() && state.bucket(id.bucket()).isEmpty()) {
                    shelf.removeAll(target, id);
                }
                next = shelf.counts().next(target, id);
            }
        }
    }

    /** What is stored, for the handover. */
    HintShelf shelf() {
        return shelf;
    }

    /** How many bytes the hints of this lane take, keys included. */
    public long bytes() {
        return shelf.bytes();
    }

    /** The node's hints for each target, of all lanes. */
    public HintBudget budget() {
        return budget;
    }

    /**
     * A dot of this node's live fallback actor that it has not made yet means that two processes act under one name (promise P7).
     *
     * @throws BrokenInvariantException if there is one
     */
    public void requirePossible(ReplicaId id, DotSet dots) {
        Actor actor = actor();
        if (dots.highest(actor) > counter(id)) {
            throw new BrokenInvariantException("a hint of replica " + id + " names write " + dots.highest(actor)
                    + " of this node's own actor " + actor + ", which has made only " + counter(id)
                    + ": another process acts under this node's name");
        }
    }
}
