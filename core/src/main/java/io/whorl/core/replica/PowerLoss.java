package io.whorl.core.replica;

import io.whorl.core.ring.ReplicaId;
import io.whorl.core.spi.Space;
import io.whorl.core.spi.StorageEngine;
import io.whorl.core.spi.WriteBatch;
import java.util.Collection;

/** What a node notes when it starts after what may have been a loss of power. */
public final class PowerLoss {
    private static final String REASON =
            "it may have lost writes that it had acknowledged, in a loss of power, and has not caught up with its peers yet";

    private PowerLoss() {}

    /** Marks replicas as behind, in one batch, but for those that are in doubt anyway. */
    public static void mark(Collection<ReplicaId> replicas, StorageEngine storage) {
        WriteBatch batch = new WriteBatch();
        for (ReplicaId replica : replicas) {
            byte[] key = ReplicaKeys.standing(replica);
            if (storage.get(Space.META, key) == null) {
                batch.put(Space.META, key, StoredForms.sealStanding(StandingMark.behind(REASON)));
            }
        }
        if (!batch.isEmpty()) {
            storage.apply(batch);
        }
    }
}
