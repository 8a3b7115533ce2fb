package io.whorl.core.version;

import java.util.Objects;

/**
 * The name of one write event, for ever: the {@code counter}-th event of an actor.
 *
 * @param actor who wrote
 * @param counter 1, 2, 3 …
 */
public record Dot(Actor actor, long counter) implements Comparable<Dot> {
    /**
     * Checks the parts.
     *
     * @throws IllegalArgumentException if the counter is below 1
     */
    public Dot {
        Objects.requireNonNull(actor, "actor");
        if (counter < 1) {
            throw new IllegalArgumentException("counter " + counter + " of actor " + actor + "; counters begin at 1");
        }
    }

    /** Orders by actor, then counter. */
    @Override
    public int compareTo(Dot other) {
        int byActor = actor.compareTo(other.actor);
        return byActor != 0 ? byActor : Long.compare(counter, other.counter);
    }

    @Override
    public String toString() {
        return actor + ":" + counter;
    }
}
