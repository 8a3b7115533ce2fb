package io.whorl.core.membership;

import io.whorl.core.message.ClusterMessage;
import io.whorl.core.ring.ClusterState;
import io.whorl.core.ring.Member;
import io.whorl.core.ring.NodeId;
import io.whorl.core.spi.RandomSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How the newest state gets around. Who brought it about tells everybody; in a large cluster the voters, a few others, and the first
 * member. From there each tells those below it in a tree that all know, since it follows from the order of the members, and stands in
 * for those of them that it cannot reach. The epoch on every message shows who was left out, and who finds out so fetches. Runs on the
 * cluster's lane.
 */
final class Spreading {
    /** Up to so many members, one tells all of them. */
    private static final int ALL = 32;

    /** So many others are told besides, in case that a member whom the tree rests on is down and nobody has noticed yet. */
    private static final int SAMPLE = 8;

    /** How many members are right below each one in the tree: a thousand are at most four steps from its root. */
    private static final int BELOW = 8;

    private final ClusterLane lane;
    private final Knowledge knowledge;
    private final RandomSource random;
    private final NodeId self;
    private final long patience;
    private final Map<NodeId, Long> fetching = new TreeMap<>();

    Spreading(ClusterLane lane, Knowledge knowledge, RandomSource random, NodeId self, long patience) {
        this.lane = lane;
        this.knowledge = knowledge;
        this.random = random;
        this.self = self;
        this.patience = patience;
    }

    /** A new state is known here; the first to know it is who brought it about. */
    void known(ClusterState state, boolean first) {
        List<NodeId> others = new ArrayList<>(state.members().stream()
                .map(Member::id)
                .filter(id -> !id.equals(self))
                .toList());
        fetching.keySet().retainAll(others);
        if (others.size() < ALL) {
            if (first) {
                others.forEach(this::tell);
            }
            return;
        }
        List<NodeId> tree = state.members().stream().map(Member::id).toList();
        if (first) {
            state.voters().stream().filter(others::remove).forEach(this::tell);
            for (int i = 0; i < SAMPLE; i++) {
                tell(others.remove(random.nextInt(others.size())));
            }
            pass(tree, 0);
        }
        passBelow(tree, tree.indexOf(self));
    }

    /** Tells the member at a place of the tree, or those below it in its stead. */
    private void pass(List<NodeId> tree, int place) {
        NodeId member = tree.get(place);
        if (!member.equals(self) && !tell(member)) {
            passBelow(tree, place);
        }
    }

    private void passBelow(List<NodeId> tree, int place) {
        int first = BELOW * place + 1;
        for (int below = first; below < Math.min(first + BELOW, tree.size()); below++) {
            pass(tree, below);
        }
    }

    /** A message came from a node that knows this epoch; 0 if it knows none. */
    void heardOf(NodeId node, long epoch) {
        ClusterState known = knowledge.known();
        if (known != null && epoch > knowledge.storedEpoch()) {
            fetch(node);
        } else if (known != null && epoch != 0 && epoch < known.epoch()) {
            tell(node);
        }
    }

    /** A state came from this node. */
    void told(NodeId by) {
        fetching.remove(by);
    }

    /** Asks for what is newer there, once at a time; again if no answer has come for a while. */
    void fetch(NodeId node) {
        long now = lane.lane().nanoTime();
        Long since = fetching.get(node);
        boolean waiting = since != null && now - since < patience;
        if (!waiting && lane.send(node, new ClusterMessage.FetchState())) {
            fetching.put(node, now);
        }
    }

    private boolean tell(NodeId node) {
        return lane.send(node, knowledge.message());
    }
}
