package io.whorl.core.agreement;

import io.whorl.core.ring.ClusterState;

/** What a node of the model does wrong; the search must find where it leads. */
enum Flaw {
    /** Nothing. */
    NONE,
    /** A promise is kept in memory alone. */
    PROMISE_NOT_STORED,
    /** Answers leave before what they say is durable. */
    ANSWERED_BEFORE_SYNC,
    /** Others hear of a ballot before its proposer has promised it to itself durably, so that it may use it twice. */
    PREPARED_BEFORE_OWN_PROMISE,
    /** A proposer proposes its own state though another was accepted. */
    OWN_STATE_PROPOSED,
    /** One voter less than a majority is taken for one. */
    MINORITY,
    /** What was accepted goes from the disk before the newer state is there. */
    FORGOTTEN_BEFORE_KNOWN;

    Proposal proposal(Proposal proposal) {
        return this == MINORITY
                ? new Proposal(
                        proposal.ballot(),
                        proposal.own(),
                        proposal.voters(),
                        proposal.majority() - 1,
                        proposal.phase(),
                        proposal.answered(),
                        proposal.accepted())
                : proposal;
    }

    ClusterState value(Proposal proposal) {
        return this == OWN_STATE_PROPOSED ? proposal.own() : proposal.value();
    }
}
