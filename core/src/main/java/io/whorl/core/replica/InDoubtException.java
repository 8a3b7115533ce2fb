package io.whorl.core.replica;

/**
 * Something stored cannot be read, so that absence cannot be told: a replica's, which answers nothing from now on, or a hint, of
 * whose key a fallback says nothing.
 */
public final class InDoubtException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public InDoubtException(String message, Throwable cause) {
        super(message, cause);
    }
}
