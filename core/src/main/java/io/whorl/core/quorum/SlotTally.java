package io.whorl.core.quorum;

import io.whorl.core.ring.NodeId;
import io.whorl.core.ring.Slot;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

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
 *
 * <p>Every write makes several of these. So what is known of the nodes is sets of bits: a writer has the bit that it has among the
 * {@link SlotCover#targets}, and the others follow in the order in which they were asked. As long as each node was asked for itself, as
 * nearly always, those bits are also the writers that are covered, and there is nothing else to be kept or searched.
 */
public final class SlotTally {
    /** How many nodes can be told apart, writers and others: a bit for each. */
    static final int MOST = Long.SIZE;

    private static final NodeId[] NOBODY = {};

    private final int required;
    private final SlotCover slots;
    private final boolean countsSlotsAlone;
    /** Those asked who are no writers. */
    private final NodeId[] others;
    /** For which writers each stands, by its bit; null while all who were asked are writers, each for itself. */
    private final long[] standing;

    private final long asked;
    private final long open;
    private final long overdue;
    private final long acknowledged;

    private SlotTally(int required, SlotCover slots, boolean countsSlotsAlone) {
        this.required = required;
        this.slots = slots;
        this.countsSlotsAlone = countsSlotsAlone;
        this.others = NOBODY;
        this.standing = null;
        this.asked = 0;
        this.open = 0;
        this.overdue = 0;
        this.acknowledged = 0;
    }

    private SlotTally(SlotTally before, NodeId[] others, long[] standing, long added) {
        this.required = before.required;
        this.slots = before.slots;
        this.countsSlotsAlone = before.countsSlotsAlone;
        this.others = others;
        this.standing = standing;
        this.asked = before.asked | added;
        this.open = before.open | added;
        this.overdue = before.overdue;
        this.acknowledged = before.acknowledged;
    }

    private SlotTally(SlotTally before, long open, long overdue, long acknowledged) {
        this.required = before.required;
        this.slots = before.slots;
        this.countsSlotsAlone = before.countsSlotsAlone;
        this.others = before.others;
        this.standing = before.standing;
        this.asked = before.asked;
        this.open = open;
        this.overdue = overdue;
        this.acknowledged = acknowledged;
    }

    /**
     * Nobody has been asked yet.
     *
     * @param slots with no more than 64 writers
     * @param countsSlotsAlone a planted fault: a node counts for every slot that it stands in for
     * @throws IllegalArgumentException if less than one slot is required
     */
    public static SlotTally of(int required, List<Slot> slots, boolean countsSlotsAlone) {
        return new SlotTally(positive(required), new SlotCover(slots), countsSlotsAlone);
    }

    private static int positive(int required) {
        if (required < 1) {
            throw new IllegalArgumentException("at least one slot has to be required, not " + required);
        }
        return required;
    }

    /**
     * The same slots before anybody was asked, for a write with a quorum of its own; this very tally if it is that.
     *
     * @throws IllegalArgumentException if less than one slot is required
     */
    public SlotTally requiring(int other) {
        return other == required && asked == 0 ? this : new SlotTally(positive(other), slots, countsSlotsAlone);
    }

    /** How many slots must be acknowledged, on as many nodes. */
    public int required() {
        return required;
    }

    /**
     * This tally after a node was asked to take the write for these writers; this very one if it was asked before.
     *
     * @throws IllegalStateException if there is no bit left for it: 64 nodes are told apart, writers and others
     */
    public SlotTally ask(NodeId node, List<NodeId> forWriters) {
        return asked(node, slots.bits(forWriters));
    }

    /**
     * This tally after a node was asked to take the write for one writer, perhaps itself; this very one if it was asked before.
     *
     * @throws IllegalStateException if there is no bit left for it: 64 nodes are told apart, writers and others
     */
    public SlotTally ask(NodeId node, NodeId forWriter) {
        return asked(node, slots.bit(forWriter));
    }

    private SlotTally asked(NodeId node, long writers) {
        int known = index(node);
        if (known >= 0 && (asked >> known & 1) != 0) {
            return this;
        }
        if (known >= 0 && standing == null && writers == 1L << known) {
            return new SlotTally(this, others, null, writers);
        }
        int index = known >= 0 ? known : slots.targets().size() + others.length;
        if (index >= MOST) {
            throw new IllegalStateException(
                    "a write asks " + MOST + " writers and other nodes at the most, not " + node + " too");
        }
        NodeId[] more = others;
        if (known < 0) {
            more = Arrays.copyOf(others, others.length + 1);
            more[others.length] = node;
        }
        long[] stands = new long[slots.targets().size() + more.length];
        for (int i = 0; i < stands.length; i++) {
            stands[i] = (asked >> i & 1) != 0 ? standing(i) : 0;
        }
        stands[index] = writers;
        return new SlotTally(this, more, stands, 1L << index);
    }

    /** This tally after an acknowledgement; this very one if the node was not asked, or has failed. */
    public SlotTally acknowledge(NodeId node) {
        long bit = bit(node) & open;
        return bit == 0 ? this : new SlotTally(this, open & ~bit, overdue, acknowledged | bit);
    }

    /** This tally after a refusal or failure; this very one if the node was not asked, or has acknowledged. */
    public SlotTally fail(NodeId node) {
        long bit = bit(node) & open;
        return bit == 0 ? this : new SlotTally(this, open & ~bit, overdue, acknowledged);
    }

    /** This tally once a node has taken longer than it should: it may still answer, but somebody else is to be asked. */
    public SlotTally overdue(NodeId node) {
        long bit = bit(node) & open & ~overdue;
        return bit == 0 ? this : new SlotTally(this, open, overdue | bit, acknowledged);
    }

    private int index(NodeId node) {
        int index = slots.index(node);
        for (int i = 0; index < 0 && i < others.length; i++) {
            index = others[i].equals(node) ? slots.targets().size() + i : -1;
        }
        return index;
    }

    private long bit(NodeId node) {
        int index = index(node);
        return index < 0 ? 0 : 1L << index;
    }

    private NodeId node(int index) {
        int targets = slots.targets().size();
        return index < targets ? slots.targets().get(index) : others[index - targets];
    }

    /** The writers for whom an asked node stands. */
    private long standing(int index) {
        return standing == null ? 1L << index : standing[index];
    }

    /** Who is expected to have it: has acknowledged, or was asked and is not overdue. */
    private long expecting() {
        return acknowledged | open & ~overdue;
    }

    /** Who can come to have it. */
    private long possible() {
        return acknowledged | open;
    }

    /** How many slots have been acknowledged, on as many nodes. */
    public int acknowledged() {
        return filled(acknowledged, 0);
    }

    /** How many will be if everyone acknowledges who was asked and is not overdue. */
    public int expected() {
        return filled(expecting(), 0);
    }

    /**
     * How many could be.
     *
     * @param spare how many nodes could still be asked, each for any one writer
     */
    public int possible(int spare) {
        return filled(possible(), Math.max(0, spare - slots.demandedBeyond(covered(possible()))));
    }

    /** How many nodes have refused, or cannot answer any more. */
    public int failed() {
        return Long.bitCount(asked & ~possible());
    }

    /** Whether a node was asked. */
    public boolean wasAsked(NodeId node) {
        return (bit(node) & asked) != 0;
    }

    /** Whether a node has acknowledged. */
    public boolean hasAcknowledged(NodeId node) {
        return (bit(node) & acknowledged) != 0;
    }

    /** Whether everybody who was asked has acknowledged or failed. */
    public boolean isAnswered() {
        return open == 0;
    }

    /** Who was asked and has neither acknowledged nor failed, in the order of their ids. */
    public List<NodeId> unanswered() {
        return nodes(open, -1);
    }

    /** Who was asked and has neither acknowledged nor failed, and is not overdue, in the order of their ids. */
    public List<NodeId> awaited() {
        return nodes(open & ~overdue, -1);
    }

    /** Who has acknowledged, in the order of their ids. */
    public List<NodeId> acknowledgers() {
        return nodes(acknowledged, -1);
    }

    /** Who has a slot that is acknowledged, or a hint for it; of a moving slot, who will have it. */
    public List<NodeId> keepers() {
        return nodes(acknowledged, slots.filled(covered(acknowledged)) & slots.lasting());
    }

    /** Who would be among the {@link #keepers} if everyone acknowledged who can and is not overdue. */
    public List<NodeId> expectedKeepers() {
        return nodes(expecting(), slots.lasting());
    }

    /** Who would be among the {@link #keepers} if everyone acknowledged who still can. */
    public List<NodeId> possibleKeepers() {
        return nodes(possible(), slots.lasting());
    }

    /** Those of these nodes that stand for one of the writers at least, or all of them for -1. */
    private List<NodeId> nodes(long which, long writers) {
        List<NodeId> nodes = new ArrayList<>(Long.bitCount(which));
        for (long left = which; left != 0; left &= left - 1) {
            int index = Long.numberOfTrailingZeros(left);
            if (writers == -1 || (standing(index) & writers) != 0) {
                nodes.add(node(index));
            }
        }
        nodes.sort(null);
        return nodes;
    }

    /** Whether fewer slots than required have been acknowledged by all of their own holders. */
    public boolean leansOnFallbacks() {
        long own = acknowledged & slots.all();
        return slots.carelessly(own) < required || slots.demandedBeyond(own) > 0;
    }

    /**
     * Whether it is decided, and how.
     *
     * @param spare how many nodes could still be asked, each for any one writer
     */
    public Verdict verdict(int spare) {
        if (isSatisfied()) {
            return Verdict.SATISFIED;
        }
        boolean demandable = slots.demandedBeyond(covered(possible())) <= spare;
        return demandable && possible(spare) >= required ? Verdict.WAITING : Verdict.IMPOSSIBLE;
    }

    /** Whether as many have acknowledged as are required; it does not matter then who could still be asked. */
    public boolean isSatisfied() {
        return acknowledged() >= required && slots.demandedBeyond(covered(acknowledged)) == 0;
    }

    /** Whether it will be satisfied if everyone acknowledges who was asked and is not overdue. */
    public boolean isExpected() {
        return expected() >= required && slots.demandedBeyond(covered(expecting())) == 0;
    }

    /** Whether every writer has acknowledged, or somebody for it; those of slots that do not count included. */
    public boolean isComplete() {
        return (slots.all() & ~covered(acknowledged)) == 0;
    }

    /** The first writer for whom nobody was asked who is not overdue and has not failed, whether that is of use to a quorum or not. */
    public Optional<NodeId> uncovered() {
        long writers = slots.all() & ~covered(expecting());
        return writers == 0 ? Optional.empty() : Optional.of(slots.targets().get(Long.numberOfTrailingZeros(writers)));
    }

    /**
     * The writer for whom one more node should be asked: one that is demanded, or the first for whom {@link #expected} would be one
     * more, or would be with yet another node for the second writer of a slot. Empty if nobody would be of use.
     */
    public Optional<NodeId> lacking() {
        long covered = covered(expecting());
        List<NodeId> targets = slots.targets();
        for (int i = 0; i < targets.size(); i++) {
            if (slots.isDemanded(i) && (covered >> i & 1) == 0) {
                return Optional.of(targets.get(i));
            }
        }
        long[] nodes = standing(expecting());
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

    /** The writers for whom one of these nodes stands. */
    private long covered(long nodes) {
        if (standing == null) {
            return nodes;
        }
        long covered = 0;
        for (long left = nodes; left != 0; left &= left - 1) {
            covered |= standing[Long.numberOfTrailingZeros(left)];
        }
        return covered;
    }

    /** For each of these nodes the writers for whom it stands. */
    private long[] standing(long nodes) {
        long[] each = new long[Long.bitCount(nodes)];
        int count = 0;
        for (long left = nodes; left != 0; left &= left - 1) {
            each[count++] = standing(Long.numberOfTrailingZeros(left));
        }
        return each;
    }

    private int filled(long nodes, int spare) {
        if (countsSlotsAlone && spare == 0) {
            return slots.carelessly(covered(nodes));
        }
        return standing == null ? slots.mostSingly(nodes, spare) : slots.most(standing(nodes), spare);
    }

    @Override
    public String toString() {
        return acknowledged() + " of the required " + required + " slots by " + acknowledgers() + ", waiting for "
                + unanswered() + ", failed " + nodes(asked & ~possible(), -1);
    }
}
