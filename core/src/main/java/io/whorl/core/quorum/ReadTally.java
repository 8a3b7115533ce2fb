package io.whorl.core.quorum;

import io.whorl.core.ring.NodeId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Which of the nodes that a read has asked have answered. An immutable value: each answer makes another tally. A node counts once,
 * whatever it says later.
 *
 * <p>Holders count first: a fallback holds the little that it was handed while others were away, so what it has may be old, and
 * that it has nothing is not absence. What fallbacks say counts toward R only once no holder is awaited any more; and if none of
 * them knows anything of the key, only once no holder can answer at all. Then it counts all the same, so that both sides of a split
 * go on (Dynamo, section 4.6).
 *
 * <p>Once the verdict is no longer WAITING it never changes while nobody else is asked.
 *
 * <p>Every read makes several of these, so what is known of the nodes is sets of bits, in the order in which they were asked.
 */
public final class ReadTally {
    /** How many nodes can be asked: a bit for each. */
    static final int MOST = Long.SIZE;

    /** As many nodes as most reads ask. */
    private static final int USUAL = 3;

    private final int required;
    /** In the order in which they were asked; behind the first {@link #count} another tally, made of this one, may have its own. */
    private final NodeId[] nodes;

    private final int count;
    private final long holders;
    private final long open;
    private final long overdue;
    private final long answered;
    /** Those of the answered whose answers say nothing of the key. */
    private final long ignorant;

    private ReadTally(
            int required,
            NodeId[] nodes,
            int count,
            long holders,
            long open,
            long overdue,
            long answered,
            long ignorant) {
        this.required = required;
        this.nodes = nodes;
        this.count = count;
        this.holders = holders;
        this.open = open;
        this.overdue = overdue;
        this.answered = answered;
        this.ignorant = ignorant;
    }

    /**
     * Nobody has been asked yet.
     *
     * @throws IllegalArgumentException if less than one answer is required
     */
    public static ReadTally of(int required) {
        if (required < 1) {
            throw new IllegalArgumentException("at least one answer has to be required, not " + required);
        }
        return new ReadTally(required, new NodeId[USUAL], 0, 0, 0, 0, 0, 0);
    }

    /** How many must answer. */
    public int required() {
        return required;
    }

    /**
     * This tally after a node was asked; this very one if it was asked before.
     *
     * @throws IllegalStateException if 64 others have been asked
     */
    public ReadTally ask(NodeId node, boolean holder) {
        if (bit(node) != 0) {
            return this;
        }
        if (count == MOST) {
            throw new IllegalStateException("a read asks " + MOST + " nodes at the most, not " + node + " too");
        }
        // The place may be taken by a tally that was made of this one before.
        boolean free = count < nodes.length && nodes[count] == null;
        NodeId[] more = free ? nodes : Arrays.copyOf(Arrays.copyOf(nodes, count), count + USUAL);
        more[count] = node;
        long bit = 1L << count;
        return new ReadTally(
                required, more, count + 1, holder ? holders | bit : holders, open | bit, overdue, answered, ignorant);
    }

    /**
     * This tally after an answer; this very one if the node was not asked, or has answered or failed before.
     *
     * @param knows whether the answer says anything of the key; a holder's always does, that of its absence too
     */
    public ReadTally answer(NodeId node, boolean knows) {
        long bit = bit(node) & open;
        return bit == 0
                ? this
                : new ReadTally(
                        required,
                        nodes,
                        count,
                        holders,
                        open & ~bit,
                        overdue,
                        answered | bit,
                        knows ? ignorant : ignorant | bit & ~holders);
    }

    /** This tally after a refusal or failure; this very one if the node was not asked, or has answered before. */
    public ReadTally fail(NodeId node) {
        long bit = bit(node) & open;
        return bit == 0
                ? this
                : new ReadTally(required, nodes, count, holders, open & ~bit, overdue, answered, ignorant);
    }

    /** This tally once all that are awaited have taken longer than they should: they may still answer, but need not. */
    public ReadTally overdue() {
        return new ReadTally(required, nodes, count, holders, open, overdue | open, answered, ignorant);
    }

    /** The bit of a node; none if it was not asked. */
    private long bit(NodeId node) {
        for (int i = 0; i < count; i++) {
            if (nodes[i].equals(node)) {
                return 1L << i;
            }
        }
        return 0;
    }

    /** Who has not answered yet, in the order of their ids. */
    public List<NodeId> outstanding() {
        List<NodeId> outstanding = new ArrayList<>(Long.bitCount(open));
        for (int i = 0; i < count; i++) {
            if ((open >> i & 1) != 0) {
                outstanding.add(nodes[i]);
            }
        }
        outstanding.sort(null);
        return outstanding;
    }

    /** Whether a node was asked and has not answered yet. */
    public boolean isOutstanding(NodeId node) {
        return (bit(node) & open) != 0;
    }

    /** Whether nobody who was asked has to answer yet. */
    public boolean isExhausted() {
        return open == 0;
    }

    /** How many have answered. */
    public int answered() {
        return Long.bitCount(answered);
    }

    /** How many have refused, or cannot answer any more. */
    public int failed() {
        return count - Long.bitCount(open | answered);
    }

    /** Whether it is decided, and how. */
    public Verdict verdict() {
        if (Long.bitCount(answered & holders) >= required) {
            return Verdict.SATISFIED;
        }
        boolean known = (answered & ~ignorant) != 0;
        boolean holderAwaited = (open & holders & (known ? ~overdue : -1)) != 0;
        if (!holderAwaited && answered() >= required) {
            return Verdict.SATISFIED;
        }
        return Long.bitCount(answered | open) < required ? Verdict.IMPOSSIBLE : Verdict.WAITING;
    }

    @Override
    public String toString() {
        List<String> asked = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            asked.add(nodes[i] + ((holders >> i & 1) != 0 ? " (holder) " : " ") + state(1L << i));
        }
        return answered() + " of the required " + required + " answers, " + asked;
    }

    private String state(long bit) {
        if ((answered & bit) != 0) {
            return (ignorant & bit) != 0 ? "knows nothing" : "answered";
        }
        return (open & bit) == 0 ? "failed" : (overdue & bit) != 0 ? "overdue" : "asked";
    }
}
