package io.whorl;

/**
 * A node as its cluster lists it.
 *
 * @param nodeId its identity, which belongs to its data directory
 * @param address where the other nodes reach it, {@code host:port}
 * @param local whether it is the node that was asked
 * @param reachable whether the node that was asked can reach it now
 */
public record ClusterMember(String nodeId, String address, boolean local, boolean reachable) {}
