package io.whorl.core.transfer;

import io.whorl.core.replica.InDoubtException;
import io.whorl.core.replica.PlantedBug;
import io.whorl.core.replica.Replica;
import io.whorl.core.replica.Standing;
import io.whorl.core.ring.ReplicaId;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Reads this node's replicas of partitions that are about to have a copy less, from the first record to the last, and then their dot logs,
 * in small steps. A seen-set says what was stored, and not that it can still be read: damage may lie unnoticed for years, and is harmless
 * only while there is another copy to take the record from. A replica in which it is found takes itself anew while that copy is still
 * there; one that finds it in its log later, with nobody to ask, would forget all deletes.
 */
final class Proofreading {
    /** How many bytes of records or of log entries one step reads, about. */
    private static final int MOST_BYTES = 1 << 17;

    private final TransferLane lane;
    private final Map<ReplicaId, Proof> proofs = new TreeMap<>();

    Proofreading(TransferLane lane) {
        this.lane = lane;
    }

    /** How far a replica has been read since the last change of its partition's slots. */
    private static final class Proof {
        final Replica replica;
        final long changed;
        byte[] upTo;
        boolean areRecordsRead;
        boolean isRead;

        Proof(Replica replica, long changed) {
            this.replica = replica;
            this.changed = changed;
        }
    }

    /** What was read for other partitions than these is of no use any more. */
    void keep(Predicate<ReplicaId> wanted) {
        proofs.keySet().removeIf(wanted.negate());
    }

    /**
     * Whether everything that this replica had when it was first asked for it could be read; begins with that where it is asked for
     * the first time.
     *
     * @param changed the epoch of the last change of the partition's slots
     * @throws InDoubtException if something cannot be read
     */
    boolean isRead(Replica replica, long changed) {
        if (lane.has(PlantedBug.COPY_GIVEN_UP_UNREAD)) {
            return true;
        }
        Proof known = proofs.get(replica.id());
        if (known == null || known.replica != replica || known.changed != changed) {
            known = new Proof(replica, changed);
            proofs.put(replica.id(), known);
            read(known);
        }
        return known.isRead;
    }

    private void read(Proof proof) {
        ReplicaId id = proof.replica.id();
        if (proofs.get(id) != proof || lane.held(id) != proof.replica || proof.replica.standing() != Standing.SOUND) {
            proofs.remove(id, proof);
            return;
        }
        try {
            step(proof);
        } catch (InDoubtException e) {
            // It is read anew once it has taken itself anew.
            proofs.remove(id, proof);
            throw e;
        }
        if (!proof.isRead) {
            lane.lane().execute(() -> read(proof));
        }
    }

    private static void step(Proof proof) {
        if (!proof.areRecordsRead) {
            proof.upTo = proof.replica.section(proof.upTo, MOST_BYTES).upTo();
            proof.areRecordsRead = proof.upTo == null;
        } else {
            proof.upTo = proof.replica.proofreadLog(proof.upTo, MOST_BYTES);
            proof.isRead = proof.upTo == null;
        }
    }
}
