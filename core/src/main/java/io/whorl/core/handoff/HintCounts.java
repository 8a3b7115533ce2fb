package io.whorl.core.handoff;

import io.whorl.core.ring.NodeId;
import io.whorl.core.ring.ReplicaId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** How many readable hints a lane has of each replica for each target, so that nothing is looked for where nothing is. */
final class HintCounts {
    private final Map<NodeId, TreeMap<ReplicaId, Long>> counts = new TreeMap<>();

    void add(NodeId target, ReplicaId id) {
        counts.computeIfAbsent(target, any -> new TreeMap<>()).merge(id, 1L, Long::sum);
    }

    void remove(NodeId target, ReplicaId id) {
        counts.computeIfPresent(target, (any, ofTarget) -> {
            ofTarget.computeIfPresent(id, (same, count) -> count == 1 ? null : count - 1);
            return ofTarget.isEmpty() ? null : ofTarget;
        });
    }

    List<NodeId> targets() {
        return List.copyOf(counts.keySet());
    }

    boolean has(NodeId target) {
        return counts.containsKey(target);
    }

    /** The targets for which something of this replica is kept. */
    List<NodeId> targets(ReplicaId id) {
        List<NodeId> targets = new ArrayList<>(counts.size());
        counts.forEach((target, ofTarget) -> {
            if (ofTarget.containsKey(id)) {
                targets.add(target);
            }
        });
        return targets;
    }

    /** The first replica after this one (null: of all) of which something is kept for the target. */
    Optional<ReplicaId> next(NodeId target, ReplicaId after) {
        TreeMap<ReplicaId, Long> ofTarget = counts.get(target);
        if (ofTarget == null) {
            return Optional.empty();
        }
        return Optional.ofNullable(after == null ? ofTarget.firstKey() : ofTarget.higherKey(after));
    }
}
