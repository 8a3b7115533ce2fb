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
 * How the newest state gets around. Who brought it about tells everybody, or in a large cluster the voters and a few others, each of which
 * tells two more; the epoch on every message shows who is behind, and who finds out so fetches. Runs on the cluster's lane.
 */
final class Spreading {
    /** Up to so many members, one tells all of them. */
    private static final int ALL = 32;

    private static final int SAMPLE = 8;
    private static final int PASSED_ON = 2;

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
                others.forEach(other -> tell(other));
            }
            return;
        }
        if (first) {
            state.voters().stream().filter(others::remove).forEach(voter -> tell(voter));
        }
        for (int i = first ? SAMPLE : PASSED_ON; i > 0 && !others.isEmpty(); i--) {
            tell(others.remove(random.nextInt(others.size())));
        }
    }

    /** A message came from a node that knows this epoch; 0 if it knows none. */
    void heardOf(NodeId node, long epoch) {
        ClusterState known = knowledge.known();
        if (known != null && epoch > known.epoch()) {
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

    private void tell(NodeId node) {
        lane.send(node, knowledge.message());
    }
}
