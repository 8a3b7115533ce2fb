package io.whorl.core.replica;

import io.whorl.core.spi.Lane;
import io.whorl.core.spi.StorageEngine;
import io.whorl.core.spi.StorageException;
import io.whorl.core.spi.WriteBatch;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

/**
 * Group commit of one lane: the steps that wait on the lane together change the storage engine in one batch, and only then is anything
 * said of them. (DeWitt et al., Implementation Techniques for Main Memory Database Systems, SIGMOD 1984, section 5.)
 *
 * <p>A step changes what its replica knows in memory at once, so that the next step builds upon it; what is to be stored is gathered.
 * Nobody but further steps may see that before it is stored: whoever else looks at a replica has the batch {@linkplain #flush applied}
 * first. If the disk is full, all replicas concerned become what they were before, and the steps are taken again one by one, so that
 * each fails or succeeds for itself.
 */
public final class GroupCommit {
    /** So many changes are applied together at the most: beyond that a larger batch gains nothing, and holds up who waits. */
    private static final int MOST_CHANGES = 256;

    private static final long MOST_BYTES = 1 << 20;

    private final Lane lane;
    private final StorageEngine storage;
    private final Runnable onDoubt;
    private final List<Member> members = new ArrayList<>();
    private final Queue<Traced> outcomes = new ArrayDeque<>();
    private final List<Traced> readers = new ArrayList<>();
    private List<Taken> steps = new ArrayList<>();
    private WriteBatch batch = new WriteBatch();
    private long bytes;
    private boolean staging;
    private boolean scheduled;

    /** A step, and what comes of it. */
    public interface Step {
        /**
         * Changes a replica. Called again if the disk had no room for all; everything is then as it was before.
         *
         * @throws InDoubtException if the replica cannot be read
         */
        void change();

        /** What it changed is stored; not yet synced. */
        void committed();

        /** It was not stored: the disk is full, or, when it was taken again, the replica could not be read. Nothing has changed. */
        void refused(RuntimeException cause);
    }

    private record Taken(Step step, Lane.Trace trace) {}

    private record Traced(Runnable task, Lane.Trace trace) {}

    /** Somebody whose memory runs ahead of the storage engine between a step and its commit. */
    interface Member {
        /** What it knows is about to be stored. */
        void committing();

        /** What it knows is stored. */
        void committed();

        /**
         * What it has learnt since the last commit is not stored: it is to forget that.
         *
         * @throws InDoubtException if it cannot read what it goes back to
         */
        void undo();
    }

    /** @param onDoubt called when a step that was taken again found its replica unreadable */
    public GroupCommit(Lane lane, StorageEngine storage, Runnable onDoubt) {
        this.lane = lane;
        this.storage = storage;
        this.onDoubt = onDoubt;
    }

    /**
     * Takes a step. What becomes of it is said on this lane, after the tasks that wait on it now.
     *
     * @throws InDoubtException if the replica cannot be read; the step is not mentioned again then
     */
    public void take(Step step) {
        staging = true;
        try {
            step.change();
        } finally {
            staging = false;
        }
        steps.add(new Taken(step, lane.trace()));
        if (batch.changes().size() >= MOST_CHANGES || bytes >= MOST_BYTES) {
            flush();
        }
        schedule();
    }

    /** Runs a task of this lane that looks at replicas: at once if nothing waits to be applied, else after that, for all of them once. */
    public void afterwards(Runnable task) {
        if (steps.isEmpty() && outcomes.isEmpty()) {
            task.run();
        } else {
            readers.add(new Traced(task, lane.trace()));
            schedule();
        }
    }

    private void schedule() {
        if (!scheduled) {
            scheduled = true;
            lane.execute(this::finish);
        }
    }

    /** Whether a step is being taken whose changes are gathered. */
    boolean isStaging() {
        return staging;
    }

    /** Gathers changes of the step that is being taken. */
    void stage(WriteBatch changes) {
        batch.gather(changes, lane.trace());
        for (WriteBatch.Change change : changes.changes()) {
            bytes += change instanceof WriteBatch.Put put ? put.value().length : 0;
        }
    }

    /** Somebody's memory runs ahead from now on. */
    void join(Member member) {
        members.add(member);
    }

    /** Applies what was gathered; what becomes of the steps is still said later. Does nothing while a step is being taken. */
    public void flush() {
        if (steps.isEmpty() || staging) {
            return;
        }
        List<Taken> taken = steps;
        WriteBatch changes = batch;
        List<Member> ahead = List.copyOf(members);
        steps = new ArrayList<>();
        batch = new WriteBatch();
        bytes = 0;
        members.clear();
        ahead.forEach(Member::committing);
        try {
            storage.apply(changes);
        } catch (StorageException e) {
            if (!e.isFull()) {
                throw e;
            }
            ahead.forEach(this::undo);
            taken.forEach(each -> each.trace.run(() -> takeAlone(each)));
            return;
        }
        ahead.forEach(Member::committed);
        for (Taken each : taken) {
            outcomes.add(new Traced(each.step::committed, each.trace));
        }
    }

    /** What it goes back to may have become unreadable: that is its own matter, and not that of the others. */
    private void undo(Member member) {
        try {
            member.undo();
        } catch (InDoubtException e) {
            onDoubt.run();
        }
    }

    private void takeAlone(Taken taken) {
        Step step = taken.step;
        Runnable outcome;
        try {
            step.change();
            outcome = step::committed;
        } catch (InDoubtException e) {
            onDoubt.run();
            outcome = () -> step.refused(e);
        } catch (StorageException e) {
            if (!e.isFull()) {
                throw e;
            }
            outcome = () -> step.refused(e);
        }
        outcomes.add(new Traced(outcome, taken.trace));
    }

    private void finish() {
        scheduled = false;
        flush();
        for (Traced outcome = outcomes.poll(); outcome != null; outcome = outcomes.poll()) {
            say(outcome);
        }
        List<Traced> due = List.copyOf(readers);
        readers.clear();
        due.forEach(this::say);
    }

    /** The lane has stopped: nothing more is stored or said, and those who wait to look are let go to find out. */
    public void abandon() {
        steps = new ArrayList<>();
        outcomes.clear();
        List<Traced> due = List.copyOf(readers);
        readers.clear();
        due.forEach(each -> each.trace.run(each.task));
    }

    /** One that meets something unreadable, or a full disk, does not keep the others from being said. */
    private void say(Traced outcome) {
        try {
            outcome.trace.run(outcome.task);
        } catch (InDoubtException e) {
            onDoubt.run();
        } catch (StorageException e) {
            if (!e.isFull()) {
                throw e;
            }
        }
    }
}
