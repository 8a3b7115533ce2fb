package io.whorl.core.coordinate;

import io.whorl.core.ring.BucketDefinition;
import io.whorl.core.ring.KeyHash;
import io.whorl.core.ring.NodeId;
import io.whorl.core.ring.Ring;
import io.whorl.core.testing.TestNode;
import java.util.List;

/** A key's preference list, as nodes of a test. */
final class Preference {
    private Preference() {}

    static List<TestNode> holders(List<TestNode> nodes, BucketDefinition bucket, String key) {
        return nodes(
                nodes,
                ring(nodes).primaries(partition(nodes, key), bucket.options().replicas()));
    }

    static List<TestNode> fallbacks(List<TestNode> nodes, BucketDefinition bucket, String key) {
        return nodes(
                nodes,
                ring(nodes).fallbacks(partition(nodes, key), bucket.options().replicas()));
    }

    private static int partition(List<TestNode> nodes, String key) {
        return KeyHash.partition(KeyHash.of(TestNode.bytes(key)), ring(nodes).partitions());
    }

    private static Ring ring(List<TestNode> nodes) {
        return nodes.get(0).node.state().orElseThrow().ring();
    }

    private static List<TestNode> nodes(List<TestNode> nodes, List<NodeId> ids) {
        return ids.stream()
                .map(id -> nodes.stream()
                        .filter(node -> node.id().equals(id))
                        .findFirst()
                        .orElseThrow())
                .toList();
    }
}
