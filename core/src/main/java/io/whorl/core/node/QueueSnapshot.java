package io.whorl.core.node;

/**
 * What waits for one lane at one instant.
 *
 * @param callers requests of callers on this node
 * @param peers requests of other nodes
 * @param peerBytes how many bytes of keys and values the latter hold, about
 */
public record QueueSnapshot(int callers, int peers, long peerBytes) {}
