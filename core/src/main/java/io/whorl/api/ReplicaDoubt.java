package io.whorl.api;

import java.util.Objects;

/**
 * A replica that met something unreadable. It answers nothing until it has taken itself anew from its peers, which serve its keys
 * meanwhile; with one copy only, an operator has to decide.
 *
 * @param bucket the bucket's name
 * @param partition the partition
 * @param reason what is the matter
 */
public record ReplicaDoubt(String bucket, int partition, String reason) {

    /** Checks that nothing is missing. */
    public ReplicaDoubt {
        Objects.requireNonNull(bucket, "bucket");
        Objects.requireNonNull(reason, "reason");
    }
}
