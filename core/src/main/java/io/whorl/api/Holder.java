package io.whorl.api;

/**
 * A node that holds a copy of a key.
 *
 * @param nodeId the node's identity, which belongs to its data directory
 * @param address where the other nodes reach it, {@code host:port}
 * @param local whether it is the node that was asked
 * @param reachable whether the node that was asked can reach it now
 */
public record Holder(String nodeId, String address, boolean local, boolean reachable) {}
