package io.whorl.core.coordinate;

import io.whorl.api.Outcome;
import io.whorl.core.message.Failure;
import io.whorl.core.message.Failure.Kind;
import io.whorl.core.quorum.Tally;

/** The failures that requests end with, worded for whoever reads the exception. */
public final class Failures {
    private Failures() {}

    static Failure unavailable(int required, int reachable, String what) {
        return new Failure(
                Kind.QUORUM_UNAVAILABLE,
                Outcome.NOT_APPLIED,
                reachable,
                required,
                what + " needs " + required + " of the key's replicas, but only " + reachable
                        + " can be reached; nothing was done. Bring nodes back, or ask for a smaller quorum");
    }

    static Failure failed(Tally tally, Outcome outcome, String what, String why) {
        return new Failure(
                Kind.REPLICAS_FAILED,
                outcome,
                tally.acknowledged(),
                tally.required(),
                what + " got " + tally.acknowledged() + " of the required " + tally.required() + " answers, and "
                        + tally.failed() + " replicas refused or failed"
                        + (why.isEmpty() ? "" : ", the last because " + why));
    }

    static Failure timedOut(Tally tally, String what) {
        return new Failure(
                Kind.TIMED_OUT,
                Outcome.UNKNOWN,
                tally.acknowledged(),
                tally.required(),
                what + " got " + tally.acknowledged() + " of the required " + tally.required()
                        + " answers before its deadline");
    }

    static Failure tooLarge(long bytes, long limit) {
        return new Failure(
                Kind.VALUE_TOO_LARGE,
                Outcome.NOT_APPLIED,
                bytes,
                limit,
                "the record would have " + bytes + " bytes of values with all its siblings, more than the limit of "
                        + limit + ": fetch the key and put a merged value with the fetched context");
    }

    /** A node knows the bucket with other options than the request assumes. */
    public static Failure mismatch(String detail) {
        return new Failure(Kind.BUCKET_MISMATCH, Outcome.NOT_APPLIED, 0, 0, detail);
    }

    static Failure full(String detail) {
        return new Failure(Kind.STORAGE_FULL, Outcome.NOT_APPLIED, 0, 0, detail);
    }

    /** The node is overloaded, and another attempt makes sense after that time. */
    public static Failure overloaded(long retryAfterNanos, String detail) {
        return new Failure(Kind.OVERLOADED, Outcome.NOT_APPLIED, retryAfterNanos, 0, detail);
    }

    /** The node is closed, or was before anything was done. */
    public static Failure closed(Outcome outcome) {
        return new Failure(Kind.NODE_CLOSED, outcome, 0, 0, "this node is closing or closed");
    }
}
