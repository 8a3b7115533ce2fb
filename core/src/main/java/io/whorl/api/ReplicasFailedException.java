package io.whorl.api;

/**
 * So many replicas, and fallbacks for them, refused or failed that the quorum cannot be reached any more. Unknown, unless none took
 * it.
 */
public final class ReplicasFailedException extends WhorlException {
    private static final long serialVersionUID = 1L;

    private final int acknowledged;
    private final int required;

    public ReplicasFailedException(Outcome outcome, int acknowledged, int required, String message) {
        super(outcome, message, null);
        this.acknowledged = acknowledged;
        this.required = required;
    }

    /** How many had acknowledged. */
    public int acknowledged() {
        return acknowledged;
    }

    /** How many were required. */
    public int required() {
        return required;
    }
}
