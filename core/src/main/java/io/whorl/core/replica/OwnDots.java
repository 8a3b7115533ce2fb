package io.whorl.core.replica;

import io.whorl.core.ring.ReplicaId;
import io.whorl.core.version.Actor;
import io.whorl.core.version.Dot;
import io.whorl.core.version.DotSet;
import io.whorl.core.version.Sibling;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The dots that a replica's own writes get: of one actor, counted from 1, in memory only. A replica that takes itself anew goes on
 * with the next stint's actor, since it may have lost dots of the last one.
 */
final class OwnDots {
    private final ReplicaId replica;
    private final Map<Actor, Long> former = new TreeMap<>();
    private Actor actor;
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

    /** How many have been made in this stint. */
    long count() {
        return counter;
    }

    /** Those made since were not stored, and are to be made anew: nobody has heard of them. */
    void takeBack(long made) {
        counter = made;
    }

    /** The stint whose dots are made. */
    int stint() {
        return actor.stint();
    }

    /** A new stint begins. */
    void beginStint() {
        former.put(actor, counter);
        actor = new Actor(actor.run(), actor.stint() + 1, actor.role());
        counter = 0;
    }

    /** All dots of the actor that do not exist yet. */
    DotSet unmade() {
        return DotSet.range(actor, counter + 1, Long.MAX_VALUE);
    }

    /** A dot of this node's live actor that it has not made yet means that two processes act under one name (promise P7). */
    void requirePossible(Arrival arrival) {
        requirePossible(arrival.announced());
        requirePossible(arrival.record().context());
        List<Sibling> siblings = arrival.record().siblings();
        for (int i = 0; i < siblings.size(); i++) {
            requirePossible(siblings.get(i).dot());
        }
    }

    private void requirePossible(Dot dot) {
        if (dot.actor().equals(actor)) {
            requireMade(dot.counter(), actor, counter);
        } else if (!former.isEmpty() && former.containsKey(dot.actor())) {
            requireMade(dot.counter(), dot.actor(), former.get(dot.actor()));
        }
    }

    void requirePossible(DotSet dots) {
        requireMade(dots.highest(actor), actor, counter);
        if (!former.isEmpty()) {
            former.forEach((before, made) -> requireMade(dots.highest(before), before, made));
        }
    }

    private void requireMade(long told, Actor mine, long made) {
        if (told > made) {
            throw new BrokenInvariantException("replica " + replica + " was told of write " + told
                    + " of its own actor " + mine + ", but has made only " + made
                    + ": another process acts under this node's name");
        }
    }
}
