package io.whorl.core.replica;

import io.whorl.core.spi.Space;
import io.whorl.core.spi.StorageEngine;
import java.nio.ByteBuffer;

/** How much of a bucket a storage engine holds. */
public final class StoredSize {
    private StoredSize() {}

    /** About how many bytes the records of all replicas of a bucket take; for estimates alone. */
    public static long ofBucket(StorageEngine storage, long bucket) {
        byte[] first = ByteBuffer.allocate(Long.BYTES).putLong(bucket).array();
        return storage.approximateBytes(Space.RECORDS, first, ReplicaKeys.end(first));
    }
}
