package io.whorl.core.quorum;

import io.whorl.core.ring.NodeId;
import io.whorl.core.ring.Slot;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Which slots of a write have been acknowledged, and by which nodes. An immutable value: each answer makes another tally.
 *
 * <p>A slot is acknowledged once each of its writers is: by itself, or by a fallback that keeps a hint for it. At rest a slot has one
 * writer, while it moves two. What counts is how many slots can be told off to different nodes: a node counts once however many slots
 * it stands in for, since it loses them all with one disk; and a slot counts once however many nodes have acknowledged it. A slot that
 * is demanded does not count, but nothing is acknowledged before it is; one that is excluded neither counts nor is waited for.
 *
 * <p>Source: replication.md, "Sloppy quorum and hinted handoff"; cluster.md, "Moving a slot". Once the verdict is no longer WAITING, it
 * never changes, provided that nobody is asked after an IMPOSSIBLE who was not among the spare nodes before.
 */
public final class SlotTally {
    private static final Set<State> HAVE = EnumSet.of(State.ACKNOWLEDGED);
    private static final Set<State> EXPECTED = EnumSet.of(State.ACKNOWLEDGED, State.ASKED);
    private static final Set<State> POSSIBLE = EnumSet.of(State.ACKNOWLEDGED, State.ASKED, State.OVERDUE);

    private final int required;
    private final SlotCover slots;
    private final boolean countsSlotsAlone;
    private final Map<NodeId, Ask> asks;

    private enum State {
        ASKED,
        OVERDUE,
        ACKNOWLEDGED,
        FAILED
    }

    private record Ask(long writers, State state) {}

    private SlotTally(int required, SlotCover slots, boolean countsSlotsAlone, Map<NodeId, Ask> asks) {
        this.required = required;
        this.slots = slots;
        this.countsSlotsAlone = countsSlotsAlone;
        this.asks = asks;
    }

    /**
     * Nobody has been asked yet.
     *
     * @param slots with no more than 64 writers
     * @param countsSlotsAlone a planted fault: a node counts for every slot that it stands in for
     * @throws IllegalArgumentException if less than one slot is required
     */
    public static SlotTally of(int required, List<Slot> slots, boolean countsSlotsAlone) {
        if (required < 1) {
            throw new IllegalArgumentException("at least one slot has to be required, not " + required);
        }
        return new SlotTally(required, new SlotCover(slots), countsSlotsAlone, new TreeMap<>());
    }

    /** How many slots must be acknowledged, on as many nodes. */
    public int required() {
        return required;
    }

    /** This tally after a node was asked to take the write for these writers; this very one if it was asked before. */
    public SlotTally ask(NodeId node, List<NodeId> forWriters) {
        return asks.containsKey(node) ? this : with(node, new Ask(slots.bits(forWriters), State.ASKED));
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
        return ask == null || ask.state != State.ASKED ? this : with(node, new Ask(ask.writers, State.OVERDUE));
    }

    private SlotTally change(NodeId node, State state) {
        Ask ask = asks.get(node);
        boolean open = ask != null && (ask.state == State.ASKED || ask.state == State.OVERDUE);
        return open ? with(node, new Ask(ask.writers, state)) : this;
    }

    private SlotTally with(NodeId node, Ask ask) {
        Map<NodeId, Ask> next = new TreeMap<>(asks);
        next.put(node, ask);
        return new SlotTally(required, slots, countsSlotsAlone, next);
    }

    /** How many slots have been acknowledged, on as many nodes. */
    public int acknowledged() {
        return filled(HAVE, 0);
    }

    /** How many will be if everyone acknowledges who was asked and is not overdue. */
    public int expected() {
        return filled(EXPECTED, 0);
    }

    /**
     * How many could be.
     *
     * @param spare how many nodes could still be asked, each for any one writer
     */
    public int possible(int spare) {
        return filled(POSSIBLE, Math.max(0, spare - slots.demandedBeyond(covered(POSSIBLE))));
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
        return in(EnumSet.of(State.ASKED, State.OVERDUE), -1);
    }

    /** Who was asked and has neither acknowledged nor failed, and is not overdue, in the order of their ids. */
    public List<NodeId> awaited() {
        return in(EnumSet.of(State.ASKED), -1);
    }

