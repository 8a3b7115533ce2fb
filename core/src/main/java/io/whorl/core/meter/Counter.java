package io.whorl.core.meter;

/** Something that a node counts; each count starts at zero with the node's process and only grows. */
public enum Counter {
    /** Messages from other nodes that were refused because this node's queues were full. */
    REFUSED_OVERLOADED,
    /** Hints kept for a target that had none for the key. */
    HINTS_KEPT,
    /** Hints joined with what was kept already for the key and target. */
    HINTS_JOINED,
    /** Hints refused because the bytes that a node keeps had reached their bound, for the target or in all. */
    HINTS_REFUSED,
    /** Hints found unreadable: they are never handed over, and reads of their keys are refused. */
    HINTS_UNREADABLE,
    /** Hints that their target has acknowledged as durable, and which were removed then. */
    HINTS_HANDED_OVER,
    /** Batches of hints that their target refused, or whose answer did not come in time; they are sent again later. */
    HINT_BATCHES_FAILED,
    /** Hints that this node took over from fallbacks and joined with its replicas. */
    HINTS_TAKEN_OVER,
    /** Reads that this node answered from hints, being no holder of the key. */
    HINT_READS,
    /** Writes that this node coordinated as a fallback, because no holder could be reached. */
    FALLBACK_WRITES,
}
