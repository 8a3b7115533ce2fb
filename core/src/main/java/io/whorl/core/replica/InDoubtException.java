package io.whorl.core.replica;

/** A replica met something stored that it cannot read; from now on it answers nothing, because absence cannot be told. */
public final class InDoubtException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public InDoubtException(String message, Throwable cause) {
        super(message, cause);
    }
}
