package io.whorl.api;

import java.util.Objects;

/**
 * What a cluster agrees on about a bucket; the same on every node. Immutable.
 *
 * @param replicas N, how many nodes keep a copy of each key; in a smaller cluster, all of them. Default 3.
 * @param readQuorum R, how many must answer a read unless the request says otherwise. Default a majority of N: 2 of 3.
 * @param writeQuorum W, how many must acknowledge a write unless the request says otherwise. Default a majority of N: 2 of 3.
 * @param conflicts what becomes of concurrent writes. Default {@link Conflicts#SIBLINGS}.
 * @param durability when a replica acknowledges. Default {@link Durability#ASYNC}.
 * @param quorums which nodes count toward R and W unless the request says otherwise. Default {@link Quorums#SLOPPY}.
 */
public record BucketOptions(
        int replicas, int readQuorum, int writeQuorum, Conflicts conflicts, Durability durability, Quorums quorums) {
    /** The most copies a bucket can have. */
    public static final int MAX_REPLICAS = 16;

    public BucketOptions {
        Objects.requireNonNull(conflicts, "conflicts");
        Objects.requireNonNull(durability, "durability");
        Objects.requireNonNull(quorums, "quorums");
        if (replicas < 1 || replicas > MAX_REPLICAS) {
            throw new IllegalArgumentException("replicas must be from 1 to " + MAX_REPLICAS + ", was " + replicas);
        }
        if (readQuorum < 1 || readQuorum > replicas) {
            throw new IllegalArgumentException(
                    "readQuorum must be from 1 to replicas (" + replicas + "), was " + readQuorum);
        }
        if (writeQuorum < 1 || writeQuorum > replicas) {
            throw new IllegalArgumentException(
                    "writeQuorum must be from 1 to replicas (" + replicas + "), was " + writeQuorum);
        }
    }

    /** N=3, R=2, W=2, siblings, ASYNC, sloppy quorums. */
    public static BucketOptions defaults() {
        return builder().build();
    }

    /** A builder that starts from the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** Collects options; not thread-safe. */
    public static final class Builder {
        private static final int UNSET = -1;

        private int replicas = 3;
        private int readQuorum = UNSET;
        private int writeQuorum = UNSET;
        private Conflicts conflicts = Conflicts.SIBLINGS;
        private Durability durability = Durability.ASYNC;
        private Quorums quorums = Quorums.SLOPPY;

        private Builder() {}

        /** Sets N. */
        public Builder replicas(int count) {
            this.replicas = count;
            return this;
        }

        /** Sets R. */
        public Builder readQuorum(int count) {
            this.readQuorum = count;
            return this;
        }

        /** Sets W. */
        public Builder writeQuorum(int count) {
            this.writeQuorum = count;
            return this;
        }

        /** Sets what becomes of concurrent writes. */
        public Builder conflicts(Conflicts choice) {
            this.conflicts = choice;
            return this;
        }

        /** Sets when a replica acknowledges. */
        public Builder durability(Durability choice) {
            this.durability = choice;
            return this;
        }

        /** Sets which nodes count toward R and W. */
        public Builder quorums(Quorums choice) {
            this.quorums = choice;
            return this;
        }

        /**
         * The options.
         *
         * @throws IllegalArgumentException if N, R or W is out of its bounds
         */
        public BucketOptions build() {
            int majority = replicas / 2 + 1;
            return new BucketOptions(
                    replicas,
                    readQuorum == UNSET ? majority : readQuorum,
                    writeQuorum == UNSET ? majority : writeQuorum,
                    conflicts,
                    durability,
                    quorums);
        }
    }
}
