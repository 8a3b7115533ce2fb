package io.whorl.core.node;

import io.whorl.core.ring.NodeId;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** Which run of each peer one lane talks with, and which peers have let a request run out of time and said nothing since. */
final class PeerRuns {
    private final Map<NodeId, Long> runs = new TreeMap<>();
    private final TreeSet<NodeId> silent = new TreeSet<>();

    /** Whether a message of this run is of another one than the peer's present. */
    boolean isOther(NodeId peer, long run) {
        Long known = runs.get(peer);
        return known != null && known != run;
    }

    /** Whether it is the peer's present run. */
    boolean isPresent(NodeId peer, long run) {
        Long known = runs.get(peer);
        return known != null && known == run;
    }

    /** A run of a peer is connected; true if the one before was another. */
    boolean connected(NodeId peer, long run) {
        Long before = runs.put(peer, run);
        heard(peer);
        return before != null && before != run;
    }

    void heard(NodeId peer) {
        if (!silent.isEmpty()) {
            silent.remove(peer);
        }
    }

    void unanswered(NodeId peer) {
        silent.add(peer);
    }

    boolean isSilent(NodeId peer) {
        return !silent.isEmpty() && silent.contains(peer);
    }
}
