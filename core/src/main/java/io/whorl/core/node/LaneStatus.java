package io.whorl.core.node;

import io.whorl.core.repair.RepairStatus;
import io.whorl.core.ring.NodeId;
import io.whorl.core.ring.ReplicaId;
import io.whorl.core.transfer.MoveStatus;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How one lane's replicas are at one instant.
 *
 * @param lane which lane, from 0
 * @param replicas how many it has
 * @param catchingUp how many of them answer no strict read until they have caught up
 * @param doubts what is the matter with each replica in doubt
 * @param repair how far each replica and each of its peers are apart
 * @param moves the moves that this lane carries out
 * @param sinceHeard how many nanoseconds ago anti-entropy last heard from each peer
 */
public record LaneStatus(
        int lane,
        int replicas,
        int catchingUp,
        SortedMap<ReplicaId, String> doubts,
        List<RepairStatus> repair,
        List<MoveStatus> moves,
        SortedMap<NodeId, Long> sinceHeard) {

    public LaneStatus {
        doubts = Collections.unmodifiableSortedMap(new TreeMap<>(doubts));
        repair = List.copyOf(repair);
        moves = List.copyOf(moves);
        sinceHeard = Collections.unmodifiableSortedMap(new TreeMap<>(sinceHeard));
    }
}
