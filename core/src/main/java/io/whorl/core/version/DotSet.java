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
 * <p>A set may also say "closed as of c" ({@link #closed}): then it contains all dots of the runs that were closed up to closing c,
 * without naming them. It says so, it does not imply it; a set that says nothing of closings contains what it names. Which runs those
 * are is looked up in {@link ClosedRuns}. A set that was decoded knows the number alone until it is {@linkplain #resolved resolved}.
 * Runs that are covered so are never named besides. Of two sets the one with the higher number contains the closed dots of the other.
 *
 * <p>One structure serves a replica's seen-set, a record's context, the context that a caller holds, and the watermarks of
 * anti-entropy (Almeida, Shoker and Baquero 2018, section 7.2; DottedDB, SRDS 2017, section III).
 */
public final class DotSet {
    private static final DotSet EMPTY = new DotSet(new Actor[0], new long[0][], 0, null);

    private final Actor[] actors;
    private final long[][] intervals;
    private final long closed; // 0: says nothing of closings
    private final ClosedRuns table; // null: not resolved, or nothing to resolve

    /** What {@link #bases()} gave. Racy on purpose: the worst is that two threads build the same value twice. */
    private DotSet bases;

    /** Takes both arrays as they are; the caller has made them canonical and forgets them. */
    DotSet(Actor[] actors, long[][] intervals, long closed, ClosedRuns table) {
        this.actors = actors;
        this.intervals = intervals;
        this.closed = closed;
        this.table = closed == 0 ? null : table;
    }

    /** The set without dots. */
    public static DotSet empty() {
        return EMPTY;
    }

    /** The set of one dot. */
    public static DotSet of(Dot dot) {
        return range(dot.actor(), dot.counter(), dot.counter());
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
        DotRange.check(actor, from, to);
        return new DotSet(new Actor[] {actor}, new long[][] {{from, to}}, 0, null);
    }

    /**
     * All dots of the runs that are closed as of the newest closing, and nothing else.
     *
     * @throws IllegalArgumentException if there was no closing
     */
    public static DotSet closedAsOf(ClosedRuns table) {
        return closedAsOf(table.newest(), table);
    }

    /**
     * All dots of the runs that are closed as of that number, and nothing else.
     *
     * @throws IllegalArgumentException if the number is below 1 or not known to the table
     */
    public static DotSet closedAsOf(long number, ClosedRuns table) {
        if (number < 1 || number > table.newest()) {
            throw new IllegalArgumentException(
                    "closed as of " + number + ", but the newest closing known is " + table.newest());
        }
        return new DotSet(EMPTY.actors, EMPTY.intervals, number, table);
    }

    /** A builder of a new set, for one thread. */
    public static Builder builder() {
        return new Builder();
    }

    /** Whether there is no dot, and nothing said of closings. */
    public boolean isEmpty() {
        return actors.length == 0 && closed == 0;
    }

    /** The number of the closing as of which all closed runs' dots are in the set; 0 if it says nothing of closings. */
    public long closed() {
        return closed;
    }

    /** Whether this set knows the runs that its closing covers. */
    public boolean isResolved() {
        return closed == 0 || table != null;
    }

    /**
     * This set, knowing which runs its closing covers.
     *
     * @throws IllegalArgumentException if the table does not know the closing: a newer cluster state is needed first
     */
    public DotSet resolved(ClosedRuns known) {
        if (isResolved()) {
            return this;
        }
        return uncovered(closedAsOf(closed, known));
    }

    /** Whether the dot is in the set. */
    public boolean contains(Dot dot) {
        int at = Actor.search(actors, 0, dot.actor());
        return at >= 0 ? Intervals.contains(intervals[at], dot.counter()) : covers(dot.actor());
    }

    private boolean covers(Actor actor) {
        if (closed == 0) {
            return false;
        }
        if (table == null) {
            throw new IllegalStateException("a set that says closed as of " + closed + " was asked for dots of actor "
                    + actor + " before it was resolved");
        }
        return table.isClosed(actor.run(), closed);
    }

    /** Whether every dot of the other set is in this one. One that says closed as of c is contained only in one that says so too. */
    public boolean containsAll(DotSet other) {
        if (this == other || other.isEmpty()) {
            return true;
        }
        if (other.closed > closed || (closed == other.closed && other.actors.length > actors.length)) {
            return false;
        }
        int from = 0;
        for (int i = 0; i < other.actors.length; i++) {
            int at = Actor.search(actors, from, other.actors[i]);
            boolean mine = at >= 0
                    ? Intervals.containsAll(intervals[at], other.intervals[i])
                    : other.closed < closed && covers(other.actors[i]);
            if (!mine) {
                return false;
            }
            from = at < 0 ? -at - 1 : at + 1;
        }
        return true;
    }

    /** Up to which counter the actor's dots are here without a gap from 1; 0 if its first dot is not. A closed run has no end. */
    public long base(Actor actor) {
        int at = Actor.search(actors, 0, actor);
        return at >= 0 ? Intervals.base(intervals[at]) : covers(actor) ? Long.MAX_VALUE : 0;
    }

    /** The highest counter of the actor's dots here; 0 if it has none. A closed run has no end. */
    public long highest(Actor actor) {
        int at = Actor.search(actors, 0, actor);
        return at >= 0 ? intervals[at][intervals[at].length - 1] : covers(actor) ? Long.MAX_VALUE : 0;
    }

    /** This set and the dot. */
    public DotSet add(Dot dot) {
        int at = Actor.search(actors, 0, dot.actor());
        if (at < 0 && covers(dot.actor())) {
            return this;
        }
        long[] mine = at < 0 ? Intervals.NONE : intervals[at];
        return with(at, dot.actor(), mine, Intervals.add(mine, dot.counter()));
    }

    /** The dots that are in either set. */
    public DotSet join(DotSet other) {
        if (this == other || (other.actors.length == 0 && other.closed <= closed)) {
            return this;
        }
        if (actors.length == 0 && closed <= other.closed) {
            return other;
        }
        if (closed < other.closed) {
            return other.join(uncovered(other));
        }
        if (closed > other.closed) {
            return join(other.uncovered(this));
        }
        if (other.actors.length == 1) {
            int at = Actor.search(actors, 0, other.actors[0]);
            long[] mine = at < 0 ? Intervals.NONE : intervals[at];
            return with(at, other.actors[0], mine, Intervals.union(mine, other.intervals[0]));
        }
        if (containsAll(other)) {
            return this;
        }
        if (Arrays.equals(actors, other.actors)) {
            return joinSameActors(other);
        }
        Assembly out = new Assembly(actors.length + other.actors.length, table == null ? other : this);
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

    /** Two sets that name the same actors and say the same of closings: as replicas of one partition do as a rule. */
    private DotSet joinSameActors(DotSet other) {
        long[][] joined = new long[actors.length][];
        boolean theirs = other.closed == 0 || other.table != null || table == null;
        for (int i = 0; i < joined.length; i++) {
            joined[i] = Intervals.union(intervals[i], other.intervals[i]);
            theirs &= joined[i] == other.intervals[i];
        }
        return theirs ? other : new DotSet(actors, joined, closed, table == null ? other.table : table);
    }

    /** The dots that this set names and the other's closing does not cover, and the other's closing. */
    private DotSet uncovered(DotSet other) {
        Assembly out = new Assembly(actors.length, other);
        for (int i = 0; i < actors.length; i++) {
            out.append(actors[i], other.covers(actors[i]) ? Intervals.NONE : intervals[i]);
        }
        return out.sameOr(this).build();
    }

    /**
     * The dots that are here and not in the other set. Where this set says closed as of a higher number, the rest says the same,
     * although the other has some of those dots: a closing is not taken apart.
     */
    public DotSet minus(DotSet other) {
        if (isEmpty() || other.isEmpty()) {
            return this;
        }
        if (this == other || other.containsAll(this)) {
            return EMPTY;
        }
        if (actors.length == 1 && closed == 0) {
            // Not contained, so it is not covered by what the other says of closings either, and something is left.
            int at = Actor.search(other.actors, 0, actors[0]);
            return at < 0 ? this : with(0, actors[0], intervals[0], Intervals.minus(intervals[0], other.intervals[at]));
        }
        if (other.actors.length == 1 && other.closed == 0) {
            int at = Actor.search(actors, 0, other.actors[0]);
            if (at < 0 || !Intervals.overlap(intervals[at], other.intervals[0])) {
                return this;
            }
        }
        Assembly out = new Assembly(actors.length, closed > other.closed ? this : EMPTY);
        int j = 0;
        for (int i = 0; i < actors.length; i++) {
            while (j < other.actors.length && other.actors[j].compareTo(actors[i]) < 0) {
                j++;
            }
            if (j < other.actors.length && other.actors[j].equals(actors[i])) {
                out.append(actors[i], Intervals.minus(intervals[i], other.intervals[j]));
            } else if (other.closed <= closed || !other.covers(actors[i])) {
                out.append(actors[i], intervals[i]);
            }
        }
        return out.sameOr(this).build();
    }

    /** The dots that are in both sets. */
    public DotSet intersect(DotSet other) {
        if (this == other || isEmpty()) {
            return this;
        }
        if (closed > other.closed) {
            return other.intersect(this);
        }
        if (other.containsAll(this)) {
            return this;
        }
        Assembly out = new Assembly(actors.length, this);
        int j = 0;
        for (int i = 0; i < actors.length; i++) {
            while (j < other.actors.length && other.actors[j].compareTo(actors[i]) < 0) {
                j++;
            }
            if (j < other.actors.length && other.actors[j].equals(actors[i])) {
                out.append(actors[i], Intervals.intersect(intervals[i], other.intervals[j]));
            } else if (other.closed > closed && other.covers(actors[i])) {
                out.append(actors[i], intervals[i]);
            }
        }
        return out.sameOr(this).sameOr(other).build();
    }

    /** Only the bases: the intervals that begin at 1, which make a version vector; and what is said of closings. */
    public DotSet bases() {
        if (bases == null) {
            bases = Intervals.areBases(intervals) ? this : withoutExtras();
        }
        return bases;
    }

    private DotSet withoutExtras() {
        Assembly out = new Assembly(actors.length, this);
        for (int i = 0; i < actors.length; i++) {
            out.append(actors[i], Intervals.baseOf(intervals[i]));
        }
        return out.build();
    }

    /** The dots named here of those actors that the predicate accepts, without a closing; it is asked once for each, in order. */
    public DotSet only(Predicate<Actor> wanted) {
        Assembly out = new Assembly(actors.length, EMPTY);
        for (int i = 0; i < actors.length; i++) {
            out.append(actors[i], wanted.test(actors[i]) ? intervals[i] : Intervals.NONE);
        }
        return out.sameOr(this).build();
    }

    /** How many dots are named; {@link Long#MAX_VALUE} if there are more than that. */
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

    /** The actors that have a dot named here, in order; unmodifiable. */
    public List<Actor> actors() {
        return List.of(actors);
    }

    /** The intervals that are named, in order; unmodifiable. */
    public List<DotRange> ranges() {
        List<DotRange> ranges = new ArrayList<>();
        for (int i = 0; i < actors.length; i++) {
            for (int k = 0; k < intervals[i].length; k += 2) {
                ranges.add(new DotRange(actors[i], intervals[i][k], intervals[i][k + 1]));
            }
        }
        return List.copyOf(ranges);
    }

    /** The dots that are named, in order, made one by one while iterating: a set may name far more dots than fit in memory. */
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
                        && closed == that.closed
                        && Arrays.equals(actors, that.actors)
                        && Arrays.deepEquals(intervals, that.intervals));
    }

    @Override
    public int hashCode() {
        return 31 * (31 * Arrays.hashCode(actors) + Arrays.deepHashCode(intervals)) + Long.hashCode(closed);
    }

    /** The ranges in braces, as {@code {closed 12, 3f:1..7, 3f:9, a0:2}}. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(closed == 0 ? "{" : "{closed " + closed);
        for (DotRange range : ranges()) {
            text.append(text.length() == 1 ? "" : ", ").append(range);
        }
        return text.append('}').toString();
    }

    /** The closings that are looked up in; null if there are none, or not resolved. */
    ClosedRuns table() {
        return table;
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

    /** This set with other intervals for one actor, which {@link Actor#search} found at {@code at}. */
    private DotSet with(int at, Actor actor, long[] before, long[] after) {
        if (before == after) {
            return this;
        }
        if (at >= 0) {
            long[][] changed = intervals.clone();
            changed[at] = after;
            return new DotSet(actors, changed, closed, table);
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
        return new DotSet(moreActors, moreIntervals, closed, table);
    }

    /** Collects dots and ranges in any order; cheapest in ascending order. For one thread. */
    public static final class Builder {
        private final TreeMap<Actor, Pairs> pairs = new TreeMap<>();
        private DotSet closing = EMPTY;

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
            DotRange.check(actor, from, to);
            pairs.computeIfAbsent(actor, a -> new Pairs()).add(from, to);
            return this;
        }

        /** Adds every dot of a set, and what it says of closings. */
        public Builder join(DotSet set) {
            boolean later = set.closed > closing.closed || (set.closed == closing.closed && !closing.isResolved());
            closing = later ? set : closing;
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
            Assembly out = new Assembly(pairs.size(), closing);
            for (var entry : pairs.entrySet()) {
                boolean covered = closing.isResolved() && closing.covers(entry.getKey());
                out.append(
                        entry.getKey(),
                        covered ? Intervals.NONE : entry.getValue().normalised());
            }
            return out.build();
        }
    }
}
