package io.whorl.core.node;

import io.whorl.core.repair.AntiEntropy;
import io.whorl.core.repair.Peers;
import io.whorl.core.repair.Recovery;
import io.whorl.core.replica.DurableLine;
import io.whorl.core.replica.GroupCommit;
import io.whorl.core.replica.InDoubtException;
import io.whorl.core.replica.Replica;
import io.whorl.core.replica.StoredReplicas;
import io.whorl.core.ring.BucketDefinition;
import io.whorl.core.ring.ClusterState;
import io.whorl.core.ring.Layout;
import io.whorl.core.ring.Move;
import io.whorl.core.ring.NodeId;
import io.whorl.core.ring.ReplicaId;
import io.whorl.core.ring.ReplicaSlots;
import io.whorl.core.ring.Retiring;
import io.whorl.core.spi.Lane;
import io.whorl.core.spi.StorageEngine;
import io.whorl.core.spi.StorageException;
import io.whorl.core.spi.WriteBatch;
import io.whorl.core.version.Actor;
import io.whorl.core.version.Role;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntPredicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which replicas one lane has by the newest cluster state: opens those that this node holds, takes or has yet to drop, tells repair who
 * else has them, and removes what belongs to nobody any more.
 */
final class Roster {
    private static final Logger LOG = LoggerFactory.getLogger(Roster.class);
    /** What could not be read or stored is tried again after this time. */
    private static final long AGAIN_NANOS = 1_000_000_000L;

    private final Lane lane;
    private final NodeId self;
    private final long run;
    private final StorageEngine storage;
    private final NodeOptions options;
    private final IntPredicate mine;
    private final HeldReplicas replicas;
    private final AntiEntropy antiEntropy;
    private final Recovery recovery;
    private final LaneClosings closings;
    private final DurableLine durableLine;
    private final GroupCommit commits;
    private final DirectReads directReads;
    /** How often, in this run, the node has become a holder of a replica that it has dropped since. */
    private final Map<ReplicaId, Integer> stints = new TreeMap<>();

    private ClusterState newest;
    /** The state by which all replicas are what they should be; null at first. */
    private ClusterState adopted;

    private boolean repeats;

    /** @param mine which partitions are this lane's */
    Roster(
            Node node,
            PartitionLane owner,
            IntPredicate mine,
            HeldReplicas replicas,
            AntiEntropy antiEntropy,
            Recovery recovery,
            LaneClosings closings) {
        this.lane = owner.lane();
        this.self = node.id();
        this.run = node.run();
        this.storage = node.ports().storage();
        this.options = node.options();
        this.mine = mine;
        this.replicas = replicas;
        this.antiEntropy = antiEntropy;
        this.recovery = recovery;
        this.closings = closings;
        this.durableLine = owner.durableLine();
        this.commits = owner.commits();
        this.directReads = owner.directReads();
    }

    /**
     * Goes over to a newer state, which the lane knows already. A full disk, or something that cannot be read, is no reason for the rest
     * of the lane not to go over too: what is left to do here is done later.
     */
    void adopt(ClusterState newer) {
        newest = newer;
        try {
            adopt(adopted, newer);
            adopted = newer;
        } catch (InDoubtException e) {
            LOG.debug("Node {} cannot open or drop all of its replicas now", self, e);
            repeat();
        } catch (StorageException e) {
            if (!e.isFull()) {
                throw e;
            }
            LOG.debug("Node {} has no space to open or drop all of its replicas now", self, e);
            repeat();
        }
    }

    private void repeat() {
        if (!repeats) {
            repeats = true;
            lane.schedule(AGAIN_NANOS, () -> {
                repeats = false;
                if (adopted != newest) {
                    adopt(newest);
                    directReads.opened();
                }
            });
        }
    }

    private void adopt(ClusterState before, ClusterState newer) {
        Set<NodeId> affected = new TreeSet<>();
        Set<Integer> retired =
                before == null ? Collections.emptySet() : retiringChanges(before.layout(), newer.layout());
        for (BucketDefinition bucket : newer.buckets()) {
            boolean known = before != null && before.bucket(bucket.number()).isPresent();
            boolean stored = known || StoredReplicas.isAny(storage, bucket);
            for (int partition = 0; partition < newer.ring().partitions(); partition++) {
                boolean same = known
                        && before.layout().changed(partition) == newer.layout().changed(partition)
                        && !retired.contains(partition);
                if (mine.test(partition) && !same) {
                    adopt(before, newer, bucket, stored, partition, affected);
                }
            }
        }
        dropBuckets(newer);
        if (before == null) {
            eraseStrays(newer);
        } else {
            antiEntropy.changed(affected);
        }
    }

    private static Set<Integer> retiringChanges(Layout before, Layout newer) {
        if (before.retiring().equals(newer.retiring())) {
            return Collections.emptySet();
        }
        Set<Retiring> then = new LinkedHashSet<>(before.retiring());
        Set<Retiring> now = new LinkedHashSet<>(newer.retiring());
        Set<Integer> partitions = new TreeSet<>();
        before.retiring().stream()
                .filter(each -> !now.contains(each))
                .forEach(each -> partitions.add(each.partition()));
        newer.retiring().stream()
                .filter(each -> !then.contains(each))
                .forEach(each -> partitions.add(each.partition()));
        return partitions;
    }

