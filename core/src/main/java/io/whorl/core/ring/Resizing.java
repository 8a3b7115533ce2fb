package io.whorl.core.ring;

import java.util.ArrayList;
import java.util.List;

/**
 * A bucket whose N changes, partition by partition, one slot at a time. Until it is done the larger of the quorums before and after
 * are in force.
 *
 * @param bucket the bucket's number
 * @param readQuorum R before
 * @param writeQuorum W before
 * @param copies per partition how many slots it has now
 */
public record Resizing(long bucket, int readQuorum, int writeQuorum, List<Integer> copies) {
    /** Copies the list. */
    public Resizing {
        copies = List.copyOf(copies);
    }

    Resizing with(int partition, int count) {
        List<Integer> next = new ArrayList<>(copies);
        next.set(partition, count);
        return new Resizing(bucket, readQuorum, writeQuorum, next);
    }

    boolean isDone(int replicas) {
        return copies.stream().allMatch(count -> count == replicas);
    }
}
