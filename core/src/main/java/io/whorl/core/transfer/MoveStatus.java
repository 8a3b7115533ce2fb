package io.whorl.core.transfer;

import io.whorl.core.ring.Move;

/**
 * How far a move that this node drives has come.
 *
 * @param move which one
 * @param sinceNanos for how long this node has been at its present phase
 */
public record MoveStatus(Move move, long sinceNanos) {}
