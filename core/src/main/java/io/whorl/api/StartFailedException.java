package io.whorl.api;

/** A node could not start; the message says why and what to do. */
public final class StartFailedException extends WhorlException {
    private static final long serialVersionUID = 1L;

    public StartFailedException(String message, Throwable cause) {
        super(Outcome.NOT_APPLIED, message, cause);
    }
}