    /** Who has acknowledged, in the order of their ids. */
    public List<NodeId> acknowledgers() {
        return in(HAVE, -1);
    }

    /** Who has a slot that is acknowledged, or a hint for it; of a moving slot, who will have it. */
    public List<NodeId> keepers() {
        return in(HAVE, slots.filled(covered(HAVE)) & slots.lasting());
    }

    /** Who would be among the {@link #keepers} if everyone acknowledged who can and is not overdue. */
    public List<NodeId> expectedKeepers() {
        return in(EXPECTED, slots.lasting());
    }

    /** Who would be among the {@link #keepers} if everyone acknowledged who still can. */
    public List<NodeId> possibleKeepers() {
        return in(POSSIBLE, slots.lasting());
    }

    private List<NodeId> in(Set<State> states, long writers) {
        return asks.entrySet().stream()
                .filter(entry -> states.contains(entry.getValue().state)
                        && (writers == -1 || (entry.getValue().writers & writers) != 0))
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Whether fewer slots than required have been acknowledged by all of their own holders. */
    public boolean leansOnFallbacks() {
        long own = slots.bits(acknowledgers());
        return slots.carelessly(own) < required || slots.demandedBeyond(own) > 0;
    }

    /**
     * Whether it is decided, and how.
     *
     * @param spare how many nodes could still be asked, each for any one writer
     */
    public Verdict verdict(int spare) {
        if (acknowledged() >= required && slots.demandedBeyond(covered(HAVE)) == 0) {
            return Verdict.SATISFIED;
        }
        boolean demandable = slots.demandedBeyond(covered(POSSIBLE)) <= spare;
        return demandable && possible(spare) >= required ? Verdict.WAITING : Verdict.IMPOSSIBLE;
    }

    /** Whether it will be satisfied if everyone acknowledges who was asked and is not overdue. */
    public boolean isExpected() {
        return expected() >= required && slots.demandedBeyond(covered(EXPECTED)) == 0;
    }

    /** Whether every writer has acknowledged, or somebody for it; those of slots that do not count included. */
    public boolean isComplete() {
        return first(~covered(HAVE)).isEmpty();
    }

    /** The first writer for whom nobody was asked who is not overdue and has not failed, whether that is of use to a quorum or not. */
    public Optional<NodeId> uncovered() {
        return first(~covered(EXPECTED));
    }

    /**
     * The writer for whom one more node should be asked: one that is demanded, or the first for whom {@link #expected} would be one
     * more, or would be with yet another node for the second writer of a slot. Empty if nobody would be of use.
     */
    public Optional<NodeId> lacking() {
        long covered = covered(EXPECTED);
        List<NodeId> targets = slots.targets();
        for (int i = 0; i < targets.size(); i++) {
            if (slots.isDemanded(i) && (covered >> i & 1) == 0) {
                return Optional.of(targets.get(i));
            }
        }
        long[] nodes = nodes(EXPECTED);
        long[] more = Arrays.copyOf(nodes, nodes.length + 1);
        for (int others = 0; others <= 1; others++) {
            int before = slots.most(nodes, others);
            for (int i = 0; i < targets.size(); i++) {
                more[nodes.length] = 1L << i;
                if (slots.most(more, others) > before) {
                    return Optional.of(targets.get(i));
                }
            }
        }
        return Optional.empty();
    }

    private Optional<NodeId> first(long writers) {
        int index = Long.numberOfTrailingZeros(writers);
        return index < slots.targets().size() ? Optional.of(slots.targets().get(index)) : Optional.empty();
    }

    private long covered(Set<State> states) {
        long covered = 0;
        for (Ask ask : asks.values()) {
            covered |= states.contains(ask.state) ? ask.writers : 0;
        }
        return covered;
    }

    private long[] nodes(Set<State> states) {
        return asks.values().stream()
                .filter(ask -> states.contains(ask.state))
                .mapToLong(Ask::writers)
                .toArray();
    }

    private int filled(Set<State> states, int spare) {
        return countsSlotsAlone && spare == 0 ? slots.carelessly(covered(states)) : slots.most(nodes(states), spare);
    }

    @Override
    public String toString() {
        return acknowledged() + " of the required " + required + " slots, " + asks;
    }
}
