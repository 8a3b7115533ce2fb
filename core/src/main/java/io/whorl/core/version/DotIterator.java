package io.whorl.core.version;

import java.util.Iterator;
import java.util.NoSuchElementException;

/** Walks the dots of sorted actors and their intervals, making each dot when it is asked for. */
final class DotIterator implements Iterator<Dot> {
    private final Actor[] actors;
    private final long[][] intervals;
    private int actor;
    private int interval;
    private long passed; // counters of the present interval already given

    DotIterator(Actor[] actors, long[][] intervals) {
        this.actors = actors;
        this.intervals = intervals;
    }

    @Override
    public boolean hasNext() {
        return actor < actors.length;
    }

    @Override
    public Dot next() {
        if (actor == actors.length) {
            throw new NoSuchElementException("no more dots");
        }
        long[] mine = intervals[actor];
        long counter = mine[interval] + passed;
        Dot dot = new Dot(actors[actor], counter);
        if (counter < mine[interval + 1]) {
            passed++;
        } else {
            passed = 0;
            interval += 2;
            if (interval == mine.length) {
                interval = 0;
                actor++;
            }
        }
        return dot;
    }
}
