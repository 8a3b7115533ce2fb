package io.whorl.core.node;

import io.whorl.core.replica.InDoubtException;
import io.whorl.core.replica.Replica;
import io.whorl.core.ring.ReplicaId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The replicas that a node holds on one lane. */
final class HeldReplicas {
    private static final Logger LOG = LoggerFactory.getLogger(HeldReplicas.class);

    private final Map<ReplicaId, Replica> replicas = new TreeMap<>();

    void add(Replica replica) {
        replicas.put(replica.id(), replica);
    }

    void remove(ReplicaId id) {
        replicas.remove(id);
    }

    List<ReplicaId> ids() {
        return List.copyOf(replicas.keySet());
    }

    boolean contains(ReplicaId id) {
        return replicas.containsKey(id);
    }

    Collection<Replica> all() {
        return replicas.values();
    }

    /** This node's replica even when it is in doubt; null if it holds none. */
    Replica held(ReplicaId id) {
        return replicas.get(id);
    }

    /** This node's replica, unless it is in doubt. */
    Optional<Replica> serving(ReplicaId id) {
        return Optional.ofNullable(replicas.get(id))
                .filter(replica -> replica.doubt().isEmpty());
    }

    /** Copies them out, in order. */
    List<ReplicaSnapshot> snapshots() {
        List<ReplicaSnapshot> snapshots = new ArrayList<>();
        for (Replica replica : replicas.values()) {
            List<ReplicaSnapshot.KeyedRecord> records = new ArrayList<>();
            try {
                replica.section(null, Integer.MAX_VALUE)
                        .entries()
                        .forEach(entry -> records.add(new ReplicaSnapshot.KeyedRecord(entry.key(), entry.record())));
            } catch (InDoubtException e) {
                LOG.debug("Replica {} cannot be copied out", replica.id(), e);
            }
            snapshots.add(new ReplicaSnapshot(
                    replica.id(),
                    replica.seen(),
                    replica.durable(),
                    replica.logged(),
                    records,
                    replica.doubt().isPresent()));
        }
        return snapshots;
    }
}
