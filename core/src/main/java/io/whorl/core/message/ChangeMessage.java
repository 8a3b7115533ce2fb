package io.whorl.core.message;

import io.whorl.core.ring.Change;
import io.whorl.core.ring.ClusterState;

/** How a node has the voters change what the cluster agrees on. */
public sealed interface ChangeMessage extends ClusterMessage {

    /** The asker's number for its question, echoed in the answer. */
    long request();

    /** Asks a voter to have this change made. A change can be asked for repeatedly, of whomever: made twice it is made once. */
    record Ask(long request, Change change) implements ChangeMessage {}

    /** Answer to {@link Ask}: it is made, as of this state at the latest. */
    record Made(long request, ClusterState state) implements ChangeMessage {}

    /** Answer to {@link Ask}: it was not made, or that is not known. */
    record Refused(long request, Failure failure) implements ChangeMessage {}
}
