package io.whorl.core.coordinate;

import io.whorl.core.message.Failure;
import io.whorl.core.ring.BucketDefinition;
import io.whorl.core.ring.ClusterState;
import io.whorl.core.ring.NodeId;
import io.whorl.core.ring.ReplicaId;
import io.whorl.core.ring.ReplicaSlots;
import io.whorl.core.spi.Lane;
import java.util.List;
import java.util.Optional;

/**
 * What a request is about, and how it is to be done. Nothing in it depends on an epoch; its slots and quorums are those of the epoch in
 * which it is planned, perhaps several times.
 *
 * @param id the key's partition of the bucket
 * @param bucket the bucket as the request found it; of its number, name, conflicts and durability none ever changes
 * @param key whose record
 * @param quorum how many slots must acknowledge, or how many nodes must answer, at most as many as there are slots; 0: as many as the
 *     bucket says
 * @param strict only holders count
 * @param zones from how many zones a write's acknowledgements must come, at most as many as the slots are in
 * @param deadlineNanos when it ends at the latest, by the lane's {@link Lane#nanoTime}
 */
public record Order(
        ReplicaId id, BucketDefinition bucket, byte[] key, int quorum, boolean strict, int zones, long deadlineNanos) {

    /** The key's slots in the epoch that the lane knows. */
    public ReplicaSlots slots(RequestLane lane) {
        return lane.slots(id, bucket).slots();
    }

    /** The epoch of the last change of these slots. */
    long changed(ClusterState state) {
        return state.layout().changed(id.partition());
    }

    /** How many nodes must answer a read. */
    int readQuorum(ReplicaSlots slots) {
        return quorum == 0 ? slots.readQuorum() : slots.cappedRead(quorum);
    }

    /** How many slots must acknowledge a write. */
    int writeQuorum(ReplicaSlots slots) {
        return quorum == 0 ? slots.writeQuorum() : slots.capped(quorum);
    }

    /** The nodes that stand in for the holders, the most preferred first. */
    List<NodeId> fallbacks(RequestLane lane) {
        return lane.slots(id, bucket).fallbacks();
    }

    /** Why nothing can be done with the bucket any more; empty while it exists. */
    public Optional<Failure> dropped(ClusterState state) {
        return id.bucket() <= state.epoch() && state.bucket(id.bucket()).isEmpty()
                ? Optional.of(Failures.mismatch("bucket '" + bucket.name() + "' (number " + id.bucket()
                        + ") was dropped, and everything in it; create it anew to use its name again"))
                : Optional.empty();
    }

    /** How many nanoseconds are left, at least one: in a message none means that nobody waits. */
    long left(Lane lane) {
        return Math.max(1, deadlineNanos - lane.nanoTime());
    }

    /** Whether its deadline has passed. */
    public boolean isOver(Lane lane) {
        return deadlineNanos - lane.nanoTime() <= 0;
    }
}
