package io.whorl.api;

/**
 * Hints that a node keeps for a member that could not be reached: records to be handed over when it is back.
 *
 * @param count how many that can be read, which are those that will be handed over
 * @param bytes of keys and hints, those included that cannot be read
 * @param unreadable how many cannot be read, and stay; reads of their keys through this node are refused
 */
public record HintsHeld(long count, long bytes, long unreadable) {
    /** None. */
    public static final HintsHeld NONE = new HintsHeld(0, 0, 0);
}
