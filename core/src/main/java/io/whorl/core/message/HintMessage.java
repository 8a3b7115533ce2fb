package io.whorl.core.message;

import io.whorl.core.ring.NodeId;
import io.whorl.core.ring.ReplicaId;
import io.whorl.core.version.DotSet;
import io.whorl.core.version.Record;
import java.util.List;

/** What is said about hints: what a fallback keeps for a holder that cannot be reached, and hands over when it can. */
public sealed interface HintMessage extends ReplicaMessage {

    /**
     * Asks a fallback to keep a record for a holder that its coordinator cannot reach. Answered by
     * {@link ReplicaMessage.Acknowledge} with the durability that the bucket demands, or by {@link ReplicaMessage.Refuse}.
     *
     * @param target whose it is
     * @param record as its coordinator holds it
     * @param bases what fills it
     * @param announced the dots of the writes whose effect it carries
     * @param timeoutNanos what is left of the asker's time; 0: nobody waits
     */
    record Keep(
            long request,
            ReplicaId replica,
            long fingerprint,
            NodeId target,
            byte[] key,
            Record record,
            DotSet bases,
            DotSet announced,
            long timeoutNanos)
            implements HintMessage {}

    /** Hands hints over to their target, in key order. */
    record HandOver(long request, ReplicaId replica, long fingerprint, List<Hint> hints) implements HintMessage {}

    /**
     * Answer to {@link HandOver}: these versions are durable here, whatever durability the bucket has.
     *
     * @param versions of the hints that were taken, in the order they came in
     * @param grantBytes how many bytes the next batch may have, about
     * @param pauseNanos how long to wait before it
     */
    record HandedOver(long request, ReplicaId replica, List<Long> versions, int grantBytes, long pauseNanos)
            implements HintMessage {}

    /**
     * One key's hint.
     *
     * @param record whole: its context says exactly what was seen, and nothing fills it
     * @param announced the dots whose effect the record carries
     * @param version to be named by the answer; the sender's, of its present run
     */
    record Hint(byte[] key, Record record, DotSet announced, long version) {}
}
