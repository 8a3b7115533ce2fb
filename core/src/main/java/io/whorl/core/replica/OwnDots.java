package io.whorl.core.replica;

import io.whorl.core.ring.ReplicaId;
import io.whorl.core.version.Actor;
import io.whorl.core.version.Dot;
import io.whorl.core.version.DotSet;
import io.whorl.core.version.Sibling;

/** The dots that a replica's own writes get: of one actor, counted from 1, in memory only. */
final class OwnDots {
    private final ReplicaId replica;
    private final Actor actor;
    private long counter;

    OwnDots(ReplicaId replica, Actor actor) {
        this.replica = replica;
        this.actor = actor;
    }

    /** The next write's dot; it is made once its batch was applied. */
    Dot next() {
        return new Dot(actor, counter + 1);
    }

    /** The next dot has been made. */
    void made() {
        counter++;
    }

    /** All dots of the actor that do not exist yet. */
    DotSet unmade() {
        return DotSet.range(actor, counter + 1, Long.MAX_VALUE);
    }

    /** A dot of this node's live actor that it has not made yet means that two processes act under one name (promise P7). */
    void requirePossible(Arrival arrival) {
        requirePossible(arrival.announced());
        requirePossible(arrival.record().context());
        for (Sibling sibling : arrival.record().siblings()) {
            requirePossible(DotSet.of(sibling.dot()));
        }
    }

    void requirePossible(DotSet dots) {
        if (dots.highest(actor) > counter) {
            throw new BrokenInvariantException("replica " + replica + " was told of write " + dots.highest(actor)
                    + " of its own actor " + actor + ", but has made only " + counter
                    + ": another process acts under this node's name");
        }
    }
}
