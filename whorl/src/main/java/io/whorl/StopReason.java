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
        /** It could not become part of a cluster. */
        START_FAILED,
        /** It met an I/O error or a broken invariant, and stopped itself rather than serve. */
        FAILED
    }
}
