package io.whorl.core.ring;

import io.whorl.api.BucketOptions;

/**
 * How many copies of a key a bucket has in a cluster of a given size, and the quorums that follow.
 *
 * <p>In a cluster with fewer members than N, N is the number of members (never of reachable ones), and R and W are at
 * most that.
 *
 * @param count slots per partition: min(N, members)
 * @param readQuorum R, at most {@code count}
 * @param writeQuorum W, at most {@code count}
 */
public record Slots(int count, int readQuorum, int writeQuorum) {

    /**
     * Checks that the quorums can be met.
     *
     * @throws IllegalArgumentException if a number is below 1, or a quorum above {@code count}
     */
    public Slots {
        if (readQuorum < 1 || writeQuorum < 1 || readQuorum > count || writeQuorum > count) {
            throw new IllegalArgumentException("quorums are between 1 and the number of slots, not R=" + readQuorum
                    + ", W=" + writeQuorum + " of " + count);
        }
    }

    /**
     * The slots of a bucket.
     *
     * @param options the bucket's options
     * @param memberCount how many members the cluster has, at least 1
     * @return slots and quorums, capped at the number of members
     * @throws IllegalArgumentException if {@code memberCount} is below 1
     */
    public static Slots of(BucketOptions options, int memberCount) {
        int count = Math.min(options.replicas(), memberCount);
        return new Slots(count, Math.min(options.readQuorum(), count), Math.min(options.writeQuorum(), count));
    }

    /**
     * A request's own quorum, capped like the bucket's.
     *
     * @param quorum R or W as the request has it
     * @return at most the number of slots
     */
    public int capped(int quorum) {
        return Math.min(quorum, count);
    }
}
