package io.whorl.testkit.simulation;

import io.whorl.core.node.ReplicaSnapshot;
import io.whorl.core.ring.BucketDefinition;
import io.whorl.core.ring.ClusterState;
import io.whorl.core.ring.Layout;
import io.whorl.core.ring.Member;
import io.whorl.core.ring.NodeId;
import io.whorl.core.ring.ReplicaId;
import io.whorl.core.spi.Space;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What has to be true of the cluster's slots once everything has settled: nothing moves, everyone who should be a member is one and
 * nobody else, each partition has as many holders as it can, and only they have bytes of it.
 */
final class RestCheck {
    private final Fleet fleet;
    private final ClusterState state;
    private final Map<NodeId, Map<ReplicaId, ReplicaSnapshot>> nodes;
    private final Finder finder;

    /** Is told of what is not so. */
    interface Finder {
        void found(Checker checker, String detail);
    }

    RestCheck(Fleet fleet, ClusterState state, Map<NodeId, Map<ReplicaId, ReplicaSnapshot>> nodes, Finder finder) {
        this.fleet = fleet;
        this.state = state;
        this.nodes = nodes;
        this.finder = finder;
    }

    void check() {
        members();
        Layout layout = state.layout();
        if (fleet.isComplete()
                && (layout.goal().isPresent()
                        || !layout.moves().isEmpty()
                        || !layout.retiring().isEmpty()
                        || !layout.resizings().isEmpty())) {
            finder.found(
                    Checker.MOVES_LEFT,
                    "epoch " + state.epoch() + " has not come to rest: moves " + layout.moves() + ", former holders "
                            + layout.retiring() + ", buckets that change "
                            + layout.resizings() + (layout.goal().isPresent() ? ", and a goal" : ""));
        }
        for (BucketDefinition bucket : state.buckets()) {
            for (int partition = 0; partition < state.ring().partitions(); partition++) {
                List<NodeId> readers = state.slots(bucket, partition).readers();
                int expected =
                        Math.min(bucket.options().replicas(), state.members().size());
                if (fleet.isComplete() && readers.stream().distinct().count() != expected) {
                    finder.found(
                            Checker.MOVES_LEFT,
                            "partition " + partition + " of " + bucket + " has holders " + readers + " instead of "
                                    + expected);
                }
            }
        }
        for (SimulatedHost host : fleet.living()) {
            strays(host);
        }
    }

    private void members() {
        Set<NodeId> expected = new TreeSet<>();
        for (SimulatedHost host : fleet.inService()) {
            if (host.id() != null) {
                expected.add(host.id());
            }
        }
        Set<NodeId> members = new TreeSet<>();
        for (Member member : state.members()) {
            members.add(member.id());
            if (member.status() != Member.Status.ACTIVE) {
                SimulatedHost host = fleet.of(member.id());
                finder.found(
                        Checker.MOVES_LEFT,
                        "member " + member + " is still " + member.status() + "; " + host + " keeps "
                                + (host == null
                                        ? "nothing"
                                        : host.disk()
                                                .range(Space.HINTS, new byte[0], null)
                                                .size())
                                + " hints");
            }
        }
        if (!members.equals(expected)) {
            finder.found(Checker.MOVES_LEFT, "members are " + members + " instead of " + expected);
        }
    }

    /** Bytes of replicas that the node does not hold, or of buckets that were dropped. */
    private void strays(SimulatedHost host) {
        Set<ReplicaId> stored = new TreeSet<>();
        for (Space space : List.of(Space.RECORDS, Space.DOTS)) {
            host.disk().range(space, new byte[0], null).keySet().forEach(key -> stored.add(StoredLayout.replica(key)));
        }
        host.disk().range(Space.META, new byte[0], null).keySet().forEach(key -> {
            if (StoredLayout.isCopyOfCheckpoint(key)) {
                stored.add(StoredLayout.replicaOfCheckpoint(key));
            }
        });
        stored.addAll(nodes.getOrDefault(host.id(), Map.of()).keySet());
        for (ReplicaId replica : stored) {
            boolean holds = state.bucket(replica.bucket())
                    .filter(bucket -> state.slots(bucket, replica.partition()).isWriter(host.id()))
                    .isPresent();
            if (!holds) {
                finder.found(
                        Checker.STRAY_REPLICA,
                        host + " (node " + host.id() + ") has bytes of replica " + replica + ", whose holders are "
                                + state.bucket(replica.bucket())
                                        .map(bucket -> state.slots(bucket, replica.partition())
                                                .writers()
                                                .toString())
                                        .orElse("gone with its bucket"));
            }
        }
    }
}
