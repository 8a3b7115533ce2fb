package io.whorl.core.replica;

import io.whorl.core.message.ReplicaMessage;
import io.whorl.core.ring.ReplicaId;
import io.whorl.core.spi.Space;
import io.whorl.core.spi.StorageEngine;
import io.whorl.core.spi.WriteBatch;
import io.whorl.core.version.Actor;
import io.whorl.core.version.Dot;
import io.whorl.core.version.DotRange;
import io.whorl.core.version.DotSet;
import io.whorl.core.version.MalformedBytesException;
import io.whorl.core.version.Record;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * The dot log of a replica: dot → key for seen dots that some peer may still miss; and the checkpoint of the seen-set, per actor,
 * which takes over what the log no longer says.
 */
final class DotLog {
    /** How many dots one answer names at the most: the number of its log entries that are read. */
    private static final int MOST_DOTS = 4_096;

    private final ReplicaId replica;
    private final StorageEngine storage;
    private final Checkpoints checkpoints;
    private DotSet dots = DotSet.empty();

    DotLog(ReplicaId replica, StorageEngine storage) {
        this.replica = replica;
        this.storage = storage;
        this.checkpoints = new Checkpoints(replica, storage);
    }

    DotSet dots() {
        return dots;
    }

    /** Reads the log and the checkpoint; their join is the seen-set. */
    DotSet recover() {
        DotSet.Builder logged = DotSet.builder();
        byte[] prefix = ReplicaKeys.replica(replica);
        try (StorageEngine.Cursor cursor = storage.scan(Space.DOTS, prefix, ReplicaKeys.end(prefix))) {
            while (cursor.next()) {
                logged.add(ReplicaKeys.dotOf(cursor.key()));
            }
        }
        dots = logged.build();
        return checkpoints.recover().join(dots);
    }

    void add(Dot dot, byte[] key, WriteBatch batch) {
        dots = dots.add(dot);
        batch.put(Space.DOTS, ReplicaKeys.dot(replica, dot), StoredForms.sealKey(key));
    }

    /** The batch that should have changed the log was not applied: it is what it was before. */
    void undo(DotSet before) {
        dots = before;
    }

    /** Checkpoints the seen-set of those actors that the dots belong to. */
    void checkpoint(DotSet changed, DotSet seen, WriteBatch batch) {
        checkpoints.write(changed.actors(), seen, batch);
    }

    /** What may be removed: what all have durably, and, if the log is over its limit, what comes first of the rest. */
    Pruned prunable(DotSet durable, Collection<DotSet> peers, long limit) {
        DotSet mine = dots.intersect(durable);
        DotSet known = mine;
        for (DotSet peer : peers) {
            known = known.intersect(peer);
        }
        long excess = dots.size() - known.size() - limit;
        if (excess <= 0) {
            return new Pruned(known, 0);
        }
        DotSet given = first(mine.minus(known), excess);
        return new Pruned(known.join(given), given.size());
    }

    /** Removes entries, after what they said has gone to the checkpoint in the same batch. */
    void remove(DotSet pruned, DotSet seen, WriteBatch batch) {
        checkpoint(pruned, seen, batch);
        for (DotRange range : pruned.ranges()) {
            byte[] from = ReplicaKeys.dot(replica, range.actor(), range.from());
            if (range.from() == range.to()) {
                batch.delete(Space.DOTS, from);
            } else {
                byte[] last = ReplicaKeys.dot(replica, range.actor(), range.to());
                batch.deleteRange(Space.DOTS, from, ReplicaKeys.after(last));
            }
        }
        dots = dots.minus(pruned);
    }

    /** Removes everything of these actors: their runs are closed, so that nobody lacks anything of theirs, and a number says so. */
    void close(DotSet seen, Predicate<Actor> closed, WriteBatch batch) {
        DotSet gone = dots.only(closed);
        for (Actor actor : gone.actors()) {
            byte[] prefix = ReplicaKeys.dots(replica, actor);
            batch.deleteRange(Space.DOTS, prefix, ReplicaKeys.end(prefix));
        }
        checkpoints.remove(seen.only(closed).actors(), batch);
        dots = dots.minus(gone);
    }

    /** The first so many of these dots, in order: what a log over its limit gives up. */
    private static DotSet first(DotSet dots, long count) {
        DotSet.Builder first = DotSet.builder();
        long left = count;
        for (DotRange range : dots.ranges()) {
            long taken = Math.min(left, range.to() - range.from() + 1);
            if (taken == 0) {
                break;
            }
            first.addRange(range.actor(), range.from(), range.from() + taken - 1);
            left -= taken;
        }
        return first.build();
    }

    /** What a peer with this seen-set lacks; all of it has to be in the log, else it must stream. */
    Missing missing(DotSet seen, DotSet theirs, int maxBytes, Function<byte[], Record> records) {
        DotSet lacking = seen.minus(theirs);
        if (lacking.closed() != 0 || !dots.containsAll(lacking)) {
            return new Missing(List.of(), true, false);
        }
        Map<ByteKey, DotSet.Builder> byKey = new TreeMap<>();
        List<ByteKey> order = new ArrayList<>();
        boolean more = collect(lacking, byKey, order);
        List<ReplicaMessage.Entry> entries = new ArrayList<>(order.size());
        long bytes = 0;
        for (ByteKey key : order) {
            if (bytes >= maxBytes) {
                return new Missing(entries, false, true);
            }
            Record record = records.apply(key.bytes());
            entries.add(
                    new ReplicaMessage.Entry(key.bytes(), record, byKey.get(key).build()));
            bytes += key.bytes().length + bytes(record);
        }
        return new Missing(entries, false, more);
    }

    /**
     * Opens the entries after one (null: from the first), about so many bytes of them.
     *
     * @return the last one that was opened; null if there are no more
     * @throws MalformedBytesException if one cannot be read
     */
    byte[] proofread(byte[] after, int maxBytes) {
        byte[] prefix = ReplicaKeys.replica(replica);
        byte[] last = after;
        byte[] from = after == null ? prefix : ReplicaKeys.after(after);
        try (StorageEngine.Cursor cursor = storage.scan(Space.DOTS, from, ReplicaKeys.end(prefix))) {
            for (int bytes = 0; bytes < maxBytes; ) {
                if (!cursor.next()) {
                    return null;
                }
                last = cursor.key();
                byte[] value = cursor.value();
                StoredForms.openKey(value);
                bytes += last.length + value.length;
            }
        }
        return last;
    }

    private boolean collect(DotSet lacking, Map<ByteKey, DotSet.Builder> byKey, List<ByteKey> order) {
        int read = 0;
        for (DotRange range : lacking.ranges()) {
            byte[] from = ReplicaKeys.dot(replica, range.actor(), range.from());
            byte[] to = ReplicaKeys.after(ReplicaKeys.dot(replica, range.actor(), range.to()));
            try (StorageEngine.Cursor cursor = storage.scan(Space.DOTS, from, to)) {
                while (cursor.next()) {
                    if (read++ == MOST_DOTS) {
                        return true;
                    }
                    ByteKey key = new ByteKey(StoredForms.openKey(cursor.value()));
                    DotSet.Builder known = byKey.get(key);
                    if (known == null) {
                        known = DotSet.builder();
                        byKey.put(key, known);
                        order.add(key);
                    }
                    known.add(ReplicaKeys.dotOf(cursor.key()));
                }
            }
        }
        return false;
    }

    /** About how many bytes a record has. */
    static long bytes(Record record) {
        return record.siblings().stream().mapToLong(s -> s.value().length + 32L).sum();
    }
}
