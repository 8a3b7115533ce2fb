package io.whorl.core.membership;

import io.whorl.core.ring.NodeId;
import io.whorl.core.version.ByteReader;
import io.whorl.core.version.ByteWriter;

/**
 * Who a node is, for as long as its data lasts.
 *
 * @param node the node's id
 * @param clusterName the cluster whose data this is
 */
public record Identity(NodeId node, String clusterName) {

    byte[] encode() {
        return new ByteWriter().i64(node.value()).text(clusterName).toByteArray();
    }

    static Identity decode(byte[] bytes) {
        ByteReader in = new ByteReader(bytes);
        Identity identity = new Identity(new NodeId(in.i64()), in.text());
        in.expectEnd();
        return identity;
    }
}
