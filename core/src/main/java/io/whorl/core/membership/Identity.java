package io.whorl.core.membership;

import io.whorl.core.ring.NodeId;
import io.whorl.core.spi.RandomSource;
import io.whorl.core.version.ByteReader;
import io.whorl.core.version.ByteWriter;
import java.util.Optional;

/**
 * Who a node is, for as long as its data lasts.
 *
 * @param node the node's id
 * @param clusterName the cluster whose data this is
 */
public record Identity(NodeId node, String clusterName) {

    /**
     * The identity that a storage has, or gets now.
     *
     * @throws IllegalStateException if the storage belongs to a cluster of another name
     */
    public static Identity of(MembershipStore store, String clusterName, RandomSource random) {
        Optional<Identity> kept = store.identity();
        if (kept.isPresent() && !kept.get().clusterName.equals(clusterName)) {
            throw new IllegalStateException("the data belongs to node " + kept.get().node + " of the cluster named '"
                    + kept.get().clusterName + "', but this node is configured for the cluster '" + clusterName
                    + "': correct the clusterName or the data directory");
        }
        Identity identity = kept.orElseGet(() -> new Identity(new NodeId(random.nextIdentity()), clusterName));
        if (kept.isEmpty()) {
            store.keep(identity);
        }
        return identity;
    }

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
