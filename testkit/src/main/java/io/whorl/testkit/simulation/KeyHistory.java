package io.whorl.testkit.simulation;

import io.whorl.core.ring.ReplicaId;
import io.whorl.core.version.ClosedRuns;
import io.whorl.core.version.Dot;
import io.whorl.core.version.DotSet;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** All writes of one key of one bucket, in the order in which they happened. */
final class KeyHistory {
    final byte[] key;
    final List<WriteEvent> events = new ArrayList<>();
    /** The numbers of the puts that no event has seen. */
    final BitSet unreplaced = new BitSet();

    /**
     * The acknowledged writes that strict reads must know of: without those that another of them, of no smaller a quorum, had seen,
     * since whoever knows of that one knows of them.
     */
    final List<WriteEvent> owed = new ArrayList<>();

    /** Never iterated. */
    private final Map<Dot, WriteEvent> byDot = new HashMap<>();

    private final ReplicaHistory replica;

    /** The writes of a key in a cluster that closes no runs. */
    KeyHistory(byte[] key) {
        this(key, new ReplicaHistory(new ReplicaId(1, 0), 0, ClosedRuns::none));
    }

    KeyHistory(byte[] key, ReplicaHistory replica) {
        this.key = key;
        this.replica = replica;
    }

    /** What a set of dots means, dot by dot. */
    DotSet exact(DotSet dots) {
        return replica.exact(dots);
    }

    void add(WriteEvent event) {
        events.add(event);
        byDot.put(event.dot, event);
        unreplaced.andNot(event.seen);
        if (!event.isDelete()) {
            unreplaced.set(event.number);
        }
    }

    /** The event of that dot, if it is one of this key's; else null. */
    WriteEvent event(Dot dot) {
        return byDot.get(dot);
    }

    /** The numbers of the events that a set of dots names, and of all that those had seen. */
    BitSet seenIn(DotSet said) {
        DotSet dots = exact(said);
        BitSet seen = new BitSet(events.size());
        for (WriteEvent event : events) {
            if (dots.contains(event.dot)) {
                seen.set(event.number);
                seen.or(event.seen);
            }
        }
        return seen;
    }

    /** The numbers of exactly the events that a set of dots names. */
    BitSet namedIn(DotSet said) {
        DotSet dots = exact(said);
        BitSet named = new BitSet(events.size());
        for (WriteEvent event : events) {
            if (dots.contains(event.dot)) {
                named.set(event.number);
            }
        }
        return named;
    }
}
