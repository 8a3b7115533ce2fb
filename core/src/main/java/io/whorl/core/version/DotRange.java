package io.whorl.core.version;

import java.util.Objects;

/**
 * Consecutive dots of one actor.
 *
 * @param actor who wrote them
 * @param from the first counter, at least 1
 * @param to the last counter, included
 */
public record DotRange(Actor actor, long from, long to) {
    /**
     * Checks the parts.
     *
     * @throws IllegalArgumentException if {@code from} is below 1 or above {@code to}
     */
    public DotRange {
        check(actor, from, to);
    }

    static void check(Actor actor, long from, long to) {
        Objects.requireNonNull(actor, "actor");
        if (from < 1 || to < from) {
            throw new IllegalArgumentException(
                    "range " + from + ".." + to + " of actor " + actor + "; expected 1 <= from <= to");
        }
    }

    @Override
    public String toString() {
        return from == to ? actor + ":" + from : actor + ":" + from + ".." + to;
    }
}
