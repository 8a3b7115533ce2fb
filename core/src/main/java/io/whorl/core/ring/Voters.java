package io.whorl.core.ring;

import java.util.List;

/** Chooses the members that agree on changes of the cluster. */
public final class Voters {
    private static final int MOST = 5;

    private Voters() {}

    /**
     * The voters of a set of members: an odd number, five at most.
     *
     * @param members who can vote, at least one
     * @param current who votes now
     * @return voters, those of now first
     */
    public static List<NodeId> choose(List<Member> members, List<NodeId> current) {
        List<NodeId> ids = members.stream().map(Member::id).sorted().toList();
        int count = Math.min(MOST, (ids.size() - 1) | 1);
        return java.util.stream.Stream.concat(
                        current.stream().filter(ids::contains), ids.stream().filter(id -> !current.contains(id)))
                .limit(ids.size() < 3 ? 1 : count)
                .sorted()
                .toList();
    }
}
