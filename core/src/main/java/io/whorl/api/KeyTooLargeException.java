package io.whorl.api;

/** The encoded key is longer than the limit. */
public final class KeyTooLargeException extends WhorlException {
    private static final long serialVersionUID = 1L;

    private final long size;
    private final long limit;

    public KeyTooLargeException(long size, long limit, String message) {
        super(Outcome.NOT_APPLIED, message, null);
        this.size = size;
        this.limit = limit;
    }

    /** The size in bytes that was refused. */
    public long size() {
        return size;
    }

    /** The largest size in bytes that is taken. */
    public long limit() {
        return limit;
    }
}
