package io.whorl.core.node;

/**
 * What callers on this node have under way on one lane at one instant.
 *
 * @param underWay how many requests
 * @param limit how many may be
 */
public record AdmissionSnapshot(int underWay, int limit) {}
