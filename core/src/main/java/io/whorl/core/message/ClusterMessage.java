package io.whorl.core.message;

import io.whorl.core.ring.ClusterState;
import io.whorl.core.ring.Member;
import io.whorl.core.ring.NodeId;
import java.util.Optional;

/** What is said about the cluster as a whole. */
public sealed interface ClusterMessage extends Message
        permits ClusterMessage.Seek,
                ClusterMessage.Seeking,
                ClusterMessage.Rejected,
                ClusterMessage.Vote,
                ClusterMessage.State,
                ClusterMessage.FetchState,
                ClusterMessage.Deferred,
                ClusterMessage.Beat,
                AgreementMessage,
                ChangeMessage,
                RecoveryMessage,
                LivenessMessage,
                ClosingMessage {

    /**
     * A node without a cluster looks for one at a contact point.
     *
     * @param member the node as the cluster state would list it
     * @param firstContactPoint the first of its contact points, which all lists of a new cluster must share
     * @param replaces the lost member in whose place it joins, if it was told so
     */
    record Seek(Member member, String firstContactPoint, Optional<NodeId> replaces) implements ClusterMessage {}

    /** Answer to {@link Seek}: this node has no cluster either; {@code founder} if it is the one that gathers votes. */
    record Seeking(boolean founder, String firstContactPoint) implements ClusterMessage {}

    /** Answer to {@link Seek}, or to a vote: the asker cannot be part of this cluster, for this reason. */
    record Rejected(String reason) implements ClusterMessage {}

    /** Answer to {@link Seek}: the asker is not taken in yet, for this reason; it asks again. */
    record Deferred(String reason) implements ClusterMessage {}

    /** A node's one founding vote, given durably to the receiver. */
    record Vote(Member member, String firstContactPoint) implements ClusterMessage {}

    /** The newest cluster state that the sender knows; sent to who is behind, and to who asked. */
    record State(ClusterState state) implements ClusterMessage {}

    /** Asks for the newest cluster state. */
    record FetchState() implements ClusterMessage {}

    /** Says nothing but the envelope's epoch, to whoever listens at an address, so that a connection is made. */
    record Beat() implements ClusterMessage {}
}
