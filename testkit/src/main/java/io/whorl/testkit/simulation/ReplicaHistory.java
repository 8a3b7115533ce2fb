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
    /** Never iterated: the order of a hash map would leak into the run. */
    private final Map<Dot, Written> events = new HashMap<>();

    /** An event and its key. */
    record Written(WriteEvent event, KeyHistory key) {}

    ReplicaHistory(ReplicaId id, int hosts) {
        this.id = id;
        this.seen = new DotSet[hosts];
        Arrays.fill(seen, DotSet.empty());
    }

    DotSet seenBy(int host) {
        return seen[host];
    }

    void seenBy(int host, DotSet dots) {
        seen[host] = dots;
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
