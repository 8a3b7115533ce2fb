package io.whorl.core.ring;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a change of the cluster would lead to, found by making it on paper: all moves up to the point where the cluster is at rest.
 *
 * <p>What then happens equals it, unless something else is changed meanwhile, a move is aborted, or a holder is excluded because it
 * does not answer. The moves of one partition come one after the other in this order; those of different partitions in any.
 *
 * @param judgement whether the change can be made
 * @param moves what is to be moved, by partition and then in order, those that are under way already among them
 * @param before per member how many replicas it holds now
 * @param after the same once all is done, without the members that have left
 * @param ring who holds what then
 * @param members who is a member then
 * @param buckets which buckets there are then
 */
public record ChangePlan(
        Change.Judgement judgement,
        List<PlannedMove> moves,
        Map<NodeId, Long> before,
        Map<NodeId, Long> after,
        Ring ring,
        List<Member> members,
        List<BucketDefinition> buckets) {

    /** Copies the lists and keeps the maps in order. */
    public ChangePlan {
        moves = List.copyOf(moves);
        before = Collections.unmodifiableMap(new TreeMap<>(before));
        after = Collections.unmodifiableMap(new TreeMap<>(after));
        members = List.copyOf(members);
        buckets = List.copyOf(buckets);
    }

    /**
     * Makes a change on paper.
     *
     * @param state the newest state
     * @param change what would be different
     * @return what it would lead to; of a change that is refused, without moves
     */
    public static ChangePlan of(ClusterState state, Change change) {
        Draft draft = new Draft(state);
        Map<NodeId, Long> before = replicas(draft, draft.members);
        Change.Judgement judgement = draft.apply(change);
        boolean possible = judgement == Change.DONE || judgement == Change.ALREADY;
        List<PlannedMove> moves = possible ? movesLeft(draft) : List.of();
        List<Member> members = possible ? draft.active() : draft.members;
        return new ChangePlan(
                judgement, moves, before, replicas(draft, members), Ring.of(draft.lists), members, draft.buckets);
    }

    /**
     * How many replicas are copied from one node to another.
     *
     * @return the number of pairs of a move and a bucket
     */
    public long copied() {
        return moves.stream()
                .filter(PlannedMove::copies)
                .mapToLong(move -> move.buckets().size())
                .sum();
    }

    /** Each partition goes its own way, whatever the others do: so round by round one move of each is begun and finished. */
    static List<PlannedMove> movesLeft(Draft draft) {
        List<PlannedMove> moves = new ArrayList<>();
        for (Move move : List.copyOf(draft.moves)) {
            moves.add(planned(draft, move, true));
            finish(draft, move);
        }
        draft.retiring.clear();
        // As the next epoch's state will have them.
        draft.resizings.sort(Comparator.comparingLong(Resizing::bucket));
        boolean moving = true;
        while (moving) {
            moving = false;
            draft.moveChanges.settle();
            for (int partition = 0; partition < draft.lists.size(); partition++) {
                Move move = draft.moveChanges.next(partition).orElse(null);
                if (move != null) {
                    draft.moveChanges.start(move);
                    moves.add(planned(draft, move, false));
                    finish(draft, move);
                    moving = true;
                }
            }
        }
        // Stable, so that the moves of a partition stay in their order.
        moves.sort(Comparator.comparingInt(PlannedMove::partition));
        return moves;
    }

    private static PlannedMove planned(Draft draft, Move move, boolean begun) {
        List<NodeId> list = draft.lists.get(move.partition());
        List<Long> buckets = draft.buckets.stream()
                .filter(bucket -> SlotView.concerns(move, bucket, draft.copies(bucket, move.partition()), list))
                .map(BucketDefinition::number)
                .toList();
        return new PlannedMove(move.partition(), move.phase(), move.outgoing(), move.incoming(), buckets, begun);
    }

    private static void finish(Draft draft, Move move) {
        draft.moveChanges.finish(move);
        draft.retiring.clear();
    }

    private static Map<NodeId, Long> replicas(Draft draft, List<Member> members) {
        Map<NodeId, Long> replicas = new TreeMap<>();
        members.forEach(member -> replicas.put(member.id(), 0L));
        for (BucketDefinition bucket : draft.buckets) {
            for (int partition = 0; partition < draft.lists.size(); partition++) {
                List<NodeId> list = draft.lists.get(partition);
                list.subList(0, Math.min(list.size(), draft.copies(bucket, partition)))
                        .forEach(holder -> replicas.computeIfPresent(holder, (node, count) -> count + 1));
            }
        }
        return replicas;
    }
}
