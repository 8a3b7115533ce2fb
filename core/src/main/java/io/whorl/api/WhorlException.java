package io.whorl.api;

/**
 * A request or a start that failed. The subclass says why and carries the data; {@link #outcome()} says what is known about the
 * effect. Mistakes of the caller are {@link IllegalArgumentException} and {@link NullPointerException} instead.
 */
public abstract class WhorlException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Outcome outcome;

    WhorlException(Outcome outcome, String message, Throwable cause) {
        super(message, cause);
        this.outcome = outcome;
    }

    /** Whether it is known that the request had no effect. */
    public final Outcome outcome() {
        return outcome;
    }
}
