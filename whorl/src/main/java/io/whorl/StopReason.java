package io.whorl;

import java.util.Objects;
import java.util.Optional;

/**
 * Why a node has stopped.
 *
 * @param kind in which way
 * @param message a sentence for operators
 * @param cause what was thrown, if something was
 */
public record StopReason(Kind kind, String message, Optional<Throwable> cause) {

    /** Checks the parts. */
    public StopReason {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(message, "message");
        Objects.requireNonNull(cause, "cause");
    }

    /** The ways in which a node stops. */
    public enum Kind {
        /** Somebody closed it. */
        CLOSED,
        /** It gave everything away and is no member of its cluster any more; its data directory is of no more use. */
        LEFT,
        /** It was removed from its cluster as lost for good; its data directory is of no more use. */
        REMOVED,
        /** It could not become part of a cluster. */
        START_FAILED,
        /** It met an I/O error or a broken invariant, and stopped itself rather than serve. */
        FAILED
    }
}
