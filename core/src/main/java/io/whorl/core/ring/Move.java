package io.whorl.core.ring;

import io.whorl.api.MoveKind;
import java.util.Objects;
import java.util.Optional;

/**
 * A slot of a partition on its way from one holder to another, or being added or removed. A partition has one move at a time.
 *
 * <p>Source: cluster.md, "Moving a slot"; moves.py.
 *
 * @param partition which one
 * @param bucket 0 where all buckets' slots of that rank move; else the bucket whose N changes
 * @param rank the slot's place in the preference list: it concerns buckets with more slots than that, except those that have the
 *     incoming node as a holder already
 * @param phase how far it has come
 * @param outgoing who has the slot, or had it when it was excluded
 * @param incoming who takes it; empty where a slot is removed
 * @param begun the epoch of its present phase
 */
public record Move(
        int partition,
        long bucket,
        int rank,
        Phase phase,
        Optional<NodeId> outgoing,
        Optional<NodeId> incoming,
        long begun) {
    /** How far a move has come. */
    public enum Phase {
        /** The incoming node takes the replica from the outgoing one, which is read meanwhile; both take the writes. */
        TAKING(MoveKind.TAKEN),
        /** The outgoing node could not be asked: the slot is not read until it is rebuilt from the other slots. */
        EXCLUDED(MoveKind.REBUILT),
        /** A slot more: no write is acknowledged without its incoming node. */
        ADDING(MoveKind.ADDED),
        /** A slot less: no write is acknowledged without its outgoing node, until enough others refuse the older epoch. */
        REMOVING(MoveKind.GIVEN_UP),
        /** A slot less, whose holder is gone. */
        REMOVING_LOST(MoveKind.GIVEN_UP);

        private final MoveKind kind;

        Phase(MoveKind kind) {
            this.kind = kind;
        }

        /**
         * What becomes of the slot, in the words of those who watch.
         *
         * @return the kind of a move in this phase
         */
        public MoveKind kind() {
            return kind;
        }
    }

    /** Refuses what no transformation makes. */
    public Move {
        Objects.requireNonNull(phase, "phase");
        boolean takes = phase == Phase.TAKING || phase == Phase.EXCLUDED;
        boolean adds = phase == Phase.ADDING;
        if (partition < 0 || rank < 0 || bucket < 0 || begun < 1) {
            throw new IllegalArgumentException("a move has no negative part and begins in an epoch, not " + partition
                    + ", " + bucket + ", " + rank + ", " + begun);
        }
        if (incoming.isPresent() != (takes || adds) || outgoing.isPresent() == adds) {
            throw new IllegalArgumentException("a move " + phase + " from " + outgoing + " to " + incoming);
        }
    }

    Move excluded(long epoch) {
        return new Move(partition, bucket, rank, Phase.EXCLUDED, outgoing, incoming, epoch);
    }

    /**
     * Whether a node comes or goes by it.
     *
     * @param node the node
     * @return whether it is the incoming or the outgoing one
     */
    public boolean involves(NodeId node) {
        return outgoing.filter(node::equals).isPresent()
                || incoming.filter(node::equals).isPresent();
    }
}
