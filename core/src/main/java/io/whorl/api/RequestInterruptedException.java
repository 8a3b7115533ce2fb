package io.whorl.api;

/** The calling thread was interrupted while it waited; its interrupt flag is set again. */
public final class RequestInterruptedException extends WhorlException {
    private static final long serialVersionUID = 1L;

    public RequestInterruptedException(String message) {
        super(Outcome.UNKNOWN, message, null);
    }
}
