package io.whorl.core.meter;

/** Something that a node counts; each count starts at zero with the node's process and only grows. */
public enum Counter {
    /** Messages from other nodes that were refused because this node's queues were full. */
    REFUSED_OVERLOADED,
    /** Messages of anti-entropy that told a peer what this node has seen. */
    REPAIR_SUMMARIES,
    /** Questions of anti-entropy for what a replica lacks. */
    REPAIR_PULLS,
    /** Records that anti-entropy brought to this node. */
    REPAIR_ENTRIES,
    /** Bytes of records that anti-entropy brought to this node, about. */
    REPAIR_BYTES,
    /** Questions of peers' anti-entropy that were refused because repair had moved as much as it may. */
    REPAIR_REFUSED,
    /** Streams of whole replicas that this node began to take. */
    STREAMS_BEGUN,
    /** Streams that went on where they were after a lost connection. */
    STREAMS_RESUMED,
    /** Streams that were given up, and begin from the first key if they are still needed. */
    STREAMS_RESTARTED,
    /** Records pushed to peers because their contexts name events that no replica may have seen. */
    REMNANTS_PUSHED,
    /** Entries removed from dot logs. */
    DOTS_PRUNED,
    /** Those of them that went because a log was over its limit, although a peer may still miss them. */
    DOT_LOG_OVERFLOWS,
}
