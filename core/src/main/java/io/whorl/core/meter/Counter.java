package io.whorl.core.meter;

/** Something that a node counts; each count starts at zero with the node's process and only grows. */
public enum Counter {
    /** Messages from other nodes that were refused because this node's queues were full. */
    REFUSED_OVERLOADED,
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
