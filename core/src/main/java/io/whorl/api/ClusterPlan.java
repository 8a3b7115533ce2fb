package io.whorl.api;

import java.util.ArrayList;
import java.util.List;

/**
 * What a change of the cluster would lead to: every move until the cluster is at rest again. Immutable.
 *
 * <p>It is computed from what the asked node knows, and nothing is agreed or begun by it. If the change is then made, the moves that
 * happen are these, unless something else is changed meanwhile, or a node does not answer for so long that its slots are rebuilt
 * without it. Moves that were under way before are among them.
 *
 * @param epoch the epoch of the cluster state that it was computed from
 * @param moves by partition; those of one partition happen in this order, one after the other
 * @param bytes about how many bytes are copied in all: the replicas that move, times the mean size of the asked node's own replicas of
 *     the bucket. A bucket of which that node holds none counts as empty
 * @param shares per node how many replicas it holds before and after, by node
 * @param zoneViolations where copies will share a zone that need not; empty where no member names one
 */
public record ClusterPlan(
        long epoch, List<PlannedMove> moves, long bytes, List<NodeShare> shares, List<ZoneViolation> zoneViolations) {

    /** Copies the lists. */
    public ClusterPlan {
        moves = List.copyOf(moves);
        shares = List.copyOf(shares);
        zoneViolations = List.copyOf(zoneViolations);
    }

    /** How many replicas are copied from one node to another. */
    public long replicasCopied() {
        return moves.stream()
                .filter(move -> move.to().isPresent() && !move.to().equals(move.from()))
                .mapToLong(move -> move.buckets().size())
                .sum();
    }

    /** For a log: a line for the whole, one for each node, one for each violation of the zone rule; not the moves. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(
                "plan on epoch " + epoch + ": " + moves.size() + " moves, " + replicasCopied() + " replicas and about "
                        + bytes + " bytes copied" + (zoneViolations.isEmpty() ? "" : ", the zone rule broken"));
        shares.forEach(share ->
                lines.add("node " + share.nodeId() + ": " + share.before() + " replicas, then " + share.after()));
        zoneViolations.forEach(violation -> lines.add("partition " + violation.partition() + " of bucket '"
                + violation.bucket() + "' has several copies in " + violation.zones()));
        return List.copyOf(lines);
    }

    /** {@link #lines}, one below the other. */
    @Override
    public String toString() {
        return String.join("\n", lines());
    }
}
