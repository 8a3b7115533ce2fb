package io.whorl.core.replica;

import io.whorl.core.ring.ReplicaId;
import io.whorl.core.spi.Space;
import io.whorl.core.spi.StorageEngine;
import io.whorl.core.version.ClosedRuns;
import io.whorl.core.version.MalformedBytesException;
import io.whorl.core.version.Record;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A replica's records as they are stored, to be read. What cannot be read is an exception, never an absent record. */
final class StoredRecords {
    private final ReplicaId replica;
    private final StorageEngine storage;
    private final boolean trustsAbsence;
    /** What steps have made of records and is not applied yet. */
    private final Map<ByteKey, Record> staged = new LinkedHashMap<>();

    /** The key that was asked for last, and where its record is stored: a step reads a record and then writes it. */
    private byte[] lastKey;

    private byte[] lastStorageKey;

    private ClosedRuns closed = ClosedRuns.none();

    StoredRecords(ReplicaId replica, StorageEngine storage, Optional<PlantedBug> bug) {
        this.replica = replica;
        this.storage = storage;
        this.trustsAbsence = bug.filter(PlantedBug.TRUSTED_ABSENCE::equals).isPresent();
    }

    /** The stripped record of a key; the empty one when there is none. */
    Record get(byte[] key) {
        Record ahead = staged.isEmpty() ? null : staged.get(new ByteKey(key));
        return ahead == null ? read(key) : ahead;
    }

    /** As {@link #get}, perhaps with values withheld: enough for a write that replaces all of them. */
    Record head(byte[] key) {
        if (staged.isEmpty() || !staged.containsKey(new ByteKey(key))) {
            byte[] beginning = storage.beginning(Space.RECORDS, storageKey(key));
            Record head = beginning == null ? null : StoredForms.headOfRecord(beginning);
            if (head != null) {
                return head.resolved(closed);
            }
        }
        return get(key);
    }

    /** A step has made this of a record; it will be applied with others. */
    void stage(byte[] key, Record stripped) {
        staged.put(new ByteKey(key), stripped);
    }

    /** Nothing is staged any more. */
    void forgetStaged() {
        staged.clear();
    }

    private Record read(byte[] key) {
        byte[] stored = storage.get(Space.RECORDS, storageKey(key));
        return stored == null ? Record.empty() : open(stored);
    }

    /** Where a key's record is stored. Neither array may be changed. */
    byte[] storageKey(byte[] key) {
        if (key != lastKey) {
            lastStorageKey = ReplicaKeys.record(replica, key);
            lastKey = key;
        }
        return lastStorageKey;
    }

    /** Takes note of the runs that are closed. */
    void learn(ClosedRuns table) {
        closed = table;
    }

    ClosedRuns closed() {
        return closed;
    }

    Record open(byte[] stored) {
        try {
            return StoredForms.openRecord(stored).resolved(closed);
        } catch (MalformedBytesException e) {
            if (trustsAbsence) {
                return Record.empty();
            }
            throw e;
        }
    }

    /** The entries with keys after {@code after} (null: from the first) and up to {@code upTo} (null: to the last). */
    StorageEngine.Cursor scan(byte[] after, byte[] upTo) {
        byte[] prefix = ReplicaKeys.replica(replica);
        byte[] from = after == null ? prefix : ReplicaKeys.after(ReplicaKeys.record(replica, after));
        byte[] to = upTo == null ? ReplicaKeys.end(prefix) : ReplicaKeys.after(ReplicaKeys.record(replica, upTo));
        return storage.scan(Space.RECORDS, from, to);
    }

    /** The records with keys after {@code after}, up to about so many bytes. */
    Section section(byte[] after, int maxBytes) {
        List<Section.Entry> entries = new ArrayList<>();
        int bytes = 0;
        try (StorageEngine.Cursor cursor = scan(after, null)) {
            while (cursor.next()) {
                byte[] key = ReplicaKeys.keyOfRecord(cursor.key());
                entries.add(new Section.Entry(key, open(cursor.value())));
                bytes += key.length + cursor.value().length;
                if (bytes >= maxBytes) {
                    return new Section(entries, key);
                }
            }
        }
        return new Section(entries, null);
    }

    /** The first {@code most} keys after {@code after} and up to {@code upTo}. */
    List<byte[]> keys(byte[] after, byte[] upTo, int most) {
        List<byte[]> keys = new ArrayList<>();
        try (StorageEngine.Cursor cursor = scan(after, upTo)) {
            while (keys.size() < most && cursor.next()) {
                keys.add(ReplicaKeys.keyOfRecord(cursor.key()));
            }
        }
        return keys;
    }
}
