package io.whorl.api;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How one handle of a bucket writes. What is not set is the bucket's or the node's default. Immutable.
 *
 * @param quorum W, the number of slots that must acknowledge; capped at the number of a key's slots
 * @param timeout the time after which a write fails, its outcome unknown
 */
public record WriteOptions(OptionalInt quorum, Optional<Duration> timeout) {

    public WriteOptions {
        RequestOptions.check(quorum, timeout);
    }

    /** Nothing set. */
    public static WriteOptions defaults() {
        return new WriteOptions(OptionalInt.empty(), Optional.empty());
    }

    /**
     * Writes that wait for {@code slots} acknowledgements.
     *
     * @throws IllegalArgumentException if {@code slots} is below 1
     */
    public static WriteOptions quorum(int slots) {
        return new WriteOptions(OptionalInt.of(slots), Optional.empty());
    }

    /**
     * The same with another time limit.
     *
     * @throws IllegalArgumentException unless it is positive and at most an hour
     */
    public WriteOptions timeout(Duration limit) {
        return new WriteOptions(quorum, Optional.of(limit));
    }
}
