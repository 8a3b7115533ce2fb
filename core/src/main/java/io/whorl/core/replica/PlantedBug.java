package io.whorl.core.replica;

/**
 * Faults of the protocol that tests switch on, one at a time, to see that the simulator's checkers notice. Each changes what
 * production code does at one place, and is never on outside tests.
 */
public enum PlantedBug {
    /** A restarted node goes on under its old run, counters beginning again. */
    REUSED_ACTOR,
    /** A record leaves its replica without the bases that belong to it. */
    NO_FILL,
    /** A record without siblings is removed although its stripped context is not empty. */
    EARLY_REMOVE,
    /** Anti-entropy joins the peer's whole seen-set, although only some of its records came along. */
    SEEN_WITHOUT_RECORDS,
    /** A record is filled with a seen-set of a later instant than the one at which it was read. */
    FILL_OF_ANOTHER_INSTANT,
    /** An acknowledgement of a hint removes the key's hint, whichever version it has by now. */
    HINT_ACK_DELETES_NEWER,
    /** A restarted node does not look for the hints that it kept. */
    HINTS_FORGOTTEN_ON_RESTART,
    /** A fallback takes its dot's predecessors for seen, of which it knows nothing. */
    ROUNDED_FALLBACK,
    /** A node acknowledges hints that it was handed before they are durable. */
    HINT_DELETED_BEFORE_DURABLE,
    /** In a sloppy write a node counts for every slot that it stands in for. */
    NODE_COUNTED_TWICE,
    /** Fallbacks count toward the quorum of a strict write. */
    FALLBACK_COUNTS_IN_STRICT,
    /** A fallback is asked to keep a record without the dots whose effect it carries. */
    HINT_WITHOUT_ANNOUNCED,
    /** A key that is absent where a stream comes from is left as it is, instead of being joined as deleted. */
    RESURRECT_ON_STREAM,
    /** What a node tells a peer of its seen-sets counts as told as soon as it is sent. */
    TOLD_WHEN_SENT,
    /** A stream goes on where it was although its source has been started anew, and may have lost what it had. */
    STREAM_RESUMED_ACROSS_RESTART,
    /** A stored record that cannot be read counts as absent, so that its replica says that the key was deleted. */
    TRUSTED_ABSENCE,
    /** A replica that takes itself anew leaves a key that is absent at a peer as it is, instead of deleting it. */
    SKIPPED_ABSENCE,
    /** A replica that may have lost what it acknowledged answers strict reads before it has caught up. */
    STRICT_READ_BEFORE_CAUGHT_UP,
    /** A record is joined without what streams under way have said of keys that they have passed. */
    FORGOTTEN_ABSENCE,
    /** Of the siblings that a join leaves, the newest alone is kept. */
    LAST_WRITE_WINS_IN_JOIN,
    /** A replica that takes over a delete does not take its dot for seen. */
    DELETE_DOT_DROPPED,
    /** A replica acknowledges a write of an FSYNC bucket before it is synced. */
    DURABLE_BEFORE_SYNC,
    /** A forward that arrives again is executed again. */
    FORWARD_EXECUTED_TWICE,
    /** A write hands back a context that covers what stood beside what its caller had read. */
    CONTEXT_OF_THE_UNREAD,
    /** A record that names what its replica has not seen is kept as it is, and no peer is told of it. */
    REMNANT_KEPT,
    /** A replica serves requests that were made before the last change of its partition's slots. */
    STALE_EPOCH_ACCEPTED,
    /** A moving slot acknowledges when its old holder has. */
    MOVING_SLOT_ACKNOWLEDGED_BY_ONE,
    /** A new holder takes the replica from one that does not know of the move yet. */
    TAKEN_BEFORE_BEGIN,
    /** The slot of an excluded holder is rebuilt from one other slot. */
    TOO_FEW_SOURCES,
    /** A move ends although its old holder may still be read. */
    FINISHED_WITHOUT_STOP,
    /** A slot is given up although nobody has looked whether what the others have can be read. */
    COPY_GIVEN_UP_UNREAD,
    /** An acknowledgement counts though the partition's slots have changed since. */
    OLD_ACKNOWLEDGEMENT_COUNTS,
    /** Runs are closed by implication: every context contains what is closed, also that of a caller who has read nothing. */
    CLOSING_IMPLIED,
    /** A replica takes unseen dots of runs that are frozen, or closed. */
    CLOSED_WITHOUT_FREEZE,
    /** A report is made before what it says is durable, and a closing is taken for a replica's own whether it has reported or not. */
    REPORT_NOT_SYNCED,
    /** Nobody asks whether hints name the runs that are to be closed. */
    HINTS_NOT_ASKED,
    /** A read on its caller's thread is filled with what the replica had seen when it was opened. */
    DIRECT_READ_OF_ANOTHER_INSTANT,
    /** A read on its caller's thread is served by a node that has stopped to be read. */
    DIRECT_READ_AFTER_STOP,
}
