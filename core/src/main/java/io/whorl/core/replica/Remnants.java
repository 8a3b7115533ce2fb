package io.whorl.core.replica;

import io.whorl.core.message.ReplicaMessage;
import io.whorl.core.ring.ReplicaId;
import io.whorl.core.spi.Space;
import io.whorl.core.spi.WriteBatch;
import io.whorl.core.version.Actor;
import io.whorl.core.version.DotRange;
import io.whorl.core.version.DotSet;
import io.whorl.core.version.Record;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * An index of the records whose stripped context is not empty, so that they can be stripped again when a base of the seen-set
 * advances, without a scan of the replica (replication.md, rule 3 of its rules).
 *
 * <p>In memory it is ordered by actor and lowest listed counter: a base that reaches that counter makes the record due. On disk it
 * is one mark per key, written when a record becomes a remnant and removed when it ceases to be one, in the record's own batch.
 *
 * <p>It is ordered by age too: each time a remnant comes to name more than before it gets a new number, so that whoever has told
 * a peer of all remnants up to a number has to look at the later ones only ({@link #beyond}).
 */
final class Remnants {
    /** How many remnants one call of {@link #beyond} looks at, at the most. */
    private static final int MOST_LOOKED_AT = 1_024;

    private final ReplicaId replica;
    private final Map<ByteKey, Remnant> contexts = new TreeMap<>();
    private final TreeMap<Long, ByteKey> byNumber = new TreeMap<>();
    private long lastNumber;
    private final Map<Actor, TreeMap<Long, TreeSet<ByteKey>>> byLowest = new TreeMap<>();
    /** By the number of the closing that they say: a base may come to say it too. */
    private final TreeMap<Long, TreeSet<ByteKey>> byClosing = new TreeMap<>();

    Remnants(ReplicaId replica) {
        this.replica = replica;
    }

    int size() {
        return contexts.size();
    }

    /** Forgets everything in memory, so that it can be recovered from what is on disk. */
    void clear() {
        contexts.clear();
        byNumber.clear();
        byLowest.clear();
        byClosing.clear();
    }

    /** Takes note of a stored record's stripped context, and marks the change in the batch. */
    void note(byte[] key, DotSet context, WriteBatch batch) {
        if (contexts.isEmpty() && context.isEmpty()) {
            return;
        }
        ByteKey entry = new ByteKey(key);
        Remnant before = contexts.get(entry);
        if (context.isEmpty()) {
            if (before != null) {
                remove(entry);
                batch.delete(Space.META, ReplicaKeys.remnant(replica, key));
            }
            return;
        }
        if (before == null) {
            batch.put(Space.META, ReplicaKeys.remnant(replica, key), StoredForms.sealKey(new byte[0]));
        } else if (before.context.equals(context)) {
            return;
        }
        restore(entry, context);
    }

    /** Takes note of a remnant that is marked on disk already. */
    void restore(ByteKey entry, DotSet context) {
        Remnant before = remove(entry);
        boolean same = before != null && before.context.containsAll(context);
        long number = same ? before.number : ++lastNumber;
        contexts.put(entry, new Remnant(context, number));
        byNumber.put(number, entry);
        if (context.closed() > 0) {
            byClosing.computeIfAbsent(context.closed(), c -> new TreeSet<>()).add(entry);
        }
        for (Lowest lowest : lowestOf(context)) {
            byLowest.computeIfAbsent(lowest.actor, a -> new TreeMap<>())
                    .computeIfAbsent(lowest.counter, c -> new TreeSet<>())
                    .add(entry);
        }
    }

    /** Up to {@code most} keys, other than those excepted, of which the bases now say something that their records still list. */
    List<ByteKey> due(DotSet bases, Collection<ByteKey> except, int most) {
        if (byLowest.isEmpty() && byClosing.isEmpty()) {
            return List.of();
        }
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
        for (TreeSet<ByteKey> keys : byClosing.headMap(bases.closed(), true).values()) {
            for (ByteKey key : keys) {
                if (due.size() < most && !except.contains(key) && !due.contains(key)) {
                    due.add(key);
                }
            }
        }
        return due;
    }

    /** The stripped context of each. */
    Map<ByteKey, DotSet> contexts() {
        Map<ByteKey, DotSet> all = new TreeMap<>();
        contexts.forEach((key, remnant) -> all.put(key, remnant.context));
        return all;
    }

    /** The number of the remnant that came to name more than before last. */
    long lastNumber() {
        return lastNumber;
    }

    /**
     * The next remnants with numbers above {@code after} and up to {@code upTo} whose contexts name dots beyond the seen-set, up to
     * about so many bytes.
     */
    Beyond beyond(long after, long upTo, int maxBytes, DotSet seen, Function<byte[], Record> records) {
        List<ReplicaMessage.Entry> entries = new ArrayList<>();
        long bytes = 0;
        int looked = 0;
        for (Map.Entry<Long, ByteKey> each :
                byNumber.subMap(after, false, Math.max(after, upTo), true).entrySet()) {
            if (!seen.containsAll(contexts.get(each.getValue()).context)) {
                byte[] key = each.getValue().bytes();
                Record record = records.apply(key);
                entries.add(new ReplicaMessage.Entry(key, record, DotSet.empty()));
                bytes += key.length + DotLog.bytes(record);
            }
            if (bytes >= maxBytes || ++looked == MOST_LOOKED_AT) {
                return new Beyond(entries, each.getKey());
            }
        }
        return new Beyond(entries, Math.max(after, upTo));
    }

    private Remnant remove(ByteKey entry) {
        Remnant before = contexts.remove(entry);
        if (before == null) {
            return null;
        }
        byNumber.remove(before.number);
        if (before.context.closed() > 0) {
            TreeSet<ByteKey> keys = byClosing.get(before.context.closed());
            keys.remove(entry);
            if (keys.isEmpty()) {
                byClosing.remove(before.context.closed());
            }
        }
        for (Lowest lowest : lowestOf(before.context)) {
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
        return before;
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

    private record Remnant(DotSet context, long number) {}

    private record Lowest(Actor actor, long counter) {}
}
