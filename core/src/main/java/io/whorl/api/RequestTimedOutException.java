package io.whorl.api;

/** The deadline passed before enough replicas had answered. */
public final class RequestTimedOutException extends WhorlException {
    private static final long serialVersionUID = 1L;

    private final int acknowledged;
    private final int required;

    public RequestTimedOutException(int acknowledged, int required, String message) {
        super(Outcome.UNKNOWN, message, null);
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
