package io.whorl.core.repair;

import io.whorl.api.NodeEvent;
import io.whorl.core.meter.Counter;
import io.whorl.core.replica.Replica;
import io.whorl.core.replica.ReplicaLane;
import io.whorl.core.replica.Standing;
import io.whorl.core.ring.BucketDefinition;
import io.whorl.core.ring.ClusterState;
import io.whorl.core.ring.NodeId;
import io.whorl.core.ring.ReplicaId;
import io.whorl.core.ring.ReplicaSlots;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings one lane's replicas back that cannot be counted on: salvages those that cannot be read, in small steps, and waits, for these
 * and for those that a loss of power may have set back, until anti-entropy has caught up with enough peers.
 *
 * <p>Enough are min(N−W+1, N−1) of the others: fewer than W of them can then be missing from those that acknowledged a write, and a
 * replica in doubt that has nobody to ask stays so until an operator accepts the loss. While a slot is excluded, all that are left
 * are enough: what only the excluded holder has besides is not promised to be seen then.
 *
 * <p>Source: replication.md, "What a crash may do" and "In doubt"; {@code lose_record} of dots.py.
 */
public final class Recovery {
    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);
    private static final int ENTRIES_AT_ONCE = 256;

    private final ReplicaLane lane;
    private final AntiEntropy antiEntropy;
    private final Map<ReplicaId, Replica> replicas = new TreeMap<>();
    private final Map<ReplicaId, Case> cases = new TreeMap<>();

    /** A replica that is brought back. */
    private static final class Case {
        final Replica replica;
        final TreeSet<NodeId> done = new TreeSet<>();
        long removed;
        boolean salvaging;
        boolean working;
        boolean lossAccepted;

        Case(Replica replica) {
            this.replica = replica;
            this.removed = replica.unreadable();
        }
    }

    public Recovery(ReplicaLane lane, AntiEntropy antiEntropy) {
        this.lane = lane;
        this.antiEntropy = antiEntropy;
    }

    /** A replica has been opened. */
    public void add(Replica replica) {
        replicas.put(replica.id(), replica);
        if (replica.standing() == Standing.BEHIND) {
            lane.meters().add(Counter.REPLICAS_BEHIND);
            cases.put(replica.id(), new Case(replica));
            antiEntropy.verify(replica.id());
        }
    }

    /** A replica has other peers than before: those that it has to catch up with are asked. */
    public void peered(ReplicaId id) {
        if (cases.containsKey(id)) {
            antiEntropy.verify(id);
        }
    }

    /** A replica is dropped, or closed. */
    public void remove(ReplicaId id) {
        replicas.remove(id);
        cases.remove(id);
    }

    /** Something could not be read: finds whose it was, says so, and begins with the salvage. */
    public void notice() {
        for (Replica replica : replicas.values()) {
            Case known = cases.get(replica.id());
            if (replica.standing() == Standing.UNREADABLE && (known == null || !known.salvaging)) {
                begin(replica);
            } else if (replica.standing() == Standing.SALVAGED && known == null) {
                report(replica);
                cases.put(replica.id(), new Case(replica));
                antiEntropy.verify(replica.id());
            }
        }
    }

    private void begin(Replica replica) {
        report(replica);
        Case started = new Case(replica);
        started.salvaging = true;
        cases.put(replica.id(), started);
        antiEntropy.anew(replica.id());
        work(started);
    }

    private void report(Replica replica) {
        String reason = replica.doubt().orElseThrow();
        lane.meters().add(Counter.REPLICAS_IN_DOUBT);
        lane.happened(new NodeEvent.ReplicaInDoubt(
                replica.bucket().name(), replica.id().partition(), reason));
        String what = peers(replica).isEmpty()
                ? "It has no other replica to take itself anew from: restore what was lost from elsewhere, or accept the loss (acceptLoss);"
                        + " until then its keys are not served"
                : "It answers nothing until it has taken itself anew from " + needed(replica)
                        + " of its peers, which serve its keys meanwhile. Look at the disk";
        LOG.error("Node {}: {}. {}", lane.self(), reason, what);
    }

    /** Goes on with what needs no answer; whether there is a replica that is brought back. */
    public boolean round() {
        notice();
        for (Case each : List.copyOf(cases.values())) {
            if (!each.working) {
                work(each);
            }
        }
        return !cases.isEmpty();
    }

    /** An answer to one of anti-entropy's questions about this replica was dealt with. */
    public void answered(ReplicaId id) {
        Case found = cases.get(id);
        if (found != null && !found.working) {
            work(found);
        }
    }

    /** As {@link #acceptLoss(ReplicaId)}, of all replicas of a bucket, or of one partition of it; how many there were here. */
    public int acceptLoss(BucketDefinition bucket, OptionalInt partition) {
        int found = 0;
        for (Replica replica : List.copyOf(replicas.values())) {
            ReplicaId id = replica.id();
            boolean meant = id.bucket() == bucket.number() && partition.orElse(id.partition()) == id.partition();
            found += meant && acceptLoss(id) ? 1 : 0;
        }
        return found;
    }

    /**
     * An operator gives up what a replica in doubt cannot get from anybody: what could be read of it is all there is from now on.
     *
     * @return whether there was such a replica here
     */
    public boolean acceptLoss(ReplicaId id) {
        Case found = cases.get(id);
        if (found == null || found.replica.doubt().isEmpty()) {
            return false;
        }
        found.lossAccepted = true;
        lane.meters().add(Counter.LOSSES_ACCEPTED);
        LOG.warn(
                "Node {}: an operator accepts the loss of what cannot be read of replica {} of bucket '{}'",
                lane.self(),
                id,
                found.replica.bucket().name());
        if (!found.working) {
            work(found);
        }
        return true;
    }

    /** One step; the next one follows on the lane, so that others get their turn. A step that fails is tried again at a round. */
    private void work(Case each) {
        each.working = false;
        if (cases.get(each.replica.id()) != each || !lane.hasSpace()) {
            return;
        }
        Replica replica = each.replica;
        if (!replica.exchanges()) {
            boolean more = replica.salvage(ENTRIES_AT_ONCE);
            count(each);
            lane.durableLine().touched(replica);
            if (more) {
                next(each);
                return;
            }
            each.salvaging = false;
            antiEntropy.anew(replica.id());
        }
        boolean enough = hasEnough(each);
        if ((enough || hasToHandOver(replica)) && settles(replica)) {
            next(each);
        } else if (enough) {
            finish(each);
        }
    }

    /**
     * A former holder asks nobody any more, so it never catches up. It names what could be read of it by itself, for the holders to ask
     * for, and stays in doubt until it is dropped.
     */
    private boolean hasToHandOver(Replica replica) {
        return replica.isStreamed() && !slots(replica).isWriter(lane.self());
    }

    /** Names the next of the values that were salvaged; whether there are more. */
    private boolean settles(Replica replica) {
        if (replica.standing() != Standing.SALVAGED) {
            return false;
        }
        boolean more = replica.settle(ENTRIES_AT_ONCE);
        lane.durableLine().touched(replica);
        return more;
    }

    private void count(Case each) {
        long removed = each.replica.unreadable();
        lane.meters().add(Counter.ENTRIES_UNREADABLE, removed - each.removed);
        each.removed = removed;
    }

    private void next(Case each) {
        each.working = true;
        lane.lane().execute(() -> work(each));
    }

    private boolean hasEnough(Case each) {
        for (NodeId peer : peers(each.replica)) {
            if (antiEntropy.caughtUp(each.replica.id(), peer)) {
                each.done.add(peer);
            }
        }
        boolean alone = each.replica.doubt().isPresent() && peers(each.replica).isEmpty();
        return each.lossAccepted || (!alone && each.done.size() >= needed(each.replica));
    }

    private void finish(Case each) {
        Replica replica = each.replica;
        boolean wasInDoubt = replica.doubt().isPresent();
        replica.trust();
        lane.durableLine().touched(replica);
        cases.remove(replica.id());
        lane.meters().add(Counter.REPLICAS_CAUGHT_UP);
        lane.happened(new NodeEvent.ReplicaCaughtUp(
                replica.bucket().name(), replica.id().partition()));
        if (wasInDoubt) {
            LOG.info(
                    "Node {}: replica {} of bucket '{}' has taken itself anew and serves again",
                    lane.self(),
                    replica.id(),
                    replica.bucket().name());
        } else {
            LOG.debug("Node {}: replica {} has caught up", lane.self(), replica.id());
        }
    }

    private List<NodeId> peers(Replica replica) {
        return slots(replica).readers().stream()
                .filter(holder -> !holder.equals(lane.self()))
                .toList();
    }

    /** A slot whose holder is lost has nothing to give, and may wait for this very replica to be rebuilt from. */
    private int needed(Replica replica) {
        ReplicaSlots slots = slots(replica);
        // A slot that is being removed still has what was acknowledged with it; one that is excluded cannot be asked,
        // and
        // is rebuilt from this replica among others, so that the two must not wait for each other.
        int others =
                Math.min(slots.places() - 1, excluded(slots) ? peers(replica).size() : Integer.MAX_VALUE);
        return Math.min(slots.places() - slots.writeQuorum() + 1, others);
    }

    private static boolean excluded(ReplicaSlots slots) {
        return slots.readers().size() < slots.places();
    }

    /** The bucket's N, R and W may have changed since the replica was opened. */
    private ReplicaSlots slots(Replica replica) {
        ClusterState state = lane.state();
        BucketDefinition bucket = state.bucket(replica.id().bucket()).orElse(replica.bucket());
        return state.slots(bucket, replica.id().partition());
    }
}
