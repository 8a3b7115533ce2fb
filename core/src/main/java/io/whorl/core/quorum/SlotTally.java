package io.whorl.core.quorum;

import io.whorl.core.ring.NodeId;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which slots of a write have been acknowledged, and by which nodes. An immutable value: each answer makes another tally.
 *
 * <p>A slot, named by its holder, is acknowledged by that holder, or by a fallback that keeps a hint for it. What counts is how many
 * slots can be told off to as many different nodes: a node counts once however many slots it stands in for, since it loses them all
 * with one disk; and a slot counts once however many nodes have acknowledged it. That number is a maximum matching between slots
 * and nodes, found by augmenting paths (Kuhn, 1955); both sides are small.
 *
 * <p>Source: replication.md, "Sloppy quorum and hinted handoff". Once the verdict is no longer WAITING, it never changes, provided
 * that nobody is asked after an IMPOSSIBLE who was not among the spare nodes before.
 */
public final class SlotTally {
    private static final Set<State> HAVE = EnumSet.of(State.ACKNOWLEDGED);
    private static final Set<State> EXPECTED = EnumSet.of(State.ACKNOWLEDGED, State.ASKED);
    private static final Set<State> POSSIBLE = EnumSet.of(State.ACKNOWLEDGED, State.ASKED, State.OVERDUE);

    private final int required;
    private final List<NodeId> slots;
    private final boolean countsSlotsAlone;
    private final Map<NodeId, Ask> asks;

    private enum State {
        ASKED,
        OVERDUE,
        ACKNOWLEDGED,
        FAILED
    }

    private record Ask(List<NodeId> slots, State state) {}

    private SlotTally(int required, List<NodeId> slots, boolean countsSlotsAlone, Map<NodeId, Ask> asks) {
        this.required = required;
        this.slots = slots;
        this.countsSlotsAlone = countsSlotsAlone;
        this.asks = asks;
    }

    /**
     * Nobody has been asked yet.
     *
     * @param slots each named by its holder; no more than 64
     * @param countsSlotsAlone a planted fault: a node counts for every slot that it stands in for
     * @throws IllegalArgumentException if less than one slot is required
     */
    public static SlotTally of(int required, List<NodeId> slots, boolean countsSlotsAlone) {
        if (required < 1) {
            throw new IllegalArgumentException("at least one slot has to be required, not " + required);
        }
        return new SlotTally(required, List.copyOf(slots), countsSlotsAlone, new TreeMap<>());
    }

    /** How many slots must be acknowledged, on as many nodes. */
    public int required() {
        return required;
    }

    /** This tally after a node was asked to take the write for these slots; this very one if it was asked before. */
    public SlotTally ask(NodeId node, List<NodeId> forSlots) {
        return asks.containsKey(node) ? this : with(node, new Ask(List.copyOf(forSlots), State.ASKED));
    }

    /** This tally after an acknowledgement; this very one if the node was not asked, or has failed. */
    public SlotTally acknowledge(NodeId node) {
        return change(node, State.ACKNOWLEDGED);
    }

    /** This tally after a refusal or failure; this very one if the node was not asked, or has acknowledged. */
    public SlotTally fail(NodeId node) {
        return change(node, State.FAILED);
    }

    /** This tally once a node has taken longer than it should: it may still answer, but somebody else is to be asked. */
    public SlotTally overdue(NodeId node) {
        Ask ask = asks.get(node);
        return ask == null || ask.state != State.ASKED ? this : with(node, new Ask(ask.slots, State.OVERDUE));
    }

    private SlotTally change(NodeId node, State state) {
        Ask ask = asks.get(node);
        boolean open = ask != null && (ask.state == State.ASKED || ask.state == State.OVERDUE);
        return open ? with(node, new Ask(ask.slots, state)) : this;
    }

    private SlotTally with(NodeId node, Ask ask) {
        Map<NodeId, Ask> next = new TreeMap<>(asks);
        next.put(node, ask);
        return new SlotTally(required, slots, countsSlotsAlone, next);
    }

    /** How many slots have been acknowledged, on as many nodes. */
    public int acknowledged() {
        return filled(HAVE);
    }

