package io.whorl.core.message;

import io.whorl.core.ring.ReplicaId;
import io.whorl.core.version.DotSet;
import io.whorl.core.version.Record;
import java.util.List;

/**
 * What is said about one replica. {@code request} is the asker's number for what it asked, echoed in the answer;
 * {@code fingerprint} stands for the bucket's definition as the sender knows it.
 */
public sealed interface ReplicaMessage extends Message
        permits ReplicaMessage.Read,
                ReplicaMessage.ReadAnswer,
                ReplicaMessage.Replicate,
                ReplicaMessage.Acknowledge,
                ReplicaMessage.Refuse,
                ReplicaMessage.Forward,
                ReplicaMessage.ForwardDone,
                ReplicaMessage.ForwardFailed,
                ReplicaMessage.Pull,
                ReplicaMessage.PullAnswer,
                ReplicaMessage.Stream,
                ReplicaMessage.StreamAnswer,
                HintMessage {

    /** Which replica. */
    ReplicaId replica();

    /**
     * Asks for a key's record, with values or, where another replica gives those, with dots and context only.
     *
     * @param strict only a holder that surely knows what it acknowledged may answer
     * @param timeoutNanos what is left of the asker's time
     */
    record Read(
            long request,
            ReplicaId replica,
            long fingerprint,
            byte[] key,
            boolean values,
            boolean strict,
            long timeoutNanos)
            implements ReplicaMessage {}

    /** A record as the replica holds it, and the bases that fill it, read at the same instant. */
    record ReadAnswer(long request, ReplicaId replica, Record record, DotSet bases) implements ReplicaMessage {}

    /**
     * A record to be joined, the bases that fill it, and the dots of the writes whose effect it carries. Replication of a write
     * announces the write's dot; read repair announces nothing.
     *
     * @param timeoutNanos what is left of the asker's time; 0 when nobody waits for the answer
     */
    record Replicate(
            long request,
            ReplicaId replica,
            long fingerprint,
            byte[] key,
            Record record,
            DotSet bases,
            DotSet announced,
            long timeoutNanos)
            implements ReplicaMessage {}

    /** The record was joined, with the durability that the bucket demands. */
    record Acknowledge(long request, ReplicaId replica) implements ReplicaMessage {}

    /** What was asked was not done, and will not be. */
    record Refuse(long request, ReplicaId replica, Refusal reason, String detail) implements ReplicaMessage {}

    /**
     * A write for a holder to coordinate. The number {@code request} grows with every forward of the sender's run, and the
     * receiver executes each at most once.
     *
     * @param quorum W for this write; 0: as the bucket says in the epoch in which it is coordinated
     * @param strict only holders count toward it
     * @param timeoutNanos what is left of the caller's time
     * @param latestTimestamp the highest hybrid timestamp the sender knows; the write's exceeds it
     * @param zones from how many zones the acknowledgements must come; 0 and 1 are the same
     */
    record Forward(
            long request,
            ReplicaId replica,
            long fingerprint,
            byte[] key,
            Write write,
            int quorum,
            boolean strict,
            long timeoutNanos,
            long latestTimestamp,
            int zones)
            implements ReplicaMessage {}

    /** The forwarded write was acknowledged by its quorum; the history of the record that it made, and its timestamp. */
    record ForwardDone(long request, ReplicaId replica, DotSet history, long timestamp) implements ReplicaMessage {}

    /** The forwarded write failed, as said. */
    record ForwardFailed(long request, ReplicaId replica, Failure failure) implements ReplicaMessage {}

    /** Asks for what the sender has not seen; {@code durable} is what the sender cannot lose any more. */
    record Pull(long request, ReplicaId replica, long fingerprint, DotSet seen, DotSet durable, int maxBytes)
            implements ReplicaMessage {}

    /**
     * Dots that the asker lacks, with their keys' records, from the dot log. All entries, {@code bases}, {@code seen} and
     * {@code durable} are of one instant.
     *
     * @param pruned some of what the asker lacks is no longer in the log: it has to stream the replica
     * @param more not everything fitted: ask again
     */
    record PullAnswer(
            long request,
            ReplicaId replica,
            DotSet seen,
            DotSet durable,
            List<Entry> entries,
            boolean pruned,
            boolean more)
            implements ReplicaMessage {}

    /** Asks for the records of the next keys after {@code after} (null: from the first), whatever the asker has seen. */
    record Stream(long request, ReplicaId replica, long fingerprint, byte[] after, int maxBytes)
            implements ReplicaMessage {}

    /**
     * All records with keys after the one asked for and up to {@code upTo} (null: to the last), and the whole seen-set, of one
     * instant. A key in that range that is not among the entries is absent at the sender.
     */
    record StreamAnswer(long request, ReplicaId replica, DotSet seen, List<Entry> entries, byte[] upTo)
            implements ReplicaMessage {}

    /** A key's stripped record, and those of the asked-for dots that belong to it (none in a stream). */
    record Entry(byte[] key, Record record, DotSet dots) {}
}
