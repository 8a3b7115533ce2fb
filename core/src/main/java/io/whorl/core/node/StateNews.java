package io.whorl.core.node;

import io.whorl.core.ring.NodeId;
import java.util.Map;
import java.util.TreeMap;

/**
 * Brings a lane and a peer that it works with to the same epoch, when one of them is held up by the difference: whoever is behind gets
 * the newest state at once, and not only with the next probe. Repeated while the difference lasts, but not for each message.
 */
final class StateNews {
    private static final long PAUSE = 100_000_000L;

    private final Node node;
    private final Map<NodeId, Long> last = new TreeMap<>();

    StateNews(Node node) {
        this.node = node;
    }

    /** Something of a peer's newer epoch has to wait: that is fetched already, as soon as it is heard of, and is asked for again. */
    void await(NodeId peer, long epoch, long now) {
        if (last.putIfAbsent(peer, now) != null) {
            exchange(peer, epoch, now);
        }
    }

    /** Sends a peer of an older epoch this node's state, or asks one of a newer epoch for its own. */
    void exchange(NodeId peer, long epoch, long now) {
        Long before = last.get(peer);
        if (before == null || now - before >= PAUSE) {
            last.put(peer, now);
            node.ports()
                    .cluster()
                    .execute(() -> node.guarded(() -> node.cluster().heardOf(peer, epoch)));
        }
    }

    /** There is a new state: the next difference is another one. */
    void adopted() {
        last.clear();
    }
}
