package io.whorl.processes;

import java.util.Optional;

/** Nodes that clients can ask, some of which may be away. */
interface Serving {
    /** How many nodes there are. */
    int size();

    /** How to ask a node that serves, or did so a moment ago; on any thread. */
    Optional<NodeHandle> serving(int node);
}
