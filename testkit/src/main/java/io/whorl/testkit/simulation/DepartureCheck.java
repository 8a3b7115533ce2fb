package io.whorl.testkit.simulation;

import io.whorl.core.ring.BucketDefinition;
import io.whorl.core.ring.ClusterState;
import io.whorl.core.ring.NodeId;
import io.whorl.core.spi.Space;
import io.whorl.core.version.Dot;
import io.whorl.core.version.DotSet;
import io.whorl.core.version.MalformedBytesException;
import java.util.List;
import java.util.Optional;

/**
 * Promise P1 where a former holder drops its replica: every complete holder has to have durably all that was seen there, and what
 * nothing replaced has to be on some disk besides, so that it can be read. A bucket that is dropped takes everything with it.
 */
final class DepartureCheck {
    private final History history;

    DepartureCheck(History history) {
        this.history = history;
    }

    /** A host erases a replica, with a batch that has not taken effect yet. */
    void erased(SimulatedHost host, ReplicaHistory replica) {
        DotSet seen = replica.seenBy(host.index());
        ClusterState state = host.node() == null ? null : host.node().state().orElse(null);
        Optional<BucketDefinition> bucket = state == null ? Optional.empty() : state.bucket(replica.id.bucket());
        if (bucket.isPresent()) {
            List<NodeId> holders = state.slots(bucket.get(), replica.id.partition()).readers().stream()
                    .filter(node -> holdsStill(node, replica))
                    .toList();
            holders.forEach(node -> requireAt(node, host, replica, seen));
            requireValues(host, replica, holders);
        }
        for (Dot dot : seen.dots()) {
            ReplicaHistory.Written known = replica.event(dot);
            if (known != null && !history.hints().keeps(host, known.event())) {
                known.event().releasedBy(host.index());
            }
        }
        replica.erasedBy(host.index(), host.run());
    }

    /** To have seen a write is not enough where its value cannot be read any more: somebody has to have that too. */
    private void requireValues(SimulatedHost host, ReplicaHistory replica, List<NodeId> holders) {
        if (holders.stream().anyMatch(node -> !isThere(node))) {
            return;
        }
        for (Dot dot : replica.seenBy(host.index()).dots()) {
            ReplicaHistory.Written known = replica.event(dot);
            if (known != null
                    && known.event().request.acknowledged
                    && known.key().unreplaced.get(known.event().number)
                    && hasValue(host, replica, known)
                    && holders.stream()
                            .noneMatch(node -> hasValue(history.fleet().of(node), replica, known))
                    && !history.hints().carry(known.event())) {
                history.found(
                        Checker.DROPPED_EARLY,
                        host + " drops replica " + replica.id + " with the last copy of " + known.event()
                                + " that can be read");
                return;
            }
        }
    }

    private boolean isThere(NodeId node) {
        SimulatedHost host = history.fleet().of(node);
        return host != null && !host.isDead() && node.equals(host.id());
    }

    private static boolean hasValue(SimulatedHost host, ReplicaHistory replica, ReplicaHistory.Written written) {
        try {
            byte[] stored = host.disk().get(Space.RECORDS, StoredLayout.recordKey(replica.id, written.key().key));
            return StoredLayout.record(stored).siblingDots().contains(written.event().dot);
        } catch (MalformedBytesException e) {
            return false;
        }
    }

    /** A holder of this host's epoch may have given its slot up in a newer one, and dropped what it had. */
    private boolean holdsStill(NodeId node, ReplicaHistory replica) {
        return history.fleet()
                .newest()
                .flatMap(state ->
                        state.bucket(replica.id.bucket()).map(bucket -> state.slots(bucket, replica.id.partition())))
                .filter(slots -> slots.isReader(node))
                .isPresent();
    }

    private void requireAt(NodeId node, SimulatedHost from, ReplicaHistory replica, DotSet seen) {
        SimulatedHost holder = history.fleet().of(node);
        if (holder == null || holder == from || holder.isDead() || !node.equals(holder.id())) {
            return;
        }
        for (Dot dot : seen.dots()) {
            ReplicaHistory.Written known = replica.event(dot);
            if (known == null || known.event().lost.get(holder.index())) {
                continue;
            }
            boolean has = replica.seenBy(holder.index()).contains(dot);
            boolean durably =
                    known.event().batches[holder.index()] <= holder.disk().synced();
            if (!has || !durably) {
                history.found(
                        Checker.DROPPED_EARLY,
                        from + " drops replica " + replica.id + " with " + known.event() + ", which " + holder
                                + (has ? " has not synced" : " has not seen"));
                return;
            }
        }
    }
}
