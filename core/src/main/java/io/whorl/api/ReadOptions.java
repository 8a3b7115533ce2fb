package io.whorl.api;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How one handle of a bucket reads. What is not set is the bucket's or the node's default. Immutable.
 *
 * @param quorum R, the number of replicas that must answer; capped at the number of a key's slots
 * @param timeout the time after which a read fails, from the call on
 * @param quorums whether fallbacks count toward the quorum
 */
public record ReadOptions(OptionalInt quorum, Optional<Duration> timeout, Optional<Quorums> quorums) {

    public ReadOptions {
        RequestOptions.check(quorum, timeout);
        Objects.requireNonNull(quorums, "quorums");
    }

    /** Nothing set. */
    public static ReadOptions defaults() {
        return new ReadOptions(OptionalInt.empty(), Optional.empty(), Optional.empty());
    }

    /**
     * Reads that wait for {@code replicas} answers. One below the bucket's may miss the newest acknowledged write.
     *
     * @throws IllegalArgumentException if {@code replicas} is below 1
     */
    public static ReadOptions quorum(int replicas) {
        return new ReadOptions(OptionalInt.of(replicas), Optional.empty(), Optional.empty());
    }

    /**
     * The same with another time limit.
     *
     * @throws IllegalArgumentException unless it is positive and at most an hour
     */
    public ReadOptions timeout(Duration limit) {
        return new ReadOptions(quorum, Optional.of(limit), quorums);
    }

    /** The same with holders' answers alone counting; see {@link Quorums#STRICT}. */
    public ReadOptions strict() {
        return new ReadOptions(quorum, timeout, Optional.of(Quorums.STRICT));
    }

    /** The same with fallbacks standing in for holders that cannot be reached; see {@link Quorums#SLOPPY}. */
    public ReadOptions sloppy() {
        return new ReadOptions(quorum, timeout, Optional.of(Quorums.SLOPPY));
    }
}