    private void adopt(
            ClusterState before,
            ClusterState newer,
            BucketDefinition bucket,
            boolean stored,
            int partition,
            Set<NodeId> affected) {
        ReplicaId id = new ReplicaId(bucket.number(), partition);
        Set<NodeId> nodes = new TreeSet<>(newer.replicaNodes(bucket, partition));
        if (nodes.remove(self)) {
            if (!replicas.contains(id)) {
                boolean retires = !newer.slots(bucket, partition).isWriter(self);
                if (retires && !StoredReplicas.isStored(storage, id)) {
                    // It has been dropped already, perhaps by an earlier run, which the cluster has not heard.
                    // What is still there was kept when this node was excluded, and is handed on first.
                    return;
                }
                open(id, bucket, stored);
            }
            antiEntropy.peers(id, peers(before, newer, bucket, partition, nodes));
            recovery.peered(id);
            affected.addAll(nodes);
        } else if (replicas.contains(id)) {
            if (isExcluded(newer, partition)) {
                Set<NodeId> nobody = Collections.emptySet();
                antiEntropy.peers(id, new Peers(nobody, nobody, nobody, nobody));
            } else {
                erase(id);
            }
        }
    }

    /** Its slot is being rebuilt by another node: what is here may still be of use, once this node retires from it. */
    private boolean isExcluded(ClusterState state, int partition) {
        return state.layout()
                .move(partition)
                .flatMap(Move::outgoing)
                .filter(self::equals)
                .isPresent();
    }

    private Peers peers(
            ClusterState before, ClusterState newer, BucketDefinition bucket, int partition, Set<NodeId> others) {
        ReplicaSlots slots = newer.slots(bucket, partition);
        Set<NodeId> holders = new TreeSet<>(slots.writers());
        holders.addAll(slots.readers());
        holders.remove(self);
        Optional<Move> move = newer.layout().move(partition);
        Set<NodeId> sources = new TreeSet<>(others);
        if (!slots.isWriter(self)) {
            sources.clear();
        } else if (!slots.isReader(self)) {
            sources.retainAll(slots.readers());
            move.filter(each -> each.phase() == Move.Phase.TAKING)
                    .flatMap(Move::outgoing)
                    .ifPresent(outgoing -> sources.retainAll(List.of(outgoing)));
        }
        return new Peers(others, sources, holders, anew(before, newer, partition, others));
    }

    /**
     * Who may have left and come back since what is known of it was said: the incoming node of a move that is new here; and where epochs
     * were skipped, everyone.
     */
    private static Set<NodeId> anew(ClusterState before, ClusterState newer, int partition, Set<NodeId> others) {
        if (before == null
                || before.layout().changed(partition) == newer.layout().changed(partition)) {
            return Collections.emptySet();
        }
        if (newer.epoch() > before.epoch() + 1) {
            return others;
        }
        Set<NodeId> anew = new TreeSet<>();
        Optional<Move> move = newer.layout().move(partition);
        if (!move.equals(before.layout().move(partition))) {
            move.flatMap(Move::incoming).ifPresent(anew::add);
        }
        return anew;
    }

    private void open(ReplicaId id, BucketDefinition bucket, boolean stored) {
        Actor actor = new Actor(run, stints.getOrDefault(id, 0), Role.REPLICA);
        Replica replica = stored
                ? Replica.open(id, bucket, storage, actor, closings.closed(), options.plantedBug())
                : Replica.create(id, bucket, storage, actor, closings.closed(), options.plantedBug());
        closings.opened(replica);
        replica.commitWith(commits);
        replicas.add(replica);
        directReads.add(replica);
        antiEntropy.add(replica);
        recovery.add(replica);
        if (!replica.seen().isEmpty()) {
            // What was recovered counts as durable only after a sync of this run.
            durableLine.touched(replica);
        }
    }

    /** Removes a replica from memory and from disk; not durable before the next sync. */
    void erase(ReplicaId id) {
        commits.flush();
        Replica replica = replicas.held(id);
        stints.put(id, replica.stint() + 1);
        WriteBatch batch = new WriteBatch();
        StoredReplicas.erase(id, batch);
        directReads.remove(replica);
        storage.apply(batch);
        replicas.remove(id);
        antiEntropy.remove(id);
        recovery.remove(id);
        durableLine.forget(replica);
        LOG.debug("Node {} has dropped replica {}", self, id);
    }

    private void dropBuckets(ClusterState newer) {
        for (ReplicaId id : replicas.ids()) {
            if (newer.bucket(id.bucket()).isEmpty()) {
                erase(id);
            }
        }
    }

    /** What was dropped while this node was away. */
    private void eraseStrays(ClusterState state) {
        WriteBatch batch = new WriteBatch();
        int strays = 0;
        for (ReplicaId id : StoredReplicas.all(storage)) {
            if (mine.test(id.partition()) && !replicas.contains(id) && !mayBeExcluded(state, id)) {
                StoredReplicas.erase(id, batch);
                strays++;
            }
        }
        if (strays > 0) {
            LOG.info("Node {} removes {} replicas that were given to other nodes or dropped meanwhile", self, strays);
            storage.apply(batch);
            durableLine.touched();
        }
    }

    private boolean mayBeExcluded(ClusterState state, ReplicaId id) {
        return state.bucket(id.bucket()).isPresent()
                && id.partition() < state.ring().partitions()
                && isExcluded(state, id.partition());
    }
}
