package io.whorl.testkit.simulation;

import java.util.Map;
import java.util.TreeMap;

/** How often each {@link Probe} was hit in one run. */
final class Probes {
    private final long[] hits = new long[Probe.values().length];

    /** Notes that it has happened, if it has. */
    void sometimes(Probe probe, boolean condition) {
        if (condition) {
            hits[probe.ordinal()]++;
        }
    }

    /** Notes that it has happened. */
    void hit(Probe probe) {
        sometimes(probe, true);
    }

    /** The hits of those that were hit, by name. */
    Map<String, Long> hits() {
        Map<String, Long> all = new TreeMap<>();
        for (Probe probe : Probe.values()) {
            if (hits[probe.ordinal()] > 0) {
                all.put(probe.name(), hits[probe.ordinal()]);
            }
        }
        return all;
    }
}
