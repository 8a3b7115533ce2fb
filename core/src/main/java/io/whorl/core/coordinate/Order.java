package io.whorl.core.coordinate;

import io.whorl.core.ring.BucketDefinition;
import io.whorl.core.ring.ClusterState;
import io.whorl.core.ring.NodeId;
import io.whorl.core.ring.ReplicaId;
import io.whorl.core.spi.Lane;
import java.util.List;

/**
 * What a request is about, and how it is to be done.
 *
 * @param id the key's partition of the bucket
 * @param bucket the bucket as the request assumes it
 * @param key whose record
 * @param quorum how many slots must acknowledge, or how many nodes must answer; at most as many as there are slots
 * @param strict only holders count
 * @param deadlineNanos when it ends at the latest, by the lane's {@link Lane#nanoTime}
 */
public record Order(ReplicaId id, BucketDefinition bucket, byte[] key, int quorum, boolean strict, long deadlineNanos) {

    /** The key's holders, the most preferred first. */
    List<NodeId> holders(ClusterState state) {
        return state.ring().primaries(id.partition(), bucket.options().replicas());
    }

    /** The nodes that stand in for them, the most preferred first. */
    List<NodeId> fallbacks(ClusterState state) {
        return state.ring().fallbacks(id.partition(), bucket.options().replicas());
    }

    /** How many nanoseconds are left, at least one: in a message none means that nobody waits. */
    long left(Lane lane) {
        return Math.max(1, deadlineNanos - lane.nanoTime());
    }
}
