package io.whorl.core.replica;

import io.whorl.core.ring.NodeId;
import io.whorl.core.version.DotSet;
import java.util.Map;
import java.util.TreeMap;

/**
 * What streams that are under way have said of the keys that they have passed, also of those that are absent on both sides and so
 * have no record to say it: an older write may still arrive from elsewhere, before a stream's end makes all of it seen.
 */
final class Passages {
    private final Map<NodeId, TreeMap<ByteKey, DotSet>> byPeer = new TreeMap<>();

    /**
     * A stream has passed the keys after the last stretch's and up to {@code upTo}.
     *
     * @param theirs the peer's seen-set at the instant of the stretch
     */
    void add(NodeId peer, DotSet theirs, byte[] upTo) {
        TreeMap<ByteKey, DotSet> passage = byPeer.computeIfAbsent(peer, p -> new TreeMap<>());
        if (!passage.isEmpty() && passage.lastEntry().getValue().equals(theirs)) {
            passage.pollLastEntry();
        }
        passage.put(new ByteKey(upTo), theirs);
    }

    /** The stream from a peer is over. */
    void remove(NodeId peer) {
        byPeer.remove(peer);
    }

    /** What is known of a key: all that the replica has seen, and what the streams that have passed the key said. */
    DotSet known(byte[] key, DotSet seen) {
        if (byPeer.isEmpty()) {
            return seen;
        }
        DotSet known = seen;
        for (TreeMap<ByteKey, DotSet> passage : byPeer.values()) {
            Map.Entry<ByteKey, DotSet> stretch = passage.ceilingEntry(new ByteKey(key));
            if (stretch != null) {
                known = known.join(stretch.getValue().bases());
            }
        }
        return known;
    }
}
