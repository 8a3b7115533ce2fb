package io.whorl.api;

/** What a move does with one of a partition's slots, which are its places for a copy. */
public enum MoveKind {
    /** A node takes the slot of another one, from that one; both take the writes meanwhile. */
    TAKEN,
    /** A node rebuilds the slot of one that is lost, or that could not be asked, from the other holders. */
    REBUILT,
    /** There is a slot more: the cluster has grown to N members, or N was raised. */
    ADDED,
    /** There is a slot less: the cluster has shrunk below N members, or N was lowered. */
    GIVEN_UP
}
