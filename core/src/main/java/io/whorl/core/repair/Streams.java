package io.whorl.core.repair;

import io.whorl.core.ring.NodeId;
import io.whorl.core.ring.ReplicaId;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which streams run on a lane: few at a time, fewer from one peer, and one of a replica, since a second source has little to
 * add once the first is done. Who does not get a place asks its peer again later, and may need no stream by then.
 */
final class Streams {
    private static final int MOST = 4;
    private static final int MOST_OF_A_PEER = 2;

    private final Map<ReplicaId, NodeId> running = new TreeMap<>();

    /** Takes a place, or has it already. */
    boolean enter(ReplicaId replica, NodeId peer) {
        NodeId source = running.get(replica);
        if (source != null) {
            return source.equals(peer);
        }
        long ofPeer = running.values().stream().filter(peer::equals).count();
        if (running.size() >= MOST || ofPeer >= MOST_OF_A_PEER) {
            return false;
        }
        running.put(replica, peer);
        return true;
    }

    /** Gives the place back, if there is one. */
    void leave(ReplicaId replica, NodeId peer) {
        running.remove(replica, peer);
    }
}
