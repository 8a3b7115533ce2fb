package io.whorl.core.ring;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The next step of one partition's preference list toward its goal, such that for every N in use at most one slot changes its holder.
 *
 * <p>The holders of a bucket are the first N of the list, so buckets of different N share their slots. Each step exchanges one node
 * that the goal has no place for with one that it has, the pair for which most comes right over all N; what is only a matter of order
 * within the holders of every bucket costs nothing and is done at once.
 */
final class Steps {
    private final List<NodeId> list;
    private final List<NodeId> goal;
    private final int[] copies;

    /** What is to be done next with a partition. */
    sealed interface Step {}

    /** No bucket's holders change: the list can be this one at once. */
    record Free(List<NodeId> list) implements Step {}

    /** The slot of this rank passes to a node, which may be further down the list already. */
    record Replace(int rank, NodeId incoming) implements Step {}

    /** The list becomes longer by a node. */
    record Add(NodeId incoming) implements Step {}

    /** The last slot of this list, which differs from the present one in its order alone, is given up. */
    record Remove(List<NodeId> list) implements Step {}

    /**
     * @param list the present preference list
     * @param goal the one to come
     * @param copies the numbers of slots that buckets have, ascending, each once
     */
    Steps(List<NodeId> list, List<NodeId> goal, int[] copies) {
        this.list = list;
        this.goal = goal;
        this.copies = copies;
    }

    /** The next step; empty if the goal is reached. */
    Optional<Step> next() {
        if (list.equals(goal)) {
            return Optional.empty();
        }
        for (int n : copies) {
            Set<NodeId> surplus = difference(list, goal, n);
            Set<NodeId> wanted = difference(goal, list, n);
            if (!surplus.isEmpty() && !wanted.isEmpty()) {
                return Optional.of(exchange(surplus, wanted));
            } else if (!wanted.isEmpty()) {
                return Optional.of(new Add(wanted.iterator().next()));
            } else if (!surplus.isEmpty()) {
                return Optional.of(remove(surplus));
            }
        }
        return Optional.of(new Free(goal));
    }

    private static Set<NodeId> difference(List<NodeId> of, List<NodeId> to, int n) {
        Set<NodeId> difference = new LinkedHashSet<>(of.subList(0, Math.min(n, of.size())));
        to.subList(0, Math.min(n, to.size())).forEach(difference::remove);
        return difference;
    }

    private Step exchange(Set<NodeId> surplus, Set<NodeId> wanted) {
        Replace best = null;
        int fewest = Integer.MAX_VALUE;
        for (NodeId outgoing : surplus) {
            for (NodeId incoming : wanted) {
                Replace step = new Replace(list.indexOf(outgoing), incoming);
                int wrong = wrong(replaced(list, step.rank, incoming));
                if (wrong < fewest) {
                    fewest = wrong;
                    best = step;
                }
            }
        }
        return best;
    }

    private int wrong(List<NodeId> candidate) {
        int wrong = 0;
        for (int n : copies) {
            wrong += difference(candidate, goal, n).size();
        }
        return wrong;
    }

    /** Everyone whom the goal names is there already: one too many goes, from the end of the list. */
    private Step remove(Set<NodeId> surplus) {
        List<NodeId> ordered = new ArrayList<>(list);
        NodeId last = ordered.get(ordered.size() - 1);
        if (goal.contains(last)) {
            NodeId leaving = surplus.iterator().next();
            ordered.set(ordered.indexOf(leaving), last);
            ordered.set(ordered.size() - 1, leaving);
        }
        return new Remove(List.copyOf(ordered));
    }

    /** The list once a rank has another node: the two change places, or the former one leaves the list. */
    static List<NodeId> replaced(List<NodeId> list, int rank, NodeId incoming) {
        List<NodeId> next = new ArrayList<>(list);
        int place = list.indexOf(incoming);
        if (place >= 0) {
            next.set(place, list.get(rank));
        }
        next.set(rank, incoming);
        return List.copyOf(next);
    }
}
