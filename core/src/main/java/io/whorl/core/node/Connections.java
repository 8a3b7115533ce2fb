package io.whorl.core.node;

import io.whorl.core.ring.NodeId;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentSkipListMap;

/** Which run of which node is connected now. The transport's threads write, lanes read. */
final class Connections {
    private final Map<NodeId, Long> runs = new ConcurrentSkipListMap<>();

    void connected(NodeId node, long run) {
        runs.put(node, run);
    }

    void disconnected(NodeId node, long run) {
        runs.remove(node, run);
    }

    boolean isConnected(NodeId node, long run) {
        Long connected = runs.get(node);
        return connected != null && connected == run;
    }

    OptionalLong run(NodeId node) {
        Long run = runs.get(node);
        return run == null ? OptionalLong.empty() : OptionalLong.of(run);
    }
}
