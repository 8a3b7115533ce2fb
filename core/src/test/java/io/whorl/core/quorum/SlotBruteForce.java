package io.whorl.core.quorum;

import io.whorl.core.ring.NodeId;
import io.whorl.core.ring.Slot;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What {@link SlotTally} says, by trying to tell every node off to every slot, or to none. */
final class SlotBruteForce {
    static final Set<String> HAVE = Set.of("acknowledged");
    static final Set<String> EXPECTED = Set.of("acknowledged", "asked");
    static final Set<String> POSSIBLE = Set.of("acknowledged", "asked", "overdue");

    private final List<Slot> slots;
    private final Map<NodeId, List<NodeId>> asked = new TreeMap<>();
    private final Map<NodeId, String> states = new TreeMap<>();

    SlotBruteForce(List<Slot> slots) {
        this.slots = slots;
    }

    void ask(NodeId node, List<NodeId> writers) {
        if (asked.putIfAbsent(node, writers) == null) {
            states.put(node, "asked");
        }
    }

    void acknowledge(NodeId node) {
        states.computeIfPresent(node, (any, was) -> was.equals("failed") ? was : "acknowledged");
    }

    void fail(NodeId node) {
        states.computeIfPresent(node, (any, was) -> was.equals("acknowledged") ? was : "failed");
    }

    void overdue(NodeId node) {
        states.computeIfPresent(node, (any, was) -> was.equals("asked") ? "overdue" : was);
    }

    Verdict verdict(int required, int spare) {
        if (most(HAVE, 0) >= required && demandedLack(HAVE) == 0) {
            return Verdict.SATISFIED;
        }
        int left = spare - demandedLack(POSSIBLE);
        return left >= 0 && most(POSSIBLE, left) >= required ? Verdict.WAITING : Verdict.IMPOSSIBLE;
    }

    /** How many demanded writers nobody of these stands for. */
    int demandedLack(Set<String> which) {
        List<NodeId> demanded = slots.stream()
                .filter(Slot::demanded)
                .flatMap(slot -> slot.writers().stream())
                .toList();
        return lacks(which, demanded).size();
    }

    /** Those of the writers for whom nobody stands. */
    List<NodeId> lacks(Set<String> which, List<NodeId> writers) {
        TreeSet<NodeId> covered = new TreeSet<>();
        nodes(which).forEach(covered::addAll);
        return writers.stream().filter(writer -> !covered.contains(writer)).toList();
    }

    int most(Set<String> which, int spare) {
        List<Set<NodeId>> open = new ArrayList<>();
        slots.stream()
                .filter(slot -> slot.counts() && !slot.writers().isEmpty())
                .forEach(slot -> open.add(new TreeSet<>(slot.writers())));
        return most(nodes(which), 0, open, spare);
    }

    private static int most(List<List<NodeId>> nodes, int from, List<Set<NodeId>> open, int spare) {
        if (from == nodes.size()) {
            int left = spare;
            int filled = 0;
            for (int lacking : open.stream().map(Set::size).sorted().toList()) {
                if (lacking <= left) {
                    left -= lacking;
                    filled++;
                }
            }
            return filled;
        }
        int most = most(nodes, from + 1, open, spare);
        for (Set<NodeId> slot : open) {
            Set<NodeId> before = new TreeSet<>(slot);
            if (slot.removeAll(nodes.get(from))) {
                most = Math.max(most, most(nodes, from + 1, open, spare));
                slot.addAll(before);
            }
        }
        return most;
    }

    private List<List<NodeId>> nodes(Set<String> which) {
        List<List<NodeId>> nodes = new ArrayList<>();
        asked.forEach((node, writers) -> {
            if (which.contains(states.get(node))) {
                nodes.add(writers);
            }
        });
        return nodes;
    }
}
