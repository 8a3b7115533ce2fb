package io.whorl.api;

/** The bucket exists with other options than the ones asked for. */
public final class BucketMismatchException extends WhorlException {
    private static final long serialVersionUID = 1L;

    public BucketMismatchException(String message) {
        super(Outcome.NOT_APPLIED, message, null);
    }
}
