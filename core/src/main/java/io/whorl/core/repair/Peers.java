package io.whorl.core.repair;

import io.whorl.core.ring.NodeId;
import java.util.Set;
import java.util.TreeSet;

/**
 * The other nodes that have a replica which this node has too, in one epoch.
 *
 * @param all everyone else who has it, or takes it, or is about to drop it
 * @param sources those of them that are asked for what is lacking here
 * @param holders those of them that hold a slot, or are about to
 * @param anew those that may have become holders anew since they were known: nothing is known of them any more
 */
public record Peers(Set<NodeId> all, Set<NodeId> sources, Set<NodeId> holders, Set<NodeId> anew) {
    /** Copies the sets. */
    public Peers {
        all = new TreeSet<>(all);
        sources = new TreeSet<>(sources);
        holders = new TreeSet<>(holders);
        anew = new TreeSet<>(anew);
    }
}
