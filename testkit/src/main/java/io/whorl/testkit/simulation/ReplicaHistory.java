package io.whorl.testkit.simulation;

import io.whorl.core.ring.ReplicaId;
import io.whorl.core.version.ClosedRuns;
import io.whorl.core.version.Dot;
import io.whorl.core.version.DotSet;
import io.whorl.core.version.Record;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Supplier;

/** All writes of one bucket's partition, and what each host has incorporated of them according to its disk. */
final class ReplicaHistory {
    final ReplicaId id;
    final Map<byte[], KeyHistory> keys = new TreeMap<>(Arrays::compareUnsigned);
    private final DotSet[] seen;
    private final DotSet[] erased;
    private final long[] runs;
    private final int[] stints;
    private final Supplier<ClosedRuns> table;
    /** By closing, what had been seen of all runs that were closed by then. */
    private final NavigableMap<Long, DotSet> agreed = new TreeMap<>();

    /** Never iterated: the order of a hash map would leak into the run. */
    private final Map<Dot, Written> events = new HashMap<>();

    /** An event and its key. */
    record Written(WriteEvent event, KeyHistory key) {}

    /** @param table which runs the cluster has closed by now */
    ReplicaHistory(ReplicaId id, int hosts, Supplier<ClosedRuns> table) {
        this.id = id;
        this.table = table;
        this.seen = new DotSet[hosts];
        this.erased = new DotSet[hosts];
        this.runs = new long[hosts];
        this.stints = new int[hosts];
        Arrays.fill(seen, DotSet.empty());
        Arrays.fill(erased, DotSet.empty());
    }

    /**
     * A host says for the first time that it has everything of the runs that are closed as of a number: what it had seen of them.
     * Of runs that an earlier closing covers that may be less than was seen then: what all have lost since, nobody has seen any more.
     */
    void agree(long closed, DotSet dots) {
        agreed.put(closed, dots);
    }

    /** What was seen of the runs that are closed as of a number, when they were closed. */
    DotSet agreed(long closed) {
        Map.Entry<Long, DotSet> newest = agreed.floorEntry(closed);
        return newest == null ? DotSet.empty() : newest.getValue();
    }

    /** Those of some dots that belong to runs which are closed as of a number. */
    DotSet covered(DotSet dots, long closed) {
        return dots.only(actor -> table.get().isClosed(actor.run(), closed));
    }

    /** What a set means, dot by dot: of closed runs there is what was seen of them when they were closed, and nothing else. */
    DotSet exact(DotSet dots) {
        return dots.closed() == 0 ? dots : dots.only(actor -> true).join(agreed(dots.closed()));
    }

    /** A record whose context names dot by dot what it means. */
    Record exact(Record record) {
        return new Record(record.siblings(), exact(record.context()));
    }

    /** Whether some host has said before that it has everything of the runs that are closed as of this number. */
    boolean isAgreed(long closed) {
        return !agreed.tailMap(closed, true).isEmpty();
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

    /** A host erases its replica, with all that it has seen. */
    void erasedBy(int host, long run) {
        erased[host] = erased[host].join(seen[host]);
        takenAnew(host, run, DotSet.empty());
    }

    /** What a host had seen when it erased its replica. */
    DotSet erasedBy(int host) {
        return erased[host];
    }

    /** Whether a dot of that run of a host is one of a stint that is over: what it has lost of those, others give back. */
    boolean isOfFormerStint(int host, Dot dot) {
        return runs[host] == dot.actor().run() && dot.actor().stint() < stints[host];
    }

    Written event(Dot dot) {
        return events.get(dot);
    }

    KeyHistory key(byte[] key) {
        return keys.computeIfAbsent(key, each -> new KeyHistory(each, this));
    }

    void add(WriteEvent event, KeyHistory key) {
        key.add(event);
        events.put(event.dot, new Written(event, key));
    }

    static String text(byte[] key) {
        return new String(key, StandardCharsets.UTF_8);
    }
}
