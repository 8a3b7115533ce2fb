package io.whorl.core.quorum;

/** What a tally says. */
public enum Verdict {
    /** It may go either way. */
    WAITING,
    /** As many have acknowledged as are required. */
    SATISFIED,
    /** So many have failed that the rest does not suffice. */
    IMPOSSIBLE
}
