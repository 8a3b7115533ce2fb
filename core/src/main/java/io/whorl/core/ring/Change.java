package io.whorl.core.ring;

import io.whorl.api.BucketOptions;
import io.whorl.core.version.MalformedBytesException;
import java.util.List;
import java.util.Optional;

/**
 * One change of what a cluster agrees on. It says what is to be different, and never how the whole looks then, so that it can be
 * made on whatever state is the newest; made twice it is made once.
 */
public sealed interface Change {
    /** The change was made. */
    Judgement DONE = new Done();
    /** Nothing is left to do: another proposer has made it already. */
    Judgement ALREADY = new Already();
    /** It cannot be made in this epoch, but perhaps in the next. */
    Judgement LATER = new Later();

    /** How a change ended. */
    sealed interface Judgement {}

    /** See {@link #DONE}. */
    record Done() implements Judgement {}

    /** See {@link #ALREADY}. */
    record Already() implements Judgement {}

    /** See {@link #LATER}. */
    record Later() implements Judgement {}

    /**
     * It cannot be made.
     *
     * @param why the kind of the reason
     * @param reason what was expected, and what to do
     */
    record Refused(Why why, String reason) implements Judgement {}

    /** Why a change is refused. */
    enum Why {
        /** Something in it is out of its bounds. */
        INVALID,
        /** A bucket exists with other options. */
        MISMATCH,
        /** It does not fit the present state of the cluster. */
        NOT_POSSIBLE
    }

    /**
     * What a change has made of a state.
     *
     * @param judgement how it ended
     * @param state the next state; the one before unless the change was made
     */
    record Result(Judgement judgement, ClusterState state) {}

    /**
     * What a node did for the moves that it drives, or has finished.
     *
     * @param partition of which move
     * @param begun the epoch of the move's present phase, by which it is told from others of that partition
     */
    record MoveId(int partition, long begun) {}

    /** Creates a bucket; its number is the epoch that this makes. */
    record CreateBucket(String name, BucketOptions options) implements Change {}

    /** Changes N, R, W or the kind of quorums of a bucket. */
    record ChangeBucket(String name, BucketOptions options) implements Change {}

    /** Drops a bucket and everything in it. */
    record DropBucket(long number) implements Change {}

    /**
     * Takes a node in.
     *
     * @param member who
     * @param replaced whose slots it takes, who is lost for good then; empty: it gets its share of everybody's
     */
    record Admit(Member member, Optional<NodeId> replaced) implements Change {}

    /** A member is reached at another address from now on. */
    record Relocate(NodeId node, Address address) implements Change {}

    /** A member gets another share of the data. */
    record Reweigh(NodeId node, int weight) implements Change {}

    /** A member gives its slots away, to be no member in the end. */
    record Leave(NodeId node) implements Change {}

    /** A member that is leaving holds nothing any more. */
    record Left(NodeId node) implements Change {}

    /** A member is lost for good: its slots are rebuilt on the others. */
    record Remove(NodeId node) implements Change {}

    /** A member is lost for good, and another member takes its slots as far as it can. */
    record Replace(NodeId lost, NodeId by) implements Change {}

    /** The next moves that this node drives, until it has so many. */
    record BeginMoves(NodeId driver, int most) implements Change {}

    /** The old holder of a moving slot cannot be asked: the slot is rebuilt from the other ones. */
    record ExcludeHolder(MoveId move) implements Change {}

    /** What was to be done before the end of these moves is done, durably. */
    record FinishMoves(List<MoveId> moves) implements Change {
        /** Copies the list. */
        public FinishMoves {
            moves = List.copyOf(moves);
        }
    }

    /** A move goes back to where it began. */
    record AbortMove(MoveId move) implements Change {}

    /**
     * A partition of which a node was a former holder.
     *
     * @param changed the epoch of the last change of the partition's slots that the node knew; 0 if it did not say
     */
    record Retired(int partition, long changed) {}

    /**
     * A former holder has dropped what it had of these partitions. It says as of which change of their slots: what is said late is not
     * taken to be about a replica that it got since.
     */
    record Dropped(NodeId node, List<Retired> slots) implements Change {
        /** Copies the list. */
        public Dropped {
            slots = List.copyOf(slots);
        }
    }

    /**
     * Freezes runs that have ended, to close them if all replicas have seen the same of them.
     *
     * @param runs which
     * @param members who was asked: all members, or the change is refused
     */
    record FreezeRuns(List<Long> runs, List<NodeId> members) implements Change {
        /** Copies the lists. */
        public FreezeRuns {
            runs = List.copyOf(runs);
            members = List.copyOf(members);
        }
    }

    /** All replicas have reported the same of the runs that were frozen in that epoch, and nobody keeps hints of theirs. */
    record CloseRuns(long number) implements Change {}

    /** The runs that were frozen in that epoch cannot be closed now. */
    record LiftFreeze(long number) implements Change {}

    /**
     * The encoding for messages.
     *
     * @return a new array
     */
    default byte[] encode() {
        return ChangeCodec.encode(this);
    }

    /**
     * Reads what {@link #encode()} wrote.
     *
     * @param bytes the encoding
     * @return the change
     * @throws MalformedBytesException if the bytes are no such encoding, or of a later version
     */
    static Change decode(byte[] bytes) {
        return ChangeCodec.decode(bytes);
    }
}
