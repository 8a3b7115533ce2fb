package io.whorl.core.version;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * A compact set of dots: per actor the intervals of its counters. The interval that begins at 1 is the actor's
 * <em>base</em>, those above are its <em>extras</em>; a version vector is a set without extras.
 *
 * <p>An immutable value. It is canonical by construction: actors are sorted and have at least one interval, intervals are
 * sorted, disjoint and not adjacent, so that equal sets are equal arrays and equal bytes. Ten million dots above a gap are
 * one interval. Operations merge sorted arrays, share the arrays of actors that did not change, and return this very
 * instance when nothing changed at all, which callers may use as a cheap test (but not rely on).
 *
 * <p>One structure serves a replica's seen-set, a record's context, the context that a caller holds, and the watermarks of
 * anti-entropy (Almeida, Shoker and Baquero 2018, section 7.2; DottedDB, SRDS 2017, section III).
 */
public final class DotSet {
    private static final DotSet EMPTY = new DotSet(new Actor[0], new long[0][]);

    private final Actor[] actors;
    private final long[][] intervals;

    /** What {@link #bases()} gave. Racy on purpose: the worst is that two threads build the same value twice. */
    private DotSet bases;

    /** Takes both arrays as they are; the caller has made them canonical and forgets them. */
    DotSet(Actor[] actors, long[][] intervals) {
        this.actors = actors;
        this.intervals = intervals;
    }

    /** The set without dots. */
    public static DotSet empty() {
        return EMPTY;
    }

    /** The set of these dots; repetitions count once. */
    public static DotSet of(Dot... dots) {
        return of(Arrays.asList(dots));
    }

    /** The set of these dots; repetitions count once. */
    public static DotSet of(Collection<Dot> dots) {
        Builder builder = builder();
        for (Dot dot : dots) {
            builder.add(dot);
        }
        return builder.build();
    }

    /**
     * The dots of one actor from one counter to another, both included.
     *
     * @throws IllegalArgumentException if {@code from} is below 1 or above {@code to}
     */
    public static DotSet range(Actor actor, long from, long to) {
        return builder().addRange(actor, from, to).build();
    }

    /** A builder of a new set, for one thread. */
    public static Builder builder() {
        return new Builder();
    }

    /** Whether there is no dot. */
    public boolean isEmpty() {
        return actors.length == 0;
    }

    /** Whether the dot is in the set. */
    public boolean contains(Dot dot) {
        int at = Arrays.binarySearch(actors, dot.actor());
        return at >= 0 && Intervals.contains(intervals[at], dot.counter());
    }

    /** Whether every dot of the other set is in this one. */
    public boolean containsAll(DotSet other) {
        if (this == other || other.actors.length == 0) {
            return true;
        }
        if (other.actors.length > actors.length) {
            return false;
        }
        int from = 0;
        for (int i = 0; i < other.actors.length; i++) {
            int at = Arrays.binarySearch(actors, from, actors.length, other.actors[i]);
            if (at < 0 || !Intervals.containsAll(intervals[at], other.intervals[i])) {
                return false;
            }
            from = at + 1;
        }
        return true;
    }

    /** Up to which counter the actor's dots are here without a gap from 1; 0 if its first dot is not. */
    public long base(Actor actor) {
        int at = Arrays.binarySearch(actors, actor);
        return at < 0 ? 0 : Intervals.base(intervals[at]);
    }

    /** The highest counter of the actor's dots here; 0 if it has none. */
    public long highest(Actor actor) {
        int at = Arrays.binarySearch(actors, actor);
        return at < 0 ? 0 : intervals[at][intervals[at].length - 1];
    }

    /** This set and the dot. */
    public DotSet add(Dot dot) {
        int at = Arrays.binarySearch(actors, dot.actor());
        long[] mine = at < 0 ? Intervals.NONE : intervals[at];
        return with(at, dot.actor(), mine, Intervals.add(mine, dot.counter()));
    }

    /** The dots that are in either set. */
    public DotSet join(DotSet other) {
        if (this == other || other.actors.length == 0) {
            return this;
        }
        if (actors.length == 0) {
            return other;
        }
        if (other.actors.length == 1) {
            int at = Arrays.binarySearch(actors, other.actors[0]);
            long[] mine = at < 0 ? Intervals.NONE : intervals[at];
            return with(at, other.actors[0], mine, Intervals.union(mine, other.intervals[0]));
        }
        if (containsAll(other)) {
            return this;
        }
        Assembly out = new Assembly(actors.length + other.actors.length);
        int i = 0;
        int j = 0;
        while (i < actors.length || j < other.actors.length) {
            int order = j == other.actors.length ? -1 : i == actors.length ? 1 : actors[i].compareTo(other.actors[j]);
            if (order < 0) {
                out.append(actors[i], intervals[i++]);
            } else if (order > 0) {
                out.append(other.actors[j], other.intervals[j++]);
            } else {
                out.append(actors[i], Intervals.union(intervals[i++], other.intervals[j++]));
            }
        }
        return out.sameOr(this).sameOr(other).build();
    }

