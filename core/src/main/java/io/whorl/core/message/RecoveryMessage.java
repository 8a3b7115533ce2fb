package io.whorl.core.message;

import io.whorl.core.ring.ClusterState;
import io.whorl.core.ring.NodeId;
import java.util.List;

/** What the survivors of a cluster say to each other when most of its voters are lost for good. */
public sealed interface RecoveryMessage extends ClusterMessage {

    /** Asks another survivor to take part in the founding of a new line of epochs after this one, with these members alone. */
    record Propose(long request, long line, List<NodeId> survivors) implements RecoveryMessage {
        /** Copies the list. */
        public Propose {
            survivors = List.copyOf(survivors);
        }
    }

    /** Answer to {@link Propose}: it does, and this is the newest state that it knows. */
    record Agree(long request, ClusterState state) implements RecoveryMessage {}

    /** Answer to {@link Propose}: it does not, for this reason. */
    record Objection(long request, String reason) implements RecoveryMessage {}

    /**
     * The newest state that the sender knows, of a line that took the place of another one: whoever is of that one goes over to it, or is
     * no member any more.
     */
    record Recovered(long previous, ClusterState state) implements RecoveryMessage {}
}
