package io.whorl.core.coordinate;

import io.whorl.core.quorum.SlotTally;
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
 * @param fallbacks the nodes that stand in for the holders, the most preferred first; immutable
 * @param unasked the tally of a write with the bucket's W of which nobody has been asked yet
 */
public record KeySlots(
        Optional<BucketDefinition> bucket, ReplicaSlots slots, List<NodeId> fallbacks, SlotTally unasked) {

    private static KeySlots of(ClusterState state, ReplicaId id, BucketDefinition assumed) {
        Optional<BucketDefinition> known = state.bucket(id.bucket());
        BucketDefinition bucket = known.orElse(assumed);
        ReplicaSlots slots = state.slots(bucket, id.partition());
        List<NodeId> fallbacks = List.copyOf(state.fallbacks(bucket, id.partition()));
        return new KeySlots(known, slots, fallbacks, SlotTally.of(slots.writeQuorum(), slots.slots(), false));
    }

    /** Those of one lane's partitions, each worked out once in an epoch, when it is first asked for. */
    public static final class Table {
        private final Map<ReplicaId, KeySlots> known = new LinkedHashMap<>();

        /** A request asks for the same several times in a row. */
        private ReplicaId lastId;

        private KeySlots last;

        /** There is another state. */
        public void adopted() {
            known.clear();
            lastId = null;
        }

        /** @param assumed the bucket as the request assumes it */
        public KeySlots of(ClusterState state, ReplicaId id, BucketDefinition assumed) {
            if (id.equals(lastId)) {
                return last;
            }
            KeySlots found = known.get(id);
            if (found == null) {
                found = KeySlots.of(state, id, assumed);
                if (found.bucket.isEmpty()) {
                    return found;
                }
                known.put(id, found);
            }
            lastId = id;
            last = found;
            return found;
        }
    }
}
