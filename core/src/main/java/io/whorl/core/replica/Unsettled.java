package io.whorl.core.replica;

import io.whorl.core.ring.NodeId;
import io.whorl.core.ring.ReplicaId;
import io.whorl.core.spi.Space;
import io.whorl.core.spi.StorageEngine;
import io.whorl.core.spi.WriteBatch;
import io.whorl.core.version.DotSet;
import io.whorl.core.version.Sibling;
import java.util.TreeSet;

/**
 * Whether a replica may hold values whose dots its seen-set does not name: a stream brings them, and names them at its end only. When
 * a stream is given up, by a lost connection or a crash of either side, the replica is walked once to name what it brought.
 *
 * <p>On disk it is one mark, written with a stream's first records and removed when nothing is open any more.
 */
final class Unsettled {
    private final ReplicaId replica;
    private final StorageEngine storage;
    private final TreeSet<NodeId> streams = new TreeSet<>();
    private boolean marked;
    private boolean due;
    private byte[] walkedUpTo;

    Unsettled(ReplicaId replica, StorageEngine storage) {
        this.replica = replica;
        this.storage = storage;
    }

    /** A mark that is found at the start is one of a stream that nobody goes on with. */
    void recover() {
        byte[] mark = storage.get(Space.META, ReplicaKeys.streamed(replica));
        if (mark != null) {
            StoredForms.openKey(mark);
            marked = true;
            due = true;
        }
    }

    void begin(NodeId peer) {
        streams.add(peer);
    }

    /** Marks that a batch brings something. */
    void mark(WriteBatch batch) {
        if (!marked) {
            marked = true;
            batch.put(Space.META, ReplicaKeys.streamed(replica), StoredForms.sealKey(new byte[0]));
        }
    }

    void giveUp(NodeId peer) {
        if (streams.remove(peer)) {
            due = true;
            walkedUpTo = null;
        }
    }

    void finish(NodeId peer, WriteBatch batch) {
        streams.remove(peer);
        unmarkIfSettled(batch);
    }

    boolean isDue() {
        return due;
    }

    /** Whether nothing that a stream has brought waits for its end or for a walk. */
    boolean isSettled() {
        return !due && streams.isEmpty();
    }

    /**
     * The next step of the walk: the dots of values, of up to so many keys, that the seen-set lacks. They are added to the log, and
     * belong into the seen-set with the same batch.
     */
    DotSet walk(int most, DotSet seen, StoredRecords records, DotLog log, WriteBatch batch) {
        DotSet.Builder fresh = DotSet.builder();
        byte[] last = null;
        try (StorageEngine.Cursor cursor = records.scan(walkedUpTo, null)) {
            for (int i = 0; i < most && cursor.next(); i++) {
                last = ReplicaKeys.keyOfRecord(cursor.key());
                for (Sibling sibling : StoredForms.openRecord(cursor.value()).siblings()) {
                    if (!seen.contains(sibling.dot())) {
                        log.add(sibling.dot(), last, batch);
                        fresh.add(sibling.dot());
                    }
                }
            }
        }
        walked(last, batch);
        return fresh.build();
    }

    private void walked(byte[] upTo, WriteBatch batch) {
        walkedUpTo = upTo;
        if (upTo == null) {
            due = false;
            unmarkIfSettled(batch);
        }
    }

    /** A batch was not applied: whether there is a mark is as before, and walking once more does no harm. */
    void undo() {
        marked = storage.get(Space.META, ReplicaKeys.streamed(replica)) != null;
        due |= marked;
        walkedUpTo = null;
    }

    private void unmarkIfSettled(WriteBatch batch) {
        if (marked && !due && streams.isEmpty()) {
            marked = false;
            batch.delete(Space.META, ReplicaKeys.streamed(replica));
        }
    }
}
