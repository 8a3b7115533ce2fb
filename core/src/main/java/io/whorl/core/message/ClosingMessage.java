package io.whorl.core.message;

import io.whorl.core.ring.ReplicaId;
import java.util.List;

/** What is said about closing runs that have ended: one node asks, every member answers. */
public sealed interface ClosingMessage extends ClusterMessage {

    /** The number of the question, which its answer repeats. */
    long request();

    /** Asks which runs the receiver's replicas name besides its own present one. */
    record AskRuns(long request) implements ClosingMessage {}

    /**
     * Answer to {@link AskRuns}.
     *
     * @param most how many of them one replica names, at the most
     * @param runs all of them, or many
     */
    record NamedRuns(long request, int most, List<Long> runs) implements ClosingMessage {
        public NamedRuns {
            runs = List.copyOf(runs);
        }
    }

    /**
     * Asks for a report: what the receiver has seen of runs.
     *
     * @param freeze the number of the freeze that it is for, of which the receiver reports only if it knows it, and durably; 0 to
     *     hear in advance how a report would turn out
     * @param runs of which runs, where it is in advance
     */
    record AskReport(long request, long freeze, List<Long> runs) implements ClosingMessage {
        public AskReport {
            runs = List.copyOf(runs);
        }
    }

    /**
     * Answer to {@link AskReport}.
     *
     * @param freeze as asked
     * @param run the sender's present run
     * @param fit whether everything could be said: none of its replicas is in doubt or being streamed, its own run is not among
     *     those, and it keeps no hint that names one of them
     * @param seen what each of its replicas has seen of them, as a number that is equal where that is equal; replicas with nothing to
     *     say are left out
     */
    record Report(long request, long freeze, long run, boolean fit, List<Seen> seen) implements ClosingMessage {
        public Report {
            seen = List.copyOf(seen);
        }
    }

    /** What a replica has seen of the runs in question; equal numbers are taken for equal sets. */
    record Seen(ReplicaId replica, long fingerprint) {}
}
