package io.whorl.core.node;

import io.whorl.api.Durability;
import io.whorl.core.membership.MembershipStore;
import io.whorl.core.replica.PowerLoss;
import io.whorl.core.ring.BucketDefinition;
import io.whorl.core.ring.ClusterState;
import io.whorl.core.ring.NodeId;
import io.whorl.core.ring.ReplicaId;
import io.whorl.core.ring.ReplicaSlots;
import io.whorl.core.spi.StorageEngine;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How a node's last run left its storage, and what follows from it for this one. */
final class LastRun {
    private static final Logger LOG = LoggerFactory.getLogger(LastRun.class);

    private LastRun() {}

    /**
     * Stores what follows. A loss of power may have undone what ASYNC replicas acknowledged. What FSYNC ones acknowledged was synced on
     * this very disk, so that no loss of power takes it back.
     */
    static StorageEngine.Opened note(NodeId node, MembershipStore store, StorageEngine storage) {
        StorageEngine.Opened opened = storage.opened();
        if (opened == StorageEngine.Opened.POWER_MAY_HAVE_FAILED) {
            List<ReplicaId> behind = new ArrayList<>();
            store.state().ifPresent(state -> {
                for (BucketDefinition bucket : state.buckets()) {
                    addUnsynced(node, state, bucket, behind);
                }
            });
            PowerLoss.mark(behind, storage);
            LOG.info(
                    "Node {} starts after what may have been a loss of power: {} replicas answer no strict read until they have caught up",
                    node,
                    behind.size());
        }
        storage.openedNoted();
        return opened;
    }

    private static void addUnsynced(NodeId node, ClusterState state, BucketDefinition bucket, List<ReplicaId> behind) {
        if (bucket.options().durability() != Durability.ASYNC) {
            return;
        }
        for (int partition = 0; partition < state.ring().partitions(); partition++) {
            ReplicaSlots slots = state.slots(bucket, partition);
            if (slots.isWriter(node) && slots.count() > 1) {
                behind.add(new ReplicaId(bucket.number(), partition));
            }
        }
    }
}
