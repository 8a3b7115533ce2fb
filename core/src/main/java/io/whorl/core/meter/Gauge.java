package io.whorl.core.meter;

/** Something that a node has now so many of; each of its lanes says its part, and the parts are summed. */
public enum Gauge {
    /** Requests under way: those of this node's application, and those that other nodes have forwarded. */
    REQUESTS_UNDER_WAY,
    /** Replicas that this node holds. */
    REPLICAS,
    /** Replicas that met something unreadable and answer nothing until they have taken themselves anew. */
    REPLICAS_IN_DOUBT,
    /** Replicas that a loss of power may have set back: they answer no strict read until they have caught up. */
    REPLICAS_CATCHING_UP,
    /** Dots in the dot logs of all replicas: events that some other holder may still miss. */
    DOTS_LOGGED,
    /** Replicas that lack events which some other holder is known to have. */
    REPLICAS_BEHIND,
    /** Events that they lack, summed over replicas and other holders. */
    EVENTS_BEHIND,
    /** Replicas that are being taken whole from another holder. */
    STREAMS,
}
