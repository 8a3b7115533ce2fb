package io.whorl.api;

/** The encoded value, or the record with all its siblings, is larger than the limit. */
public final class ValueTooLargeException extends WhorlException {
    private static final long serialVersionUID = 1L;

    private final long size;
    private final long limit;

    public ValueTooLargeException(long size, long limit, String message) {
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
