package io.whorl.testkit.simulation;

import io.whorl.core.ring.BucketDefinition;
import io.whorl.core.ring.ClusterState;
import io.whorl.core.ring.NodeId;
import io.whorl.core.ring.ReplicaSlots;
import io.whorl.core.ring.Slot;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Counts the slots by which a write is acknowledged, in one epoch or another. */
final class SlotCount {
    private final Fleet fleet;
    private final ClientRequest request;
    private final WriteEvent event;
    private final int partition;
    private final List<ReplicaSlots> tried = new ArrayList<>();

    SlotCount(Fleet fleet, ClientRequest request, WriteEvent event, int partition) {
        this.fleet = fleet;
        this.request = request;
        this.event = event;
        this.partition = partition;
    }

    /** Whether enough slots hold the write, by the slots of that state. */
    boolean isEnough(ClusterState state) {
        Optional<BucketDefinition> bucket = state.bucket(request.bucket.number());
        if (bucket.isEmpty()) {
            return false;
        }
        ReplicaSlots slots = state.slots(bucket.get(), partition);
        tried.add(slots);
        int counted = 0;
        for (Slot slot : slots.slots()) {
            boolean held = slot.writers().stream().allMatch(this::isHeldBy);
            if (slot.demanded() && !held) {
                return false;
            }
            counted += slot.counts() && held ? 1 : 0;
        }
        int needed = request.quorum == 0 ? slots.writeQuorum() : slots.capped(request.quorum);
        return counted >= needed;
    }

    private boolean isHeldBy(NodeId node) {
        SimulatedHost host = fleet.of(node);
        return host != null && event.held.get(host.index());
    }

    @Override
    public String toString() {
        return tried.toString();
    }
}
