package io.whorl.api;

/** A codec failed, or returned null. When it failed to decode, a write that went before has been applied. */
public final class CodecException extends WhorlException {
    private static final long serialVersionUID = 1L;

    public CodecException(Outcome outcome, String message, Throwable cause) {
        super(outcome, message, cause);
    }
}
