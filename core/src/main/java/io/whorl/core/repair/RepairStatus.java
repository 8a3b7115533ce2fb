package io.whorl.core.repair;

import io.whorl.core.ring.NodeId;
import io.whorl.core.ring.ReplicaId;

/**
 * How far one of this node's replicas and the same replica of one peer are apart, as far as is known here.
 *
 * @param replica which
 * @param peer whose
 * @param behind how many events the peer is known to have seen that this replica has not
 * @param ahead how many events this replica has seen that the peer is not known to have; all of them as long as nothing is known
 * @param nanosSinceExchange nanoseconds since the peer last answered a question about this replica; -1 if it has not yet
 * @param caughtUp whether this replica has, in the present runs of both, taken all that it knew the peer to have
 * @param streaming whether the whole replica is being taken from the peer
 * @param streamedKeys how many keys have come by that stream so far
 * @param streamedBytes how many bytes of records have come by it, about
 */
public record RepairStatus(
        ReplicaId replica,
        NodeId peer,
        long behind,
        long ahead,
        long nanosSinceExchange,
        boolean caughtUp,
        boolean streaming,
        long streamedKeys,
        long streamedBytes) {}