    /** The dots that are here and not in the other set. */
    public DotSet minus(DotSet other) {
        if (actors.length == 0 || other.actors.length == 0) {
            return this;
        }
        if (this == other) {
            return EMPTY;
        }
        Assembly out = new Assembly(actors.length);
        int j = 0;
        for (int i = 0; i < actors.length; i++) {
            while (j < other.actors.length && other.actors[j].compareTo(actors[i]) < 0) {
                j++;
            }
            boolean both = j < other.actors.length && other.actors[j].equals(actors[i]);
            out.append(actors[i], both ? Intervals.minus(intervals[i], other.intervals[j]) : intervals[i]);
        }
        return out.sameOr(this).build();
    }

    /** The dots that are in both sets. */
    public DotSet intersect(DotSet other) {
        if (this == other || actors.length == 0) {
            return this;
        }
        Assembly out = new Assembly(Math.min(actors.length, other.actors.length));
        int i = 0;
        int j = 0;
        while (i < actors.length && j < other.actors.length) {
            int order = actors[i].compareTo(other.actors[j]);
            if (order == 0) {
                out.append(actors[i], Intervals.intersect(intervals[i], other.intervals[j]));
            }
            i += order <= 0 ? 1 : 0;
            j += order >= 0 ? 1 : 0;
        }
        return out.sameOr(this).sameOr(other).build();
    }

    /** Only the bases: the intervals that begin at 1, which make a version vector. */
    public DotSet bases() {
        if (bases == null) {
            Assembly out = new Assembly(actors.length);
            for (int i = 0; i < actors.length; i++) {
                long[] mine = intervals[i];
                boolean whole = mine.length == 2 && mine[0] == 1;
                out.append(actors[i], whole ? mine : mine[0] == 1 ? new long[] {1, mine[1]} : Intervals.NONE);
            }
            bases = out.sameOr(this).build();
        }
        return bases;
    }

    /** The dots of those actors that the predicate accepts; it is asked once for each actor, in order. */
    public DotSet only(Predicate<Actor> wanted) {
        Assembly out = new Assembly(actors.length);
        for (int i = 0; i < actors.length; i++) {
            out.append(actors[i], wanted.test(actors[i]) ? intervals[i] : Intervals.NONE);
        }
        return out.sameOr(this).build();
    }

    /** How many dots; {@link Long#MAX_VALUE} if there are more than that. */
    public long size() {
        long size = 0;
        for (long[] mine : intervals) {
            size += Intervals.size(mine);
            if (size < 0) {
                return Long.MAX_VALUE;
            }
        }
        return size;
    }

    /** The actors that have a dot here, in order; unmodifiable. */
    public List<Actor> actors() {
        return List.of(actors);
    }

    /** The intervals, in order; unmodifiable. */
    public List<DotRange> ranges() {
        List<DotRange> ranges = new ArrayList<>();
        for (int i = 0; i < actors.length; i++) {
            for (int k = 0; k < intervals[i].length; k += 2) {
                ranges.add(new DotRange(actors[i], intervals[i][k], intervals[i][k + 1]));
            }
        }
        return List.copyOf(ranges);
    }

    /** The dots in order, made one by one while iterating: a set may name far more dots than fit in memory. */
    public Iterable<Dot> dots() {
        return this::iterator;
    }

    private Iterator<Dot> iterator() {
        return new DotIterator(actors, intervals);
    }

    @Override
    public boolean equals(Object other) {
        return this == other
                || (other instanceof DotSet that
                        && Arrays.equals(actors, that.actors)
                        && Arrays.deepEquals(intervals, that.intervals));
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(actors) + Arrays.deepHashCode(intervals);
    }

    /** The ranges in braces, as {@code {3f:1..7, 3f:9, a0:2}}. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("{");
        for (DotRange range : ranges()) {
            text.append(text.length() == 1 ? "" : ", ").append(range);
        }
        return text.append('}').toString();
    }

    int actorCount() {
        return actors.length;
    }

    Actor actorAt(int index) {
        return actors[index];
    }

    /** The intervals of an actor, not copied. */
    long[] intervalsAt(int index) {
        return intervals[index];
    }

