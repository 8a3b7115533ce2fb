package io.whorl.api;

/**
 * Hints that a node keeps for a member that could not be reached: records to be handed over when it is back.
 *
 * @param count how many
 * @param bytes of keys and hints
 */
public record HintsHeld(long count, long bytes) {
    /** None. */
    public static final HintsHeld NONE = new HintsHeld(0, 0);
}
