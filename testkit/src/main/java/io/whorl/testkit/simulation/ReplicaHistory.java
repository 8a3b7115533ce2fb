package io.whorl.testkit.simulation;

import io.whorl.core.ring.ReplicaId;
import io.whorl.core.version.Dot;
import io.whorl.core.version.DotSet;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** All writes of one bucket's partition, and what each host has incorporated of them according to its disk. */
final class ReplicaHistory {
    final ReplicaId id;
    final Map<byte[], KeyHistory> keys = new TreeMap<>(Arrays::compareUnsigned);
    private final DotSet[] seen;
    private final long[] runs;
    private final int[] stints;
    /** Never iterated: the order of a hash map would leak into the run. */
    private final Map<Dot, Written> events = new HashMap<>();

    /** An event and its key. */
    record Written(WriteEvent event, KeyHistory key) {}

    ReplicaHistory(ReplicaId id, int hosts) {
        this.id = id;
        this.seen = new DotSet[hosts];
        this.runs = new long[hosts];
        this.stints = new int[hosts];
        Arrays.fill(seen, DotSet.empty());
    }

    DotSet seenBy(int host) {
        return seen[host];
    }

    void seenBy(int host, DotSet dots) {
        seen[host] = dots;
    }

    /** A host takes the replica anew: from now on its seen-set is this, and its own dots are those of another stint. */
    void takenAnew(int host, long run, DotSet dots) {
        stints[host] = runs[host] == run ? stints[host] + 1 : 1;
        runs[host] = run;
        seen[host] = dots;
    }

    /** Whether a dot of that run of a host is one of a stint that is over: what it has lost of those, others give back. */
    boolean isOfFormerStint(int host, Dot dot) {
        return runs[host] == dot.actor().run() && dot.actor().stint() < stints[host];
    }

    Written event(Dot dot) {
        return events.get(dot);
    }

    KeyHistory key(byte[] key) {
        return keys.computeIfAbsent(key, KeyHistory::new);
    }

    void add(WriteEvent event, KeyHistory key) {
        key.add(event);
        events.put(event.dot, new Written(event, key));
    }

    static String text(byte[] key) {
        return new String(key, StandardCharsets.UTF_8);
    }
}
