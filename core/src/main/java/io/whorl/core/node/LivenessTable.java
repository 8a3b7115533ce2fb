package io.whorl.core.node;

import io.whorl.core.message.LivenessMessage.Status;
import io.whorl.core.ring.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;

/** What is held of the other members, for everybody to read. The cluster's lane writes. */
final class LivenessTable {
    private final Map<NodeId, MemberSnapshot> members = new ConcurrentSkipListMap<>();
    /** Whether anything is wrong with anybody: mostly not, and then nobody has to look. */
    private volatile boolean troubled;

    void put(MemberSnapshot member) {
        members.put(member.member(), member);
        troubled = members.values().stream().anyMatch(LivenessTable::isDoubtful);
    }

    /** These are all there are. */
    void replace(List<MemberSnapshot> all) {
        TreeSet<NodeId> present = new TreeSet<>();
        all.forEach(member -> {
            present.add(member.member());
            members.put(member.member(), member);
        });
        members.keySet().retainAll(present);
        troubled = all.stream().anyMatch(LivenessTable::isDoubtful);
    }

    List<MemberSnapshot> all() {
        return new ArrayList<>(members.values());
    }

    boolean isDead(NodeId node) {
        MemberSnapshot member = troubled ? members.get(node) : null;
        return member != null && member.status() == Status.DEAD;
    }

    boolean isDoubtful(NodeId node) {
        MemberSnapshot member = troubled ? members.get(node) : null;
        return member != null && isDoubtful(member);
    }

    private static boolean isDoubtful(MemberSnapshot member) {
        return member.status() != Status.ALIVE || !member.direct();
    }
}
