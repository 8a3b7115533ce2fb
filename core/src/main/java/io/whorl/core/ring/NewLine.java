package io.whorl.core.ring;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The beginning of a new line of epochs, for a cluster of which most voters are lost for good.
 *
 * <p>Nobody agrees on it but those who are left, so it must not be taken for a continuation: the line has another number, and its epochs
 * begin far above the old ones, so that whatever a node of the old line asks counts as stale.
 */
public final class NewLine {
    /** How far above the newest epoch of the old line the new one begins; more than an old line can have made unseen. */
    public static final long JUMP = 1_000_000;

    private NewLine() {}

    /**
     * The first state of a new line: all who do not survive are removed, and their slots will be rebuilt on the others.
     *
     * @param newest the newest state that any survivor knows
     * @param survivors who is left
     * @param line the new line's number, a random one
     * @return the state; empty if no active member survives
     */
    public static Optional<ClusterState> after(ClusterState newest, List<NodeId> survivors, long line) {
        Draft draft = new Draft(newest);
        for (Member member : newest.members()) {
            if (!survivors.contains(member.id())
                    && draft.apply(new Change.Remove(member.id())) instanceof Change.Refused) {
                return Optional.empty();
            }
        }
        TreeSet<NodeId> active = new TreeSet<>();
        draft.active().forEach(member -> active.add(member.id()));
        active.retainAll(survivors);
        if (active.isEmpty()) {
            return Optional.empty();
        }
        ClusterState state = draft.build();
        long epoch = newest.epoch() + JUMP;
        long[] changed = new long[state.ring().partitions()];
        Arrays.fill(changed, epoch);
        Layout layout = state.layout();
        return Optional.of(new ClusterState(
                state.id(),
                line,
                state.name(),
                epoch,
                state.members(),
                state.removed(),
                state.buckets(),
                new Layout(
                        layout.ring(), layout.goal(), layout.moves(), layout.retiring(), layout.resizings(), changed),
                Voters.choose(draft.active(), List.of()),
                state.closings()));
    }
}
