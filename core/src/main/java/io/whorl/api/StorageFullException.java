package io.whorl.api;

/** Refused, because the disk's free space is below the mark. */
public final class StorageFullException extends WhorlException {
    private static final long serialVersionUID = 1L;

    public StorageFullException(String message) {
        super(Outcome.NOT_APPLIED, message, null);
    }
}
