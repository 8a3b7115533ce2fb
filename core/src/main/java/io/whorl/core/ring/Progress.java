package io.whorl.core.ring;

/** How far a cluster is from rest. */
public final class Progress {
    private Progress() {}

    /**
     * How many slots have to move yet, be added or be given up until nothing is left to do; those on their way are among them.
     *
     * @param state the newest state
     * @return 0 at rest
     */
    public static int slotsLeft(ClusterState state) {
        Layout layout = state.layout();
        boolean none = layout.goal().isEmpty()
                && layout.moves().isEmpty()
                && layout.resizings().isEmpty();
        return none ? 0 : ChangePlan.movesLeft(new Draft(state)).size();
    }

    /**
     * Whether nothing moves or has to: everything is where it belongs and nowhere else, and every member is active.
     *
     * @param state the newest state
     * @return whether the cluster is at rest
     */
    public static boolean isAtRest(ClusterState state) {
        Layout layout = state.layout();
        return layout.goal().isEmpty()
                && layout.moves().isEmpty()
                && layout.resizings().isEmpty()
                && layout.retiring().isEmpty()
                && state.members().stream().allMatch(member -> member.status() == Member.Status.ACTIVE);
    }
}
