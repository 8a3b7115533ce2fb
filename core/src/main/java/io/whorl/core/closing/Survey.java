package io.whorl.core.closing;

import io.whorl.core.message.ClosingMessage.Report;
import io.whorl.core.message.ClosingMessage.Seen;
import io.whorl.core.ring.BucketDefinition;
import io.whorl.core.ring.ClusterState;
import io.whorl.core.ring.NodeId;
import io.whorl.core.ring.ReplicaId;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the members have reported of some runs, and what follows from it. An immutable value.
 *
 * @param state the state whose members are asked
 * @param reports the answers so far
 */
record Survey(ClusterState state, Map<NodeId, Report> reports) {
    /** What follows. */
    enum Verdict {
        /** Somebody has not answered. */
        WAITING,
        /** All replicas of each partition have seen the same, and nobody keeps hints of these runs. */
        EQUAL,
        /** They have not, or somebody could not tell. */
        UNEQUAL
    }

    Survey {
        reports = Collections.unmodifiableMap(new TreeMap<>(reports));
    }

    static Survey of(ClusterState state) {
        return new Survey(state, new TreeMap<>());
    }

    /** After an answer of a member; whoever else answers is not counted. */
    Survey with(NodeId from, Report report) {
        if (state.member(from).isEmpty()) {
            return this;
        }
        Map<NodeId, Report> more = new TreeMap<>(reports);
        more.put(from, report);
        return new Survey(state, more);
    }

    /** Who has not answered. */
    List<NodeId> missing() {
        return state.members().stream()
                .map(member -> member.id())
                .filter(member -> !reports.containsKey(member))
                .toList();
    }

    /** Whether one of these is somebody's present run. */
    boolean isAlive(long run) {
        return reports.values().stream().anyMatch(report -> report.run() == run);
    }

    Verdict verdict() {
        if (reports.values().stream().anyMatch(report -> !report.fit())) {
            return Verdict.UNEQUAL;
        }
        if (reports.size() < state.members().size()) {
            return Verdict.WAITING;
        }
        Map<NodeId, Map<ReplicaId, Long>> seen = new TreeMap<>();
        reports.forEach((member, report) -> {
            Map<ReplicaId, Long> mine = new TreeMap<>();
            for (Seen each : report.seen()) {
                mine.put(each.replica(), each.fingerprint());
            }
            seen.put(member, mine);
        });
        for (BucketDefinition bucket : state.buckets()) {
            for (int partition = 0; partition < state.ring().partitions(); partition++) {
                ReplicaId id = new ReplicaId(bucket.number(), partition);
                long distinct = state.replicaNodes(bucket, partition).stream()
                        .map(node ->
                                seen.getOrDefault(node, Collections.emptyMap()).getOrDefault(id, 0L))
                        .distinct()
                        .count();
                if (distinct > 1) {
                    return Verdict.UNEQUAL;
                }
            }
        }
        return Verdict.EQUAL;
    }
}