    /** This set with other intervals for one actor, which {@code Arrays.binarySearch} found at {@code at}. */
    private DotSet with(int at, Actor actor, long[] before, long[] after) {
        if (before == after) {
            return this;
        }
        if (at >= 0) {
            long[][] changed = intervals.clone();
            changed[at] = after;
            return new DotSet(actors, changed);
        }
        int insertion = -at - 1;
        Actor[] moreActors = new Actor[actors.length + 1];
        long[][] moreIntervals = new long[actors.length + 1][];
        System.arraycopy(actors, 0, moreActors, 0, insertion);
        System.arraycopy(intervals, 0, moreIntervals, 0, insertion);
        moreActors[insertion] = actor;
        moreIntervals[insertion] = after;
        System.arraycopy(actors, insertion, moreActors, insertion + 1, actors.length - insertion);
        System.arraycopy(intervals, insertion, moreIntervals, insertion + 1, actors.length - insertion);
        return new DotSet(moreActors, moreIntervals);
    }

    /** A result in the making: actors arrive in order, those without intervals are left out. */
    private static final class Assembly {
        private final Actor[] actors;
        private final long[][] intervals;
        private int size;
        private DotSet same;

        Assembly(int capacity) {
            actors = new Actor[capacity];
            intervals = new long[capacity][];
        }

        void append(Actor actor, long[] set) {
            if (set.length > 0) {
                actors[size] = actor;
                intervals[size++] = set;
            }
        }

        /** Builds that set itself when the result consists of its very arrays; they are shared exactly when unchanged. */
        Assembly sameOr(DotSet candidate) {
            boolean equal = same == null && candidate.actors.length == size;
            for (int i = 0; equal && i < size; i++) {
                equal = intervals[i] == candidate.intervals[i] && actors[i].equals(candidate.actors[i]);
            }
            same = equal ? candidate : same;
            return this;
        }

        DotSet build() {
            if (same != null) {
                return same;
            }
            if (size == 0) {
                return EMPTY;
            }
            return size == actors.length
                    ? new DotSet(actors, intervals)
                    : new DotSet(Arrays.copyOf(actors, size), Arrays.copyOf(intervals, size));
        }
    }

    /** Collects dots and ranges in any order; cheapest in ascending order. For one thread. */
    public static final class Builder {
        private final TreeMap<Actor, Pairs> pairs = new TreeMap<>();

        private Builder() {}

        /** Adds a dot. */
        public Builder add(Dot dot) {
            return addRange(dot.actor(), dot.counter(), dot.counter());
        }

        /**
         * Adds the dots of an actor from one counter to another, both included.
         *
         * @throws IllegalArgumentException if {@code from} is below 1 or above {@code to}
         */
        public Builder addRange(Actor actor, long from, long to) {
            if (from < 1 || to < from) {
                throw new IllegalArgumentException(
                        "range " + from + ".." + to + " of actor " + actor + "; expected 1 <= from <= to");
            }
            pairs.computeIfAbsent(actor, a -> new Pairs()).add(from, to);
            return this;
        }

        /** Adds every dot of a set. */
        public Builder join(DotSet set) {
            for (int i = 0; i < set.actors.length; i++) {
                long[] mine = set.intervals[i];
                for (int k = 0; k < mine.length; k += 2) {
                    addRange(set.actors[i], mine[k], mine[k + 1]);
                }
            }
            return this;
        }

        /** The set of what was added so far; the builder may go on. */
        public DotSet build() {
            Assembly out = new Assembly(pairs.size());
            for (var entry : pairs.entrySet()) {
                out.append(entry.getKey(), entry.getValue().normalised());
            }
            return out.build();
        }
    }

    /** Ranges of one actor as they come. */
    private static final class Pairs {
        private long[] pairs = new long[2];
        private int length;
        private boolean ordered = true;

        void add(long from, long to) {
            if (length > 0) {
                if (from >= pairs[length - 2] && from - 1 <= pairs[length - 1]) {
                    pairs[length - 1] = Math.max(to, pairs[length - 1]);
                    return;
                }
                ordered &= from > pairs[length - 1];
            }
            if (length == pairs.length) {
                pairs = Arrays.copyOf(pairs, length * 2);
            }
            pairs[length++] = from;
            pairs[length++] = to;
        }

        long[] normalised() {
            return ordered ? Arrays.copyOf(pairs, length) : Intervals.normalised(pairs, 0, length);
        }
    }
}
