package io.whorl.core.message;

import io.whorl.core.ring.NodeId;
import java.util.Comparator;
import java.util.Objects;

/**
 * The rank of one attempt to decide an epoch: a voter obeys the highest that it has heard of.
 *
 * <p>A ballot belongs to one attempt for ever, since its proposer has promised it to itself, on disk, before anybody else hears of
 * it, and never begins one that is not above all that it has promised. Ballots of different epochs have nothing to do with each other.
 *
 * @param round from 1 to {@link #MAX_ROUND}
 * @param proposer whose attempt it is
 */
public record Ballot(long round, NodeId proposer) implements Comparable<Ballot> {
    /** The last round there is; out of reach by counting. */
    public static final long MAX_ROUND = 1L << 48;

    private static final Comparator<Ballot> ORDER =
            Comparator.comparingLong(Ballot::round).thenComparing(Ballot::proposer);

    /**
     * Checks the round.
     *
     * @throws IllegalArgumentException if it is out of its bounds
     */
    public Ballot {
        Objects.requireNonNull(proposer, "proposer");
        if (round < 1 || round > MAX_ROUND) {
            throw new IllegalArgumentException("a round is 1 to " + MAX_ROUND + ", not " + round);
        }
    }

    /** By round, then by proposer. */
    @Override
    public int compareTo(Ballot other) {
        return ORDER.compare(this, other);
    }

    /** For logs: round and proposer. */
    @Override
    public String toString() {
        return round + " of " + proposer;
    }
}
