package io.whorl.core.message;

import io.whorl.api.Outcome;

/**
 * A request's failure as a value; callers get it as an exception.
 *
 * @param kind what went wrong
 * @param outcome what is known of the effect
 * @param count acknowledged, reachable, the size refused, or nanoseconds to the next attempt, as the kind has it
 * @param bound required, or the limit, as the kind has it
 * @param detail a sentence for whoever reads the exception
 */
public record Failure(Kind kind, Outcome outcome, long count, long bound, String detail) {

    /** The kinds of failure, each an exception in {@code io.whorl.api}. */
    public enum Kind {
        QUORUM_UNAVAILABLE,
        REPLICAS_FAILED,
        TIMED_OUT,
        OVERLOADED,
        STORAGE_FULL,
        VALUE_TOO_LARGE,
        BUCKET_MISMATCH,
        CHANGE_REFUSED,
        NODE_CLOSED,
        STORAGE_FAILURE
    }
}
