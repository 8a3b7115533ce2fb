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
}
