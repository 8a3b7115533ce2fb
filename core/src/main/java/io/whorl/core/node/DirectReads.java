package io.whorl.core.node;

import io.whorl.core.coordinate.Callback;
import io.whorl.core.coordinate.Failures;
import io.whorl.core.coordinate.ReadResult;
import io.whorl.core.coordinate.RequestOptions;
import io.whorl.core.replica.Glance;
import io.whorl.core.replica.PlantedBug;
import io.whorl.core.replica.Replica;
import io.whorl.core.ring.BucketDefinition;
import io.whorl.core.ring.ClusterState;
import io.whorl.core.ring.Move;
import io.whorl.core.ring.NodeId;
import io.whorl.core.ring.ReplicaId;
import io.whorl.core.ring.ReplicaSlots;
import io.whorl.core.spi.Lane;
import io.whorl.core.spi.StorageException;
import io.whorl.core.version.MalformedBytesException;
import io.whorl.core.version.Record;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntPredicate;

/**
 * The reads of one lane's partitions that this node can answer alone, and on the caller's own thread: R is 1, and this node is a complete
 * holder. What they find is what the lane would have answered at some instant between their beginning and their end.
 *
 * <p>The lane says by which cluster state it works, and of which partitions it has stopped to be read, in one object that is made anew at
 * each change, and is taken away before the lane goes over to another state. A read is answered only if
 *
 * <ul>
 *   <li>that state is the newest that the node knows, so that no caller is answered by an older one than he has seen;
 *   <li>by it the bucket is what the caller takes it for, R is 1, and this node is read;
 *   <li>the replica shows itself: see {@link Glance} for its records, its seen-set and its standing;
 *   <li>after the record was read that object is still there, and the node has not ended.
 * </ul>
 *
 * <p>In all other cases, and if the record cannot be read, the lane is asked: it alone finds out what is wrong, and says so.
 *
 * <p>What the lane does is called on the lane, {@link #answer} on any thread.
 */
final class DirectReads {
    private final Node node;
    private final Lane lane;
    /** The lane's own; a view has a copy, since it never changes. */
    private final Map<ReplicaId, Seat> seats = new LinkedHashMap<>();

    private volatile View view;

    /** How the lane works now; equal to none but itself. */
    private static final class View {
        private final ClusterState state;
        private final BitSet stopped;
        private final Map<ReplicaId, Seat> seats;

        View(ClusterState state, BitSet stopped, Map<ReplicaId, Seat> seats) {
            this.state = state;
            this.stopped = stopped;
            this.seats = new LinkedHashMap<>(seats);
        }
    }

    /** A replica's place here. */
    private static final class Seat {
        private final Glance glance;
        /** By the state that was asked for last; readers of an older one work out theirs again. */
        private volatile Rights rights;

        Seat(Glance glance) {
            this.glance = glance;
        }
    }

    /** What this node may do with a replica by one state; null for the bucket's definition if it is read no more. */
    private record Rights(ClusterState state, BucketDefinition bucket, ReplicaSlots slots) {
        static Rights of(ClusterState state, ReplicaId id, NodeId self) {
            Optional<BucketDefinition> bucket = state.bucket(id.bucket());
            if (bucket.isEmpty()) {
                return new Rights(state, null, null);
            }
            ReplicaSlots slots = state.slots(bucket.get(), id.partition());
            return new Rights(state, slots.isReader(self) ? bucket.get() : null, slots);
        }

        boolean allow(BucketDefinition assumed, int quorum) {
            return bucket != null
                    && (bucket == assumed || bucket.fingerprint() == assumed.fingerprint())
                    && (quorum == 0 ? slots.readQuorum() : slots.cappedRead(quorum)) == 1;
        }
    }

    DirectReads(Node node, Lane lane) {
        this.node = node;
        this.lane = lane;
    }

    /** There is a replica that may be looked at, once the lane has {@link #adopted} a state, or {@link #opened} what it had not yet. */
    void add(Replica replica) {
        seats.put(replica.id(), new Seat(replica.glance()));
    }

    /** A replica is about to be erased. */
    void remove(Replica replica) {
        replica.glance().close();
        seats.remove(replica.id());
    }

    /** The lane is about to go over to another state. */
    void adopting() {
        view = null;
    }

    /** The lane has gone over to a state. */
    void adopted(ClusterState state, IntPredicate hasStopped) {
        BitSet stopped = new BitSet();
        for (Move move : state.layout().moves()) {
            stopped.set(move.partition(), !isBlind() && hasStopped.test(move.partition()));
        }
        view = new View(state, stopped, seats);
    }

    /** Replicas were added later than the state that the lane has gone over to. */
    void opened() {
        View before = view;
        if (before != null) {
            view = new View(before.state, before.stopped, seats);
        }
    }

    /** The lane is read no more of this partition. */
    void stopped(int partition) {
        View before = view;
        if (before != null && !isBlind()) {
            BitSet stopped = (BitSet) before.stopped.clone();
            stopped.set(partition);
            view = new View(before.state, stopped, seats);
        }
    }

    private boolean isBlind() {
        return node.options()
                .plantedBug()
                .filter(PlantedBug.DIRECT_READ_AFTER_STOP::equals)
                .isPresent();
    }

    /**
     * Answers a read here and now, if that can be done.
     *
     * @param known the newest state that the node knew when the read began
     * @return false if the lane has to be asked; the callback was not called then
     */
    boolean answer(
            ClusterState known,
            BucketDefinition assumed,
            int partition,
            byte[] key,
            RequestOptions how,
            Callback<ReadResult> callback) {
        long began = lane.nanoTime();
        ReadResult result = read(known, assumed, partition, key, how);
        if (result == null) {
            return false;
        }
        if (lane.nanoTime() - began >= how.timeoutNanos()) {
            callback.failed(Failures.timedOut(0, 1, "the read"));
        } else {
            node.timestamps().returning(result, lane.wallMillis());
            callback.succeeded(result);
        }
        return true;
    }

    private ReadResult read(
            ClusterState known, BucketDefinition assumed, int partition, byte[] key, RequestOptions how) {
        View before = view;
        if (before == null || before.state != known || before.stopped.get(partition)) {
            return null;
        }
        ReplicaId id = new ReplicaId(assumed.number(), partition);
        Seat seat = before.seats.get(id);
        Rights rights = seat == null ? null : rights(seat, known, id);
        if (rights == null || !rights.allow(assumed, how.quorum())) {
            return null;
        }
        Record record = read(seat.glance, key, how.isStrict(rights.bucket));
        if (record == null || view != before || node.hasEnded()) {
            return null;
        }
        return ReadResult.of(record, rights.bucket.options().conflicts());
    }

    private Rights rights(Seat seat, ClusterState state, ReplicaId id) {
        Rights rights = seat.rights;
        if (rights == null || rights.state != state) {
            rights = Rights.of(state, id, node.id());
            seat.rights = rights;
        }
        return rights;
    }

    private static Record read(Glance glance, byte[] key, boolean strict) {
        try {
            return glance.read(key, strict);
        } catch (StorageException | MalformedBytesException e) {
            // The lane's own read finds it too, and draws the consequences.
            return null;
        }
    }
}
