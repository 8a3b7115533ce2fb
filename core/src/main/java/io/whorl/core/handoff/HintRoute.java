package io.whorl.core.handoff;

import io.whorl.core.ring.BucketDefinition;
import io.whorl.core.ring.ClusterState;
import io.whorl.core.ring.NodeId;
import io.whorl.core.ring.ReplicaId;
import io.whorl.core.ring.ReplicaSlots;
import io.whorl.core.ring.Slot;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Where a hint has to go, by the cluster state of one epoch. */
final class HintRoute {
    private HintRoute() {}

    /**
     * Who has to have the hints of a replica durably before they are removed: all holders of the target's slot, the target first; or of
     * all slots, if the target has none. Nobody, if there is no holder.
     */
    static List<NodeId> recipients(ClusterState state, NodeId target, ReplicaId id) {
        Optional<BucketDefinition> bucket = state.bucket(id.bucket());
        if (bucket.isEmpty()) {
            return List.of();
        }
        ReplicaSlots slots = state.slots(bucket.get(), id.partition());
        for (Slot slot : slots.slots()) {
            if (slot.writers().contains(target)) {
                List<NodeId> holders = new ArrayList<>(slot.writers());
                holders.remove(target);
                holders.add(0, target);
                return holders;
            }
        }
        return slots.writers();
    }
}
