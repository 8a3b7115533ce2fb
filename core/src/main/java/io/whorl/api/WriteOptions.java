package io.whorl.api;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How one handle of a bucket writes. What is not set is the bucket's or the node's default. Immutable.
 *
 * @param quorum W, the number of slots that must acknowledge; capped at the number of a key's slots
 * @param timeout the time after which a write fails, its outcome unknown
 * @param quorums whether fallbacks count toward the quorum
 */
public record WriteOptions(OptionalInt quorum, Optional<Duration> timeout, Optional<Quorums> quorums) {

    public WriteOptions {
        RequestOptions.check(quorum, timeout);
        Objects.requireNonNull(quorums, "quorums");
    }

    /** Nothing set. */
    public static WriteOptions defaults() {
        return new WriteOptions(OptionalInt.empty(), Optional.empty(), Optional.empty());
    }

    /**
     * Writes that wait for {@code slots} acknowledgements.
     *
     * @throws IllegalArgumentException if {@code slots} is below 1
     */
    public static WriteOptions quorum(int slots) {
        return new WriteOptions(OptionalInt.of(slots), Optional.empty(), Optional.empty());
    }

    /**
     * The same with another time limit.
     *
     * @throws IllegalArgumentException unless it is positive and at most an hour
     */
    public WriteOptions timeout(Duration limit) {
        return new WriteOptions(quorum, Optional.of(limit), quorums);
    }

    /** The same with holders' answers alone counting; see {@link Quorums#STRICT}. */
    public WriteOptions strict() {
        return new WriteOptions(quorum, timeout, Optional.of(Quorums.STRICT));
    }

    /** The same with fallbacks standing in for holders that cannot be reached; see {@link Quorums#SLOPPY}. */
    public WriteOptions sloppy() {
        return new WriteOptions(quorum, timeout, Optional.of(Quorums.SLOPPY));
    }
}
