package io.whorl.core.membership;

import io.whorl.api.Outcome;
import io.whorl.core.message.Failure;
import io.whorl.core.ring.Change;
import io.whorl.core.ring.ClusterState;
import io.whorl.core.ring.NodeId;
import java.util.List;

/** The failures that changes of the cluster end with, worded for whoever reads the exception. */
final class ChangeFailures {
    private ChangeFailures() {}

    static Failure of(Change.Refused refused) {
        Failure.Kind kind = switch (refused.why()) {
            case MISMATCH, INVALID -> Failure.Kind.BUCKET_MISMATCH;
            case NOT_POSSIBLE -> Failure.Kind.CHANGE_REFUSED;
        };
        return new Failure(kind, Outcome.NOT_APPLIED, 0, 0, refused.reason());
    }

    /** The same with another outcome; where the kind says that nothing was done, another kind. */
    static Failure with(Outcome outcome, Failure failure) {
        Failure.Kind kind = failure.kind();
        if (outcome == Outcome.UNKNOWN
                && (kind == Failure.Kind.QUORUM_UNAVAILABLE || kind == Failure.Kind.OVERLOADED)) {
            kind = Failure.Kind.REPLICAS_FAILED;
        }
        return new Failure(kind, outcome, failure.count(), failure.bound(), failure.detail());
    }

    /** Whether asking another voter cannot lead to another answer. */
    static boolean isFinal(Failure failure) {
        return failure.kind() == Failure.Kind.BUCKET_MISMATCH || failure.kind() == Failure.Kind.CHANGE_REFUSED;
    }

    static String noMajority(ClusterState state, NodeId asker, List<NodeId> missing) {
        int all = state.voters().size();
        return "changes of the cluster need " + (all / 2 + 1) + " of its " + all + " voters, but node " + asker
                + " cannot reach " + missing.stream().map(state::named).toList()
                + ". Start them; if most of the voters are lost for good, recoverFrom on the nodes that are left makes new ones."
                + " Reads and writes of existing buckets go on";
    }

    static Failure timedOut(Change change) {
        return new Failure(
                Failure.Kind.TIMED_OUT,
                Outcome.UNKNOWN,
                0,
                1,
                "the voters did not confirm before the deadline that the cluster was changed by " + change
                        + "; it may be made yet. Asking again is safe");
    }
}
