package io.whorl.core.replica;

import io.whorl.core.ring.ReplicaId;
import io.whorl.core.spi.Space;
import io.whorl.core.spi.WriteBatch;
import io.whorl.core.version.Actor;
import io.whorl.core.version.DotRange;
import io.whorl.core.version.DotSet;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * An index of the records whose stripped context is not empty, so that they can be stripped again when a base of the seen-set
 * advances, without a scan of the replica (replication.md, rule 3 of its rules).
 *
 * <p>In memory it is ordered by actor and lowest listed counter: a base that reaches that counter makes the record due. On disk it
 * is one mark per key, written when a record becomes a remnant and removed when it ceases to be one, in the record's own batch.
 */
final class Remnants {
    private final ReplicaId replica;
    private final Map<ByteKey, DotSet> contexts = new TreeMap<>();
    private final Map<Actor, TreeMap<Long, TreeSet<ByteKey>>> byLowest = new TreeMap<>();

    Remnants(ReplicaId replica) {
        this.replica = replica;
    }

    int size() {
        return contexts.size();
    }

    /** Forgets everything in memory, so that it can be recovered from what is on disk. */
    void clear() {
        contexts.clear();
        byLowest.clear();
    }

    /** Takes note of a stored record's stripped context, and marks the change in the batch. */
    void note(byte[] key, DotSet context, WriteBatch batch) {
        ByteKey entry = new ByteKey(key);
        DotSet before = contexts.get(entry);
        if (context.isEmpty()) {
            if (before != null) {
                remove(entry);
                batch.delete(Space.META, ReplicaKeys.remnant(replica, key));
            }
            return;
        }
        if (before == null) {
            batch.put(Space.META, ReplicaKeys.remnant(replica, key), StoredForms.sealKey(new byte[0]));
        } else if (before.equals(context)) {
            return;
        }
        restore(entry, context);
    }

    /** Takes note of a remnant that is marked on disk already. */
    void restore(ByteKey entry, DotSet context) {
        remove(entry);
        contexts.put(entry, context);
        for (Lowest lowest : lowestOf(context)) {
            byLowest.computeIfAbsent(lowest.actor, a -> new TreeMap<>())
                    .computeIfAbsent(lowest.counter, c -> new TreeSet<>())
                    .add(entry);
        }
    }

    /** Up to {@code most} keys, other than those excepted, of which the bases now say something that their records still list. */
    List<ByteKey> due(DotSet bases, Collection<ByteKey> except, int most) {
        List<ByteKey> due = new ArrayList<>();
        for (Map.Entry<Actor, TreeMap<Long, TreeSet<ByteKey>>> actor : byLowest.entrySet()) {
            long base = bases.base(actor.getKey());
            for (TreeSet<ByteKey> keys : actor.getValue().headMap(base, true).values()) {
                for (ByteKey key : keys) {
                    if (due.size() == most) {
                        return due;
                    }
                    if (!except.contains(key) && !due.contains(key)) {
                        due.add(key);
                    }
                }
            }
        }
        return due;
    }

    private void remove(ByteKey entry) {
        DotSet context = contexts.remove(entry);
        if (context == null) {
            return;
        }
        for (Lowest lowest : lowestOf(context)) {
            TreeMap<Long, TreeSet<ByteKey>> counters = byLowest.get(lowest.actor);
            TreeSet<ByteKey> keys = counters.get(lowest.counter);
            keys.remove(entry);
            if (keys.isEmpty()) {
                counters.remove(lowest.counter);
            }
            if (counters.isEmpty()) {
                byLowest.remove(lowest.actor);
            }
        }
    }

    private static List<Lowest> lowestOf(DotSet context) {
        List<Lowest> lowest = new ArrayList<>();
        Actor last = null;
        for (DotRange range : context.ranges()) {
            if (!range.actor().equals(last)) {
                last = range.actor();
                lowest.add(new Lowest(last, range.from()));
            }
        }
        return lowest;
    }

    private record Lowest(Actor actor, long counter) {}
}
