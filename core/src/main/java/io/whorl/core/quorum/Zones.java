package io.whorl.core.quorum;

import io.whorl.core.ring.ClusterState;
import io.whorl.core.ring.Member;
import io.whorl.core.ring.NodeId;
import io.whorl.core.ring.ReplicaSlots;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/**
 * From how many zones the acknowledgements of a write have to come, beside the quorum. Nodes that name no zone share one. What counts
 * is where an acknowledged slot is: with its holder, or with the fallback that keeps a hint for it, and of a moving slot with the
 * new one.
 */
public final class Zones {
    private final ClusterState state;
    private final int required;

    private Zones(ClusterState state, int required) {
        this.state = state;
        this.required = required;
    }

    /**
     * The rule for one write.
     *
     * @param wanted how many zones its caller asks for; no more are required than the slots are in
     */
    public static Zones of(ClusterState state, ReplicaSlots slots, int wanted) {
        int most = wanted <= 1 ? 1 : zones(state, slots.writers()).size();
        return new Zones(state, Math.min(Math.max(1, wanted), Math.max(1, most)));
    }

    private static TreeSet<String> zones(ClusterState state, Collection<NodeId> nodes) {
        TreeSet<String> zones = new TreeSet<>();
        nodes.forEach(node -> zones.add(zone(state, node)));
        return zones;
    }

    /** The zone that a node names, {@code ""} if none. */
    public static String zone(ClusterState state, NodeId node) {
        return state.member(node).map(Member::zone).orElse("");
    }

    /** How many zones are required. */
    public int required() {
        return required;
    }

    /** Whether these nodes are in as many zones as are required. */
    public boolean spanned(List<NodeId> nodes) {
        return required == 1 || zones(state, nodes).size() >= required;
    }

    /** Whether a node is in another zone than all of these. */
    public boolean isNew(NodeId node, List<NodeId> nodes) {
        return !zones(state, nodes).contains(zone(state, node));
    }

    /**
     * Whether the slots that are acknowledged are in enough zones, or can be.
     *
     * @param spare who could still be asked
     */
    public Verdict verdict(SlotTally tally, List<NodeId> spare) {
        if (required == 1 || spanned(tally.keepers())) {
            return Verdict.SATISFIED;
        }
        TreeSet<String> possible = zones(state, tally.possibleKeepers());
        if (tally.uncovered().isPresent()) {
            possible.addAll(zones(state, spare));
        }
        return possible.size() >= required ? Verdict.WAITING : Verdict.IMPOSSIBLE;
    }
}
