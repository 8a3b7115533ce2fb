package io.whorl.core.meter;

/** Something that a node counts; each count starts at zero with the node's process and only grows. */
public enum Counter {
    /** Messages from other nodes that were refused because this node's queues were full. */
    REFUSED_OVERLOADED,
}
