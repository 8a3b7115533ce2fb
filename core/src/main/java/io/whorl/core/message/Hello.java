package io.whorl.core.message;

import io.whorl.core.ring.Address;
import io.whorl.core.ring.ClusterId;
import io.whorl.core.ring.NodeId;
import java.util.Optional;

/**
 * How a node introduces itself at the beginning of a connection.
 *
 * @param clusterName the name that its configuration gives the cluster
 * @param cluster the cluster that it belongs to, if it already does
 * @param node its identity
 * @param run this process of it
 * @param epoch the newest epoch that it knows, 0 for none
 * @param address where others reach it
 */
public record Hello(
        String clusterName, Optional<ClusterId> cluster, NodeId node, long run, long epoch, Address address) {

    /** Why this node should not talk to that one; empty if it should. Both have to be of one cluster and two nodes. */
    public Optional<String> refusal(Hello peer) {
        if (!clusterName.equals(peer.clusterName)) {
            return Optional.of("node " + peer.node + " at " + peer.address + " belongs to the cluster named '"
                    + peer.clusterName + "', node " + node + " to '" + clusterName
                    + "': give both the same clusterName, or correct the contact points");
        }
        if (cluster.isPresent() && peer.cluster.isPresent() && !cluster.equals(peer.cluster)) {
            return Optional.of("node " + peer.node + " at " + peer.address + " carries the id of another cluster "
                    + peer.cluster.get() + " with the same name '" + clusterName + "', node " + node + " that of "
                    + cluster.get()
                    + ": one of them was founded separately; start one with an empty data directory");
        }
        if (node.equals(peer.node) && run != peer.run) {
            return Optional.of("another process at " + peer.address + " has the identity of this node, " + node
                    + ": a data directory was copied; give each node its own");
        }
        return Optional.empty();
    }
}
