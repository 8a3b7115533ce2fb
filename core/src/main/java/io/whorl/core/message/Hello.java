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
 * @param line the line of the epochs that it knows, 0 from the founding
 * @param previousLine the line that this one took the place of, as far as the node knows
 */
public record Hello(
        String clusterName,
        Optional<ClusterId> cluster,
        NodeId node,
        long run,
        long epoch,
        Address address,
        long line,
        Optional<Long> previousLine) {

    /** Of a node that knows the founding line, or none. */
    public Hello(String clusterName, Optional<ClusterId> cluster, NodeId node, long run, long epoch, Address address) {
        this(clusterName, cluster, node, run, epoch, address, 0, Optional.empty());
    }

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
        boolean related = line == peer.line
                || previousLine.equals(Optional.of(peer.line))
                || peer.previousLine.equals(Optional.of(line));
        if (cluster.isPresent() && peer.cluster.isPresent() && !related) {
            return Optional.of("node " + peer.node + " at " + peer.address + " is of another line of epochs than node "
                    + node
                    + ": the cluster was recovered from the loss of its voters without one of them; start that one with an"
                    + " empty data directory");
        }
        if (node.equals(peer.node) && run != peer.run) {
            return Optional.of("another process at " + peer.address + " has the identity of this node, " + node
                    + ": a data directory was copied; give each node its own");
        }
        return Optional.empty();
    }
}
