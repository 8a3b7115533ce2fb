package io.whorl.core.version;

/**
 * In which role a node makes dots. A node may write as a replica and as a fallback in the same run; the role keeps the two
 * counters apart, because only those of a replica are ever contiguous in somebody's seen-set from the start.
 */
public enum Role {
    /** A holder of the partition: it has a seen-set, and its record is filled from it. */
    REPLICA,
    /** The next node down the preference list, writing while no holder is reachable. */
    FALLBACK
}
