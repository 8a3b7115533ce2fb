package io.whorl.core.meter;

/** Something that a node counts; each count starts at zero with the node's process and only grows. */
public enum Counter {
    /** Timestamps of values that were further ahead of this node's clock than it follows. */
    TIMESTAMPS_TOO_FAR_AHEAD,
    /** Batches of changes that were written to the storage engine. */
    STORAGE_BATCHES,
    /** Syncs that were asked of the storage engine; those asked at the same time share one. */
    STORAGE_SYNCS,
    /** Batches that were refused because the disk has too little space left. */
    STORAGE_FULL_REFUSALS,
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
    /** Members that this node asked whether they are there. */
    PROBES_SENT,
    /** Probes that were answered neither to this node nor to those who repeated them for it. */
    PROBES_FAILED,
    /** Probes that this node made for others. */
    PROBES_RELAYED,
    /** Members that this node began to suspect, by itself or because others do. */
    MEMBERS_SUSPECTED,
    /** Members that began to count as dead. */
    MEMBERS_DIED,
    /** Members that were suspected or counted as dead, and answer again. */
    MEMBERS_RETURNED,
    /** Times that this node contradicted what was said of it. */
    SUSPICIONS_REFUTED,
    /** Times that this node noticed that it had not run for a while. */
    OWN_PAUSES,
    /** Times that this node heard from no other member for a while. */
    CUT_OFF,
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