    /** How many will be if everyone acknowledges who was asked and is not overdue. */
    public int expected() {
        return filled(EXPECTED);
    }

    /** How many nodes have refused, or cannot answer any more. */
    public int failed() {
        return (int)
                asks.values().stream().filter(ask -> ask.state == State.FAILED).count();
    }

    /** Whether a node was asked. */
    public boolean wasAsked(NodeId node) {
        return asks.containsKey(node);
    }

    /** Whether a node has acknowledged. */
    public boolean hasAcknowledged(NodeId node) {
        Ask ask = asks.get(node);
        return ask != null && ask.state == State.ACKNOWLEDGED;
    }

    /** Who was asked and has neither acknowledged nor failed, in the order of their ids. */
    public List<NodeId> unanswered() {
        return in(EnumSet.of(State.ASKED, State.OVERDUE));
    }

    /** Who was asked and has neither acknowledged nor failed, and is not overdue, in the order of their ids. */
    public List<NodeId> awaited() {
        return in(EnumSet.of(State.ASKED));
    }

    private List<NodeId> in(Set<State> states) {
        return asks.entrySet().stream()
                .filter(entry -> states.contains(entry.getValue().state))
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Whether fewer slots than required have been acknowledged by their own holders. */
    public boolean leansOnFallbacks() {
        return slots.stream().filter(this::hasAcknowledged).count() < required;
    }

    /**
     * Whether it is decided, and how.
     *
     * @param spare how many nodes could still be asked, each for any slot
     */
    public Verdict verdict(int spare) {
        if (acknowledged() >= required) {
            return Verdict.SATISFIED;
        }
        return Math.min(slots.size(), filled(POSSIBLE) + spare) < required ? Verdict.IMPOSSIBLE : Verdict.WAITING;
    }

    /** The first slot for which it would help to ask one more node: {@link #expected} would be one more. Empty if there is none. */
    public Optional<NodeId> lacking() {
        Map<NodeId, NodeId> taken = new TreeMap<>();
        match(EXPECTED, taken);
        for (NodeId slot : slots) {
            NodeId taker = taken.get(slot);
            if (taker == null || place(taker, new TreeMap<>(taken), new TreeSet<>(List.of(slot)))) {
                return Optional.of(slot);
            }
        }
        return Optional.empty();
    }

    private int filled(Set<State> states) {
        if (countsSlotsAlone) {
            Set<NodeId> covered = new TreeSet<>();
            asks.values().stream().filter(ask -> states.contains(ask.state)).forEach(ask -> covered.addAll(ask.slots));
            return covered.size();
        }
        int simply = filledSimply(states);
        return simply < 0 ? match(states, new TreeMap<>()) : simply;
    }

    /** Where every node stands for one slot at the most, as nearly always, the slots need only be counted; -1 elsewhere. */
    private int filledSimply(Set<State> states) {
        long covered = 0;
        for (Ask ask : asks.values()) {
            if (states.contains(ask.state)) {
                if (ask.slots.size() > 1) {
                    return -1;
                }
                for (NodeId slot : ask.slots) {
                    covered |= 1L << slots.indexOf(slot);
                }
            }
        }
        return Long.bitCount(covered);
    }

    /** Tells as many nodes as possible off to slots; {@code taken} then says which node has which slot. */
    private int match(Set<State> states, Map<NodeId, NodeId> taken) {
        int matched = 0;
        for (NodeId node : asks.keySet()) {
            if (states.contains(asks.get(node).state) && place(node, taken, new TreeSet<>())) {
                matched++;
            }
        }
        return matched;
    }

    /** Finds a slot for a node, moving others along if necessary. */
    private boolean place(NodeId node, Map<NodeId, NodeId> taken, Set<NodeId> tried) {
        for (NodeId slot : asks.get(node).slots) {
            if (tried.add(slot)) {
                NodeId other = taken.get(slot);
                if (other == null || place(other, taken, tried)) {
                    taken.put(slot, node);
                    return true;
                }
            }
        }
        return false;
    }

    @Override
    public String toString() {
        return acknowledged() + " of the required " + required + " slots, " + asks;
    }
}
