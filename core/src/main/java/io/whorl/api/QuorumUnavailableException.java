package io.whorl.api;

/**
 * Too few nodes were reachable before anything was sent: holders of the key and, unless the request is strict, fallbacks for the
 * others. Not applied.
 */
public final class QuorumUnavailableException extends WhorlException {
    private static final long serialVersionUID = 1L;

    private final int required;
    private final int reachable;

    public QuorumUnavailableException(int required, int reachable, String message) {
        super(Outcome.NOT_APPLIED, message, null);
        this.required = required;
        this.reachable = reachable;
    }

    /** How many were required. */
    public int required() {
        return required;
    }

    /** How many were reachable. */
    public int reachable() {
        return reachable;
    }
}
