package io.whorl.core.replica;

import io.whorl.core.ring.BucketDefinition;
import io.whorl.core.ring.ReplicaId;
import io.whorl.core.spi.StorageEngine;
import io.whorl.core.spi.StorageException;
import io.whorl.core.spi.WriteBatch;
import java.util.List;

/** What a storage engine holds of replicas as wholes, whether they are open or not. */
public final class StoredReplicas {
    private StoredReplicas() {}

    /** Whether the storage engine may hold anything of a bucket's replicas; true as well where it cannot tell, for damage. */
    public static boolean isAny(StorageEngine storage, BucketDefinition bucket) {
        try {
            return ReplicaKeys.isStored(storage, bucket.number());
        } catch (StorageException e) {
            if (e.kind() == StorageException.Kind.CORRUPTION) {
                return true;
            }
            throw e;
        }
    }

    /** The replicas of which the storage engine holds something, or did. */
    public static List<ReplicaId> all(StorageEngine storage) {
        return ReplicaKeys.stored(storage);
    }

    /** Whether the storage engine may hold a replica, which has not been erased since it saw something; true as well where it cannot tell, for damage. */
    public static boolean isStored(StorageEngine storage, ReplicaId id) {
        try {
            return ReplicaKeys.isStored(storage, id);
        } catch (StorageException e) {
            if (e.kind() == StorageException.Kind.CORRUPTION) {
                return true;
            }
            throw e;
        }
    }

    /**
     * Adds the removal of everything that is stored of a replica to a batch, its seen-set and its marks included. The replica object
     * is not to be used any more.
     */
    public static void erase(ReplicaId id, WriteBatch batch) {
        ReplicaKeys.erase(id, batch);
    }
}
