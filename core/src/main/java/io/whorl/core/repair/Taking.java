package io.whorl.core.repair;

import io.whorl.core.message.ReplicaMessage;
import io.whorl.core.meter.Counter;
import io.whorl.core.replica.Arrival;
import io.whorl.core.replica.PlantedBug;
import io.whorl.core.replica.Replica;
import io.whorl.core.replica.ReplicaLane;
import io.whorl.core.ring.NodeId;
import io.whorl.core.version.DotSet;
import io.whorl.core.version.Record;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The stream of a whole replica from one peer, in key order, one stretch after the other; each stretch is walked in small steps,
 * so that neither a large answer nor a large own replica is ever in memory at once.
 *
 * <p>Where it is stays in memory only: it goes on after a lost connection, between the same runs of both ends, and never otherwise.
 *
 * <p>Source: replication.md, "Anti-entropy"; {@code pull} of dots.py where the log was pruned.
 */
final class Taking {
    private static final int KEYS_IN_A_STEP = 256;

    private final Replica replica;
    private final NodeId peer;
    private boolean open;
    private DotSet began;
    private byte[] upTo;
    private ReplicaMessage.StreamAnswer stretch;
    private int taken;
    private long progressAt;
    private long keys;
    private long bytes;

    Taking(Replica replica, NodeId peer) {
        this.replica = replica;
        this.peer = peer;
    }

    boolean isOpen() {
        return open;
    }

    /** Whether a stretch has arrived that is not walked to its end yet. */
    boolean isWalking() {
        return stretch != null;
    }

    /** Whether this is the stretch that is being walked. */
    boolean isWalking(ReplicaMessage.StreamAnswer answer) {
        return stretch == answer;
    }

    /** After which key the next stretch begins; null: from the first. */
    byte[] upTo() {
        return upTo;
    }

    long progressAt() {
        return progressAt;
    }

    /** How many of the peer's keys have come so far. */
    long keys() {
        return keys;
    }

    /** How many bytes of records have come so far, about. */
    long bytes() {
        return bytes;
    }

    void begin(long now) {
        giveUp();
        open = true;
        progressAt = now;
    }

    /** Begins anew next time; what has come is right, and is settled by and by. */
    void giveUp() {
        if (open) {
            close();
            replica.giveUpStream(peer);
        }
    }

    /** The replica is dropped, and nothing of it may be stored any more. */
    void abandon() {
        close();
    }

    private void close() {
        open = false;
        began = null;
        upTo = null;
        stretch = null;
        keys = 0;
        bytes = 0;
    }

    /** Drops a stretch that could not be walked to its end; the rest of it is asked for again. */
    void dropStretch() {
        stretch = null;
    }

    /** A stretch came; false if its source has seen less than when the stream began, so that the stream cannot go on. */
    boolean arrived(ReplicaLane lane, ReplicaMessage.StreamAnswer answer) {
        // What the peer had seen when the stream began is incorporated once every key was read at that instant or
        // later.
        began = began == null ? answer.seen() : began;
        if (!answer.seen().containsAll(began) && !lane.has(PlantedBug.STREAM_RESUMED_ACROSS_RESTART)) {
            return false;
        }
        stretch = answer;
        taken = 0;
        keys += answer.entries().size();
        bytes += Sizes.of(answer.entries());
        return true;
    }

    /** Joins the next keys of the stretch; true if there are more in it. */
    boolean step(ReplicaLane lane) {
        progressAt = lane.lane().nanoTime();
        byte[] end = stretch.upTo();
        List<byte[]> own = replica.keys(upTo, end, KEYS_IN_A_STEP);
        boolean more = own.size() == KEYS_IN_A_STEP;
        byte[] stepUpTo = more ? own.get(own.size() - 1) : end;
        int next = taken;
        List<Arrival> arrivals = arrivals(own, stepUpTo, skipsAbsent(lane));
        try {
            if (replica.receiveStreamed(peer, began, arrivals)) {
                lane.durableLine().touched(replica);
            }
            lane.meters().add(Counter.REPAIR_ENTRIES, taken - next);
        } catch (RuntimeException e) {
            dropStretch();
            throw e;
        }
        if (stepUpTo != null) {
            replica.passed(peer, stretch.seen(), stepUpTo);
            upTo = stepUpTo;
        }
        if (more) {
            return true;
        }
        stretch = null;
        if (end == null) {
            replica.finishStream(peer, began);
            lane.durableLine().touched(replica);
            close();
        }
        return false;
    }

    private boolean skipsAbsent(ReplicaLane lane) {
        return lane.has(PlantedBug.RESURRECT_ON_STREAM)
                || (lane.has(PlantedBug.SKIPPED_ABSENCE) && replica.doubt().isPresent());
    }

    /** The peer's records up to that key, and for every key that only this side has: what the peer knows of it, filled. */
    private List<Arrival> arrivals(List<byte[]> own, byte[] stepUpTo, boolean resurrects) {
        List<Arrival> arrivals = new ArrayList<>();
        List<ReplicaMessage.Entry> entries = stretch.entries();
        Record absent = Record.empty().fill(stretch.seen());
        int at = 0;
        while (taken < entries.size() && isWithin(entries.get(taken).key(), stepUpTo)) {
            ReplicaMessage.Entry entry = entries.get(taken++);
            for (; at < own.size() && Arrays.compareUnsigned(own.get(at), entry.key()) < 0; at++) {
                arrivals.add(new Arrival(own.get(at), absent, DotSet.empty()));
            }
            at += at < own.size() && Arrays.equals(own.get(at), entry.key()) ? 1 : 0;
            arrivals.add(new Arrival(entry.key(), entry.record().fill(stretch.seen()), DotSet.empty()));
        }
        for (; at < own.size(); at++) {
            arrivals.add(new Arrival(own.get(at), absent, DotSet.empty()));
        }
        if (resurrects) {
            arrivals.removeIf(arrival -> arrival.record() == absent);
        }
        return arrivals;
    }

    private static boolean isWithin(byte[] key, byte[] upTo) {
        return upTo == null || Arrays.compareUnsigned(key, upTo) <= 0;
    }
}
