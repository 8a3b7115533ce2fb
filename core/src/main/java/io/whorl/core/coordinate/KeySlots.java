package io.whorl.core.coordinate;

import io.whorl.core.ring.BucketDefinition;
import io.whorl.core.ring.ClusterState;
import io.whorl.core.ring.NodeId;
import io.whorl.core.ring.ReplicaId;
import io.whorl.core.ring.ReplicaSlots;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A partition's slots of a bucket in one epoch, as requests use them.
 *
 * @param bucket as the state has it; empty if it has none of that number
 * @param slots by the bucket's newest definition, or as the request assumes it while the state has none
 * @param fallbacks the nodes that stand in for the holders, the most preferred first
 */
public record KeySlots(Optional<BucketDefinition> bucket, ReplicaSlots slots, List<NodeId> fallbacks) {

    private static KeySlots of(ClusterState state, ReplicaId id, BucketDefinition assumed) {
        Optional<BucketDefinition> known = state.bucket(id.bucket());
        BucketDefinition bucket = known.orElse(assumed);
        return new KeySlots(
                known, state.slots(bucket, id.partition()), List.copyOf(state.fallbacks(bucket, id.partition())));
    }

    /** Those of one lane's partitions, each worked out once in an epoch, when it is first asked for. */
    public static final class Table {
        private final Map<ReplicaId, KeySlots> known = new LinkedHashMap<>();

        /** There is another state. */
        public void adopted() {
            known.clear();
        }

        /** @param assumed the bucket as the request assumes it */
        public KeySlots of(ClusterState state, ReplicaId id, BucketDefinition assumed) {
            KeySlots found = known.get(id);
            if (found == null) {
                found = KeySlots.of(state, id, assumed);
                if (found.bucket.isPresent()) {
                    known.put(id, found);
                }
            }
            return found;
        }
    }
}
