package io.whorl.core.version;

import java.util.Arrays;

/**
 * A set of dots in the making: actors arrive in order, those without intervals are left out. It says of closings what another set
 * says.
 */
final class Assembly {
    private final Actor[] actors;
    private final long[][] intervals;
    private final DotSet closing;
    private int size;
    private DotSet same;

    Assembly(int capacity, DotSet closing) {
        actors = new Actor[capacity];
        intervals = new long[capacity][];
        this.closing = closing;
    }

    void append(Actor actor, long[] set) {
        if (set.length > 0) {
            actors[size] = actor;
            intervals[size++] = set;
        }
    }

    /** Builds that set itself when the result consists of its very arrays; they are shared exactly when unchanged. */
    Assembly sameOr(DotSet candidate) {
        boolean equal = same == null
                && candidate.actorCount() == size
                && candidate.closed() == closing.closed()
                && (candidate.isResolved() || closing.table() == null);
        for (int i = 0; equal && i < size; i++) {
            equal = intervals[i] == candidate.intervalsAt(i) && actors[i].equals(candidate.actorAt(i));
        }
        same = equal ? candidate : same;
        return this;
    }

    DotSet build() {
        if (same != null) {
            return same;
        }
        if (size == 0 && closing.closed() == 0) {
            return DotSet.empty();
        }
        return size == actors.length
                ? new DotSet(actors, intervals, closing.closed(), closing.table())
                : new DotSet(
                        Arrays.copyOf(actors, size), Arrays.copyOf(intervals, size), closing.closed(), closing.table());
    }
}
