package io.whorl.core.message;

/** Why a node does not do what it was asked. Nothing was changed. */
public enum Refusal {
    /** The node does not hold this replica. */
    NOT_A_HOLDER,
    /** The node knows no such bucket, even in an epoch as new as the asker's. */
    UNKNOWN_BUCKET,
    /** The node knows the bucket with other options. */
    BUCKET_MISMATCH,
    /** The replica met something unreadable and answers nothing. */
    IN_DOUBT,
    /** A queue is full. */
    OVERLOADED,
    /** The disk is too full for writes. */
    STORAGE_FULL,
    /** The record with all its siblings would be too large. */
    TOO_LARGE,
    /** A forward that is too old to tell whether it was executed. */
    TOO_LATE,
    /** The node is closing. */
    CLOSING,
    /** The node keeps as many bytes of hints as it may, for that target or in all. */
    HINTS_FULL,
    /** The replica may have lost what it acknowledged, and has not asked enough of its peers yet to answer strict reads. */
    NOT_CAUGHT_UP,
    /** The slots of this partition have changed in an epoch that the asker does not know yet; it is told of it, and asks again. */
    STALE_EPOCH,
    /** The slot has stopped to be read here, since its move is about to end: ask again, the epoch that ends it is on its way. */
    MOVING,
    /** It names what its sender may have lost since, of runs that are being closed or are closed: it has to report first. */
    FROZEN
}
