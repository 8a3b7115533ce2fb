package io.whorl.api;

/** The local storage engine failed; the node has stopped itself. */
public final class StorageFailureException extends WhorlException {
    private static final long serialVersionUID = 1L;

    public StorageFailureException(String message, Throwable cause) {
        super(Outcome.UNKNOWN, message, cause);
    }
}
