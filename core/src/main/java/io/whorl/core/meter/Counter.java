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
    /** Those of them that belonged to anti-entropy. */
    SHED_ANTI_ENTROPY,
    /** Those of them that handed hints over. */
    SHED_HINTS,
    /** Those of them that carried a record that nobody waited for. */
    SHED_REPAIR,
    /** Those of them that a caller waited for. */
    SHED_CALLERS,
    /** Forwards that were not even answered, because too many had to be refused; their callers do not know what became of them. */
    FORWARDS_UNANSWERED,
    /** Requests of peers that were dropped undone because nobody waited for them any more when their turn came. */
    EXPIRED_IN_QUEUE,
    /** Messages about the cluster that were dropped because too many waited; they are sent again. */
    CLUSTER_MESSAGES_DROPPED,
    /** Hints kept for a target that had none for the key. */
    HINTS_KEPT,
    /** Hints joined with what was kept already for the key and target. */
    HINTS_JOINED,
    /** Hints refused because the bytes that a node keeps had reached their bound, for the target or in all. */
    HINTS_REFUSED,
    /** Hints found unreadable: they are never handed over, and reads of their keys are refused. */
    HINTS_UNREADABLE,
    /** Hints that their target, or those who have its slot now, have acknowledged as durable, and which were removed then. */
    HINTS_HANDED_OVER,
    /** Hints that were removed because their bucket was dropped. */
    HINTS_OF_DROPPED_BUCKETS,
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
    /** Callers' writes on this node that were acknowledged. */
    WRITES_ACKNOWLEDGED,
    /** Callers' reads on this node that were answered. */
    READS_ANSWERED,
    /** Callers' requests that failed because too few nodes could be reached before anything was sent. */
    FAILED_QUORUM_UNAVAILABLE,
    /** Callers' requests that failed because too many nodes refused or failed. */
    FAILED_REPLICAS_FAILED,
    /** Callers' requests that failed because their time had passed. */
    FAILED_TIMED_OUT,
    /** Callers' requests that were refused because a queue was full. */
    FAILED_OVERLOADED,
    /** Callers' writes that were refused because the coordinator's disk was too full. */
    FAILED_STORAGE_FULL,
    /** Callers' writes that were refused because the record would have become too large. */
    FAILED_TOO_LARGE,
    /** Callers' requests that were refused because the bucket has other options than they assumed. */
    FAILED_BUCKET_MISMATCH,
    /** Callers' changes of the cluster that were refused because they do not fit its state. */
    FAILED_CHANGE_REFUSED,
    /** Callers' requests that failed because this node was closed. */
    FAILED_NODE_CLOSED,
    /** Callers' requests that failed because this node's storage engine failed. */
    FAILED_STORAGE_FAILURE,
    /** Writes coordinated here whose quorum was reached only with hints that fallbacks keep. */
    WRITES_WITH_FALLBACKS,
    /** Writes that this node handed to a holder, each holder that was tried counted. */
    FORWARDS,
    /** Times that this node asked a fallback to keep a hint. */
    HINTS_ASKED,
    /** Writes acknowledged to their caller, whose rest was left to anti-entropy because too many requests were under way. */
    BACKGROUND_REPLICATIONS_SHED,
    /** Times that a request was begun anew, with the same dot if it was a write, because the slots of its key had changed. */
    REQUESTS_PLANNED_ANEW,
    /** Requests of peers that were refused because the slots had changed in an epoch that the peer did not know yet. */
    REFUSED_STALE_EPOCH,
    /** Times that a slow read asked one node more than it had to. */
    HEDGES,
    /** Records that were sent to holders, or joined here, because a read found that they lacked something. */
    READ_REPAIRS,
    /** Read repairs that were left to anti-entropy because too many requests were under way. */
    READ_REPAIRS_SHED,
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
    /** Times that the disk came to be too full for writes. */
    STORAGE_FILLED,
    /** Replicas that met something unreadable and came to be in doubt. */
    REPLICAS_IN_DOUBT,
    /** Stored entries that could not be read and were removed by a salvage. */
    ENTRIES_UNREADABLE,
    /** Replicas that a loss of power may have set back, at the start. */
    REPLICAS_BEHIND,
    /** Replicas that were in doubt or behind, and are sound again. */
    REPLICAS_CAUGHT_UP,
    /** Replicas in doubt whose loss an operator accepted. */
    LOSSES_ACCEPTED,
    /** Requests of other nodes that were refused because the replica is in doubt. */
    REFUSED_IN_DOUBT,
    /** Strict reads of other nodes that were refused because the replica has not caught up. */
    REFUSED_NOT_CAUGHT_UP,
    /** Requests of other nodes that were refused because the disk is too full. */
    REFUSED_STORAGE_FULL,
}
