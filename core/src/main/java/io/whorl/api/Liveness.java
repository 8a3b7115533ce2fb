package io.whorl.api;

/** What a node holds of a member. It steers whom requests go to, and never changes who holds what. */
public enum Liveness {
    /** It answers, or has done nothing to be doubted. */
    ALIVE,
    /** It has not answered for a while, neither this node nor others; it is asked last, and counts as dead unless it answers soon. */
    SUSPECT,
    /** It has not answered for so long that others stand in for it, until it answers again. */
    DEAD
}
