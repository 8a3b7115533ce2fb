package io.whorl.api;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How one handle of a bucket writes. What is not set is the bucket's or the node's default. Immutable.
 *
 * @param quorum W, the number of slots that must acknowledge; capped at the number of a key's slots
 * @param timeout the time after which a write fails, its outcome unknown; from the call on
 * @param quorums whether fallbacks count toward the quorum
 * @param zones from how many zones the acknowledgements must come; see {@link #zones(int)}
 */
public record WriteOptions(
        OptionalInt quorum, Optional<Duration> timeout, Optional<Quorums> quorums, OptionalInt zones) {

    /**
     * Checks each option that is set.
     *
     * @throws IllegalArgumentException if the quorum or the number of zones is below 1, or the timeout not positive or above an hour
     */
    public WriteOptions {
        RequestOptions.check(quorum, timeout);
        Objects.requireNonNull(quorums, "quorums");
        if (zones.isPresent() && zones.getAsInt() < 1) {
            throw new IllegalArgumentException("acknowledgements come from at least one zone, not " + zones.getAsInt());
        }
    }

    /** Nothing set. */
    public static WriteOptions defaults() {
        return new WriteOptions(OptionalInt.empty(), Optional.empty(), Optional.empty(), OptionalInt.empty());
    }

    /**
     * Writes that wait for {@code slots} acknowledgements.
     *
     * @throws IllegalArgumentException if {@code slots} is below 1
     */
    public static WriteOptions quorum(int slots) {
        return new WriteOptions(OptionalInt.of(slots), Optional.empty(), Optional.empty(), OptionalInt.empty());
    }

    /**
     * The same with another time limit.
     *
     * @throws IllegalArgumentException unless it is positive and at most an hour
     */
    public WriteOptions timeout(Duration limit) {
        return new WriteOptions(quorum, Optional.of(limit), quorums, zones);
    }

    /** The same with holders' answers alone counting; see {@link Quorums#STRICT}. */
    public WriteOptions strict() {
        return new WriteOptions(quorum, timeout, Optional.of(Quorums.STRICT), zones);
    }

    /** The same with fallbacks standing in for holders that cannot be reached; see {@link Quorums#SLOPPY}. */
    public WriteOptions sloppy() {
        return new WriteOptions(quorum, timeout, Optional.of(Quorums.SLOPPY), zones);
    }

    /**
     * The same with acknowledgements from several zones, besides the quorum: the write is acknowledged once W slots have it and the
     * nodes that keep those slots are in at least so many zones. A fallback counts with its own zone; nodes that name no zone share
     * one. Default: one, whichever. No more zones are waited for than the key's slots are placed in, so that where nobody names a zone
     * this changes nothing.
     *
     * <p>While a zone is away, such a write fails as one does that lacks its quorum: with {@link QuorumUnavailableException} before
     * anything was done, if it is known to be away, else unknown of its outcome.
     *
     * @throws IllegalArgumentException if {@code atLeast} is below 1
     */
    public WriteOptions zones(int atLeast) {
        return new WriteOptions(quorum, timeout, quorums, OptionalInt.of(atLeast));
    }
}
