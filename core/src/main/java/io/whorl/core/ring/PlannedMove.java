package io.whorl.core.ring;

import java.util.List;
import java.util.Optional;

/**
 * A move of a slot that lies ahead.
 *
 * @param partition of which partition
 * @param phase the phase that it begins with, or has come to
 * @param outgoing who has the slot; empty where one is added
 * @param incoming who takes it; empty where one is removed
 * @param buckets the numbers of the buckets whose replicas move, ascending
 * @param begun whether it is under way already
 */
public record PlannedMove(
        int partition,
        Move.Phase phase,
        Optional<NodeId> outgoing,
        Optional<NodeId> incoming,
        List<Long> buckets,
        boolean begun) {
    /** Copies the list. */
    public PlannedMove {
        buckets = List.copyOf(buckets);
    }

    /**
     * Whether a replica is copied from one node to another by it.
     *
     * @return false where a slot is given up, or taken back by the holder it had been taken from
     */
    public boolean copies() {
        return incoming.isPresent() && !incoming.equals(outgoing);
    }
}
