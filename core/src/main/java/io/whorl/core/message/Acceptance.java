package io.whorl.core.message;

import io.whorl.core.ring.ClusterState;

/**
 * That a voter has accepted a state for an epoch.
 *
 * @param ballot the ballot in which it did, the highest if it did in several
 * @param state what was proposed in that ballot
 */
public record Acceptance(Ballot ballot, ClusterState state) {}
