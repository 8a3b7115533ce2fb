package io.whorl.api;

/**
 * How many replicas a node holds before and after a change. A replica is what one node holds of one partition of one bucket.
 *
 * @param nodeId the node
 * @param before how many now; 0 of a node that is to join
 * @param after how many once all is done; 0 of a node that is no member then
 */
public record NodeShare(String nodeId, long before, long after) {}
