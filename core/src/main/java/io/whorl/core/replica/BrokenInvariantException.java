package io.whorl.core.replica;

/** Something happened that the protocol excludes. Whoever finds it does not know what else is wrong: the node stops itself. */
public final class BrokenInvariantException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public BrokenInvariantException(String message) {
        super(message);
    }
}
