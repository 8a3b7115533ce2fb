package io.whorl.core.spi;

/** The ordered key spaces of a storage engine. Keys are compared as unsigned bytes. */
public enum Space {
    /** Replica, key → stripped record. */
    RECORDS,
    /** Replica, actor, counter → key: the dot logs. */
    DOTS,
    /** Target, replica, key → hint. */
    HINTS,
    /** Identity, cluster state, seen-sets and whatever else there is one of. */
    META
}
