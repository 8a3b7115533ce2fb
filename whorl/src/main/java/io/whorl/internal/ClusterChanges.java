package io.whorl.internal;

import io.whorl.core.coordinate.Callback;
import io.whorl.core.ring.Change;
import io.whorl.core.ring.ClusterState;
import io.whorl.core.ring.NodeId;
import java.util.List;

/** The way from callers to the agreement of the voters: has a change made, and waits for it. */
final class ClusterChanges {
    private final Requests requests;
    private final long timeoutNanos;

    /** @param timeoutNanos how long a change may take to be agreed */
    ClusterChanges(Requests requests, long timeoutNanos) {
        this.requests = requests;
        this.timeoutNanos = timeoutNanos;
    }

    /**
     * Has a change made and waits for it.
     *
     * @param what a few words for messages, in the -ing form
     * @return a state in which it is made
     */
    ClusterState make(String what, Change change) {
        return requests.await(what, timeoutNanos, (node, callback) -> node.change(change, timeoutNanos, callback));
    }

    /** Founds a new line of epochs with these members, and waits for it. */
    ClusterState recover(List<NodeId> survivors) {
        return requests.await(
                "recovering the cluster",
                timeoutNanos,
                (node, callback) -> node.recoverFrom(survivors, timeoutNanos, callback));
    }

    /** Has a change made, and says on the callback executor how it ended. */
    void make(Change change, Callback<ClusterState> callback) {
        requests.send((node, answer) -> node.change(change, timeoutNanos, answer), callback);
    }
}
