package io.whorl.core.ring;

/** A rule of moving slots that {@link MovesModel} leaves out, by which a read comes to miss a write. */
enum BrokenRule {
    /** None: the rules as they are. */
    NONE,
    /** A replica serves requests that were made before the last change of the slots. */
    STALE_EPOCH_ACCEPTED,
    /** A moving slot acknowledges when its old holder has. */
    MOVING_SLOT_ACKNOWLEDGED_BY_ONE,
    /** The new holder takes the replica before the old one knows of the move. */
    TAKEN_BEFORE_BEGIN,
    /** The slot of an excluded holder is rebuilt from one other slot. */
    TOO_FEW_SOURCES,
    /** A move ends although its old holder may still be read. */
    FINISHED_WITHOUT_STOP,
    /** An acknowledgement counts though the slots have changed since. */
    OLD_ACKNOWLEDGEMENT_COUNTS,
    /** A slot is added although nobody refuses the reads of the time before. */
    ADDED_WITHOUT_WITNESS,
    /** A write is acknowledged without the slot that is being added or removed. */
    DEMANDED_SLOT_IGNORED,
    /** An added slot takes the replica from one other slot, whatever R is. */
    ADDED_FROM_ONE_SOURCE,
    /** A slot is removed although the others do not have what it holds. */
    REMOVED_WITHOUT_TAKERS,
    /** A slot is not read any more from the beginning of its removal. */
    REMOVED_SLOT_NOT_READ
}
