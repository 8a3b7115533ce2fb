package io.whorl.core.ring;

/**
 * Names one replica on a node: a bucket's share of a partition, the unit of dots, seen-sets and logs.
 *
 * <p>Order is by bucket, then by partition.
 *
 * @param bucket the number of the bucket, which is the epoch that created it: at least 1
 * @param partition the partition, from 0
 */
public record ReplicaId(long bucket, int partition) implements Comparable<ReplicaId> {

    /**
     * Checks both numbers.
     *
     * @throws IllegalArgumentException if {@code bucket} is below 1, or {@code partition} negative or not below
     *     {@link Ring#MAX_PARTITIONS}
     */
    public ReplicaId {
        if (bucket < 1) {
            throw new IllegalArgumentException("a bucket's number is an epoch, at least 1, not " + bucket);
        }
        if (partition < 0 || partition >= Ring.MAX_PARTITIONS) {
            throw new IllegalArgumentException(
                    "a partition is between 0 and " + (Ring.MAX_PARTITIONS - 1) + ", not " + partition);
        }
    }

    /** Compares the buckets, then the partitions. */
    @Override
    public int compareTo(ReplicaId other) {
        int byBucket = Long.compare(bucket, other.bucket);
        return byBucket != 0 ? byBucket : Integer.compare(partition, other.partition);
    }

    /** {@code bucket/partition}, for logs. */
    @Override
    public String toString() {
        return bucket + "/" + partition;
    }
}
