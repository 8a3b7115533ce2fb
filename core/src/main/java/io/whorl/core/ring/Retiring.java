package io.whorl.core.ring;

import java.util.Objects;

/**
 * A former holder that still has a replica: it is a peer of the replica's anti-entropy until the others have all that it has seen,
 * and drops the replica then.
 *
 * @param partition of which partition
 * @param node the former holder
 * @param bucket 0 where it concerns all buckets; else the bucket whose N has changed
 * @param above it concerns buckets with more replicas than this
 * @param upTo and at most this many
 */
public record Retiring(int partition, NodeId node, long bucket, int above, int upTo) implements Comparable<Retiring> {
    /** Refuses what no transformation makes. */
    public Retiring {
        Objects.requireNonNull(node, "node");
        if (partition < 0 || bucket < 0 || above < 0 || upTo <= above) {
            throw new IllegalArgumentException(
                    "no retiring holder of partition " + partition + ": " + bucket + ", " + above + ", " + upTo);
        }
    }

    boolean concerns(long bucketNumber, int copies) {
        return bucket == 0 ? copies > above && copies <= upTo : bucket == bucketNumber;
    }

    /** By partition, then by node: there is one at the most of each pair. */
    @Override
    public int compareTo(Retiring other) {
        int byPartition = Integer.compare(partition, other.partition);
        return byPartition != 0 ? byPartition : node.compareTo(other.node);
    }
}
