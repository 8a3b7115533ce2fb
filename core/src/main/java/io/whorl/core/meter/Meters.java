package io.whorl.core.meter;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLongArray;

/** The counts of one node. Callable on any thread. */
public final class Meters {
    private final AtomicLongArray counts = new AtomicLongArray(Counter.values().length);
    private final RequestMeters requests = new RequestMeters();
    private final List<Gauges> lanes;

    /** The counts of a node with one lane. */
    public Meters() {
        this(1);
    }

    /** The counts of a node with so many lanes, all zero. */
    public Meters(int lanes) {
        List<Gauges> each = new ArrayList<>();
        for (int i = 0; i < lanes; i++) {
            each.add(new Gauges());
        }
        this.lanes = List.copyOf(each);
    }

    /** Counts one. */
    public void add(Counter counter) {
        counts.incrementAndGet(counter.ordinal());
    }

    /** Counts so many. */
    public void add(Counter counter, long times) {
        counts.addAndGet(counter.ordinal(), times);
    }

    /** How many there have been. */
    public long get(Counter counter) {
        return counts.get(counter.ordinal());
    }

    /** The requests of the node's application. */
    public RequestMeters requests() {
        return requests;
    }

    /** What a lane has now. */
    public Gauges lane(int index) {
        return lanes.get(index);
    }

    /** How much of it all lanes have together. */
    public long get(Gauge gauge) {
        return lanes.stream().mapToLong(lane -> lane.get(gauge)).sum();
    }

    /** Every count, by its constant's name in small letters. */
    public SortedMap<String, Long> counters() {
        SortedMap<String, Long> values = new TreeMap<>();
        for (Counter counter : Counter.values()) {
            values.put(label(counter), get(counter));
        }
        return values;
    }

    /** Every gauge, summed over the lanes, by its constant's name in small letters. */
    public SortedMap<String, Long> gauges() {
        SortedMap<String, Long> values = new TreeMap<>();
        for (Gauge gauge : Gauge.values()) {
            values.put(label(gauge), get(gauge));
        }
        return values;
    }

    private static String label(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
