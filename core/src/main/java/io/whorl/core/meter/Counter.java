package io.whorl.core.meter;

/** Something that a node counts; each count starts at zero with the node's process and only grows. */
public enum Counter {
    /** Timestamps of values that were further ahead of this node's clock than it follows. */
    TIMESTAMPS_TOO_FAR_AHEAD,
    /** Messages from other nodes that were refused because this node's queues were full. */
    REFUSED_OVERLOADED,
}
