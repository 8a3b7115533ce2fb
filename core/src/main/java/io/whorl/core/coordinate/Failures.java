package io.whorl.core.coordinate;

import io.whorl.api.Outcome;
import io.whorl.core.message.Failure;
import io.whorl.core.message.Failure.Kind;
import io.whorl.core.quorum.ReadTally;
import io.whorl.core.quorum.SlotTally;

/** The failures that requests end with, worded for whoever reads the exception. */
public final class Failures {
    private Failures() {}

    static Failure unavailable(Order order, int required, int reachable, String what) {
        return new Failure(
                Kind.QUORUM_UNAVAILABLE,
                Outcome.NOT_APPLIED,
                reachable,
                required,
                what + " needs " + required + " of the key's replicas"
                        + (order.strict() ? "" : ", or fallbacks for them") + ", but only " + reachable
                        + " can be reached; nothing was done. Bring nodes back, or ask for a smaller quorum"
                        + (order.strict() ? ", or for a sloppy one" : ""));
    }

    static Failure failed(SlotTally tally, Outcome outcome, String what, String why) {
        return failed(tally.acknowledged(), tally.required(), tally.failed(), outcome, what, why);
    }

    static Failure failed(ReadTally tally, Outcome outcome, String what, String why) {
        return failed(tally.answered(), tally.required(), tally.failed(), outcome, what, why);
    }

    /** Nobody has taken it: so many have refused. */
    static Failure refused(int required, String what, int failed, String why) {
        return failed(0, required, failed, Outcome.NOT_APPLIED, what, why);
    }

    private static Failure failed(
            int acknowledged, int required, int failed, Outcome outcome, String what, String why) {
        return new Failure(
                Kind.REPLICAS_FAILED,
                outcome,
                acknowledged,
                required,
                what + " got " + acknowledged + " of the required " + required + " answers, and " + failed
                        + " replicas or fallbacks refused or failed"
                        + (why.isEmpty() ? "" : ", the last because " + why));
    }

    public static Failure timedOut(int acknowledged, int required, String what) {
        return new Failure(
                Kind.TIMED_OUT,
                Outcome.UNKNOWN,
                acknowledged,
                required,
                what + " got " + acknowledged + " of the required " + required + " answers before its deadline");
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

    /** The slot that is being added or removed, without which nothing is acknowledged, cannot be reached. */
    static Failure demanded(Order order, int required, int reachable, String what) {
        return new Failure(
                Kind.QUORUM_UNAVAILABLE,
                Outcome.NOT_APPLIED,
                reachable,
                required,
                what + " needs, besides " + required
                        + " of the key's replicas, the one that is being added or given up, and "
                        + "enough nodes in as many zones as were asked for; they cannot be reached now, and nothing was done."
                        + " Bring the node back, or abort its move"
                        + (order.strict() ? ", or ask for a sloppy quorum" : ""));
    }

    /** A node knows the bucket with other options than the request assumes, or knows that it was dropped. */
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
