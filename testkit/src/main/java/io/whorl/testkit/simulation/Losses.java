package io.whorl.testkit.simulation;

import io.whorl.api.Durability;
import io.whorl.core.ring.BucketDefinition;
import io.whorl.core.ring.ClusterState;
import io.whorl.core.ring.Move;
import io.whorl.core.ring.ReplicaId;
import io.whorl.core.spi.Space;
import io.whorl.core.version.Dot;
import io.whorl.core.version.DotSet;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Optional;

/** What power losses and disks have taken from which host, and what they must leave for a run to be worth anything. */
final class Losses {
    private final History history;
    private boolean permitsExcuses;

    Losses(History history) {
        this.history = history;
    }

    /** Acknowledged writes may vanish from now on wherever that has an excuse. */
    void permitExcuses() {
        permitsExcuses = true;
    }

    /**
     * A host has lost something: what its disk says now is compared with what it said before.
     *
     * @param synced whether a sync would not have saved it
     */
    void lost(SimulatedHost host, boolean synced) {
        if (!synced) {
            history.undone(host);
        }
        for (ReplicaHistory replica : history.replicas().values()) {
            DotSet before = replica.seenBy(host.index());
            DotSet after = onDisk(host.disk(), replica.id).join(replica.agreed(closed(host.disk(), replica.id)));
            for (Dot dot : before.minus(after).dots()) {
                ReplicaHistory.Written known = replica.event(dot);
                if (known != null) {
                    known.event().lostBy(host.index(), synced);
                    boolean acknowledged = known.event().request.acknowledged;
                    history.probes().sometimes(Probe.POWER_UNDID_ACKNOWLEDGED, acknowledged && !synced);
                    history.probes().sometimes(Probe.DISK_TOOK_ACKNOWLEDGED, acknowledged && synced);
                }
            }
            replica.seenBy(host.index(), after);
        }
        history.hints().lost(host, synced);
    }

    /** A value of a host can no longer be read: all that a key, a replica or a target needs it for counts as lost there. */
    void damaged(SimulatedHost host, Space space, byte[] stored) {
        if (space == Space.HINTS) {
            history.hints().lost(host, true);
            return;
        }
        if (space == Space.META
                && StoredLayout.readableDots(host.disk().get(Space.META, StoredLayout.otherCopy(stored)))
                        .isPresent()) {
            return;
        }
        ReplicaHistory replica = history.replica(
                space == Space.META ? StoredLayout.replicaOfCheckpoint(stored) : StoredLayout.replica(stored));
        for (KeyHistory key : replica.keys.values()) {
            if (space != Space.RECORDS || Arrays.equals(key.key, StoredLayout.keyOfRecord(stored))) {
                for (WriteEvent event : key.events) {
                    if (event.isHeldBy(host.index())) {
                        event.lostBy(host.index(), true);
                    }
                }
            }
        }
    }

    /**
     * A replica takes itself anew, because something of it could not be read: what it no longer takes for seen counts as lost there
     * until others give it back. That is not only what the flipped bit concerned: a delete leaves nothing but its dot, and an absent
     * record of a replica in doubt says nothing.
     */
    void doubted(SimulatedHost host, ReplicaHistory replica, DotSet gone) {
        for (Dot dot : gone.dots()) {
            ReplicaHistory.Written known = replica.event(dot);
            if (known != null) {
                known.event().lostBy(host.index(), true);
            }
        }
    }

    /**
     * The newest batch of a host that a loss must leave, because no acknowledged write is to vanish with an excuse: the host has
     * the last copy of a write, and with it as many would have lost the write as had to acknowledge it. So a run shows what is
     * promised, and not how often a promise can be voided; only few runs permit that.
     *
     * @param synced whether what was synced is lost too
     * @return the number of the batch, 0 if all may go
     */
    long needed(SimulatedHost host, boolean synced) {
        long last = 0;
        if (permitsExcuses) {
            return last;
        }
        for (ReplicaHistory replica : history.replicas().values()) {
            for (KeyHistory key : replica.keys.values()) {
                for (WriteEvent event : key.events) {
                    boolean counts = event.request.acknowledged || !event.request.ended;
                    if (counts && event.isHeldOnlyBy(host.index()) && wouldExcuse(event, host, synced)) {
                        last = Math.max(last, event.batches[host.index()]);
                    }
                }
            }
        }
        return last;
    }

    /**
     * Whether a bit of a host may flip: as {@link #needed}, but copies that are about to go do not count. Who drops one has seen to it
     * that another can be read, and no damage may come between the two.
     */
    boolean maySpoil(SimulatedHost host) {
        for (ReplicaHistory replica : history.replicas().values()) {
            for (KeyHistory key : replica.keys.values()) {
                for (WriteEvent event : key.events) {
                    boolean counts = event.request.acknowledged || !event.request.ended;
                    if (counts && isLastToStay(event, host, replica) && wouldExcuse(event, host, true)) {
                        return permitsExcuses;
                    }
                }
            }
        }
        return true;
    }

    private boolean isLastToStay(WriteEvent event, SimulatedHost host, ReplicaHistory replica) {
        for (SimulatedHost other : history.hosts()) {
            if (other != host && event.isHeldBy(other.index()) && stays(other, event, replica)) {
                return false;
            }
        }
        return event.isHeldBy(host.index());
    }

    private boolean stays(SimulatedHost host, WriteEvent event, ReplicaHistory replica) {
        if (history.hints().keeps(host, event)) {
            return true;
        }
        Optional<ClusterState> state = history.fleet().newest();
        Optional<BucketDefinition> bucket = state.flatMap(known -> known.bucket(replica.id.bucket()));
        if (bucket.isEmpty()) {
            return true;
        }
        int partition = replica.id.partition();
        return host.id() != null
                && state.get().slots(bucket.get(), partition).isWriter(host.id())
                && state.get()
                        .layout()
                        .move(partition)
                        .flatMap(Move::outgoing)
                        .filter(host.id()::equals)
                        .isEmpty();
    }

    private boolean wouldExcuse(WriteEvent event, SimulatedHost host, boolean synced) {
        if (!synced && event.request.bucket.options().durability() == Durability.FSYNC) {
            return false;
        }
        BitSet lost = (BitSet) event.excuses().clone();
        lost.set(host.index());
        return lost.cardinality() >= history.required(event);
    }

    /** The closing as of which a disk says that a replica has everything. */
    private static long closed(SimulatedDisk disk, ReplicaId replica) {
        return StoredLayout.closing(disk.get(Space.META, StoredLayout.closingKey(replica)))
                .closed();
    }

    /** The dots that a disk names as seen, as far as it can be read. */
    static DotSet onDisk(SimulatedDisk disk, ReplicaId replica) {
        DotSet.Builder seen = DotSet.builder();
        byte[] log = StoredLayout.prefix(replica);
        for (byte[] key : disk.range(Space.DOTS, log, StoredLayout.after(log)).keySet()) {
            seen.add(StoredLayout.dot(key));
        }
        byte[] checkpoints = StoredLayout.checkpointPrefix(replica);
        disk.range(Space.META, checkpoints, StoredLayout.after(checkpoints)).forEach((key, value) -> {
            // Where both copies are damaged nobody can say what stood there.
            StoredLayout.readableDots(value)
                    .or(() -> StoredLayout.readableDots(disk.get(Space.META, StoredLayout.otherCopy(key))))
                    .ifPresent(seen::join);
        });
        return seen.build();
    }
}
