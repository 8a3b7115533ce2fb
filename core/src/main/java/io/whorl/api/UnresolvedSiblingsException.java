package io.whorl.api;

/** An update met siblings on a handle without a resolver of its own: the default one would lose all but the latest. */
public final class UnresolvedSiblingsException extends WhorlException {
    private static final long serialVersionUID = 1L;

    private final int siblings;

    public UnresolvedSiblingsException(int siblings, String message) {
        super(Outcome.NOT_APPLIED, message, null);
        this.siblings = siblings;
    }

    /** How many siblings there are. */
    public int siblings() {
        return siblings;
    }
}
