package io.whorl.core.quorum;

import io.whorl.core.ring.NodeId;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

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
 */
public final class ReadTally {
    private final int required;
    private final Map<NodeId, Ask> asks;

    private enum State {
        ASKED,
        OVERDUE,
        ANSWERED,
        KNOWS_NOTHING,
        FAILED
    }

    private record Ask(boolean holder, State state) {
        boolean isOpen() {
            return state == State.ASKED || state == State.OVERDUE;
        }

        boolean hasAnswered() {
            return state == State.ANSWERED || state == State.KNOWS_NOTHING;
        }
    }

    private ReadTally(int required, Map<NodeId, Ask> asks) {
        this.required = required;
        this.asks = asks;
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
        return new ReadTally(required, new TreeMap<>());
    }

    /** How many must answer. */
    public int required() {
        return required;
    }

    /** This tally after a node was asked; this very one if it was asked before. */
    public ReadTally ask(NodeId node, boolean holder) {
        return asks.containsKey(node) ? this : with(node, new Ask(holder, State.ASKED));
    }

    /**
     * This tally after an answer; this very one if the node was not asked, or has answered or failed before.
     *
     * @param knows whether the answer says anything of the key; a holder's always does, that of its absence too
     */
    public ReadTally answer(NodeId node, boolean knows) {
        Ask ask = asks.get(node);
        return ask == null || !ask.isOpen()
                ? this
                : with(node, new Ask(ask.holder, ask.holder || knows ? State.ANSWERED : State.KNOWS_NOTHING));
    }

    /** This tally after a refusal or failure; this very one if the node was not asked, or has answered before. */
    public ReadTally fail(NodeId node) {
        Ask ask = asks.get(node);
        return ask == null || !ask.isOpen() ? this : with(node, new Ask(ask.holder, State.FAILED));
    }

    /** This tally once all that are awaited have taken longer than they should: they may still answer, but need not. */
    public ReadTally overdue() {
        Map<NodeId, Ask> next = new TreeMap<>(asks);
        next.replaceAll((node, ask) -> ask.isOpen() ? new Ask(ask.holder, State.OVERDUE) : ask);
        return new ReadTally(required, next);
    }

    private ReadTally with(NodeId node, Ask ask) {
        Map<NodeId, Ask> next = new TreeMap<>(asks);
        next.put(node, ask);
        return new ReadTally(required, next);
    }

    /** Who has not answered yet, in the order of their ids. */
    public List<NodeId> outstanding() {
        return asks.entrySet().stream()
                .filter(entry -> entry.getValue().isOpen())
                .map(Map.Entry::getKey)
                .toList();
    }

    /** How many have answered. */
    public int answered() {
        return count(Ask::hasAnswered);
    }

    /** How many have refused, or cannot answer any more. */
    public int failed() {
        return count(ask -> ask.state == State.FAILED);
    }

    /** Whether it is decided, and how. */
    public Verdict verdict() {
        int open = count(Ask::isOpen);
        if (count(ask -> ask.holder && ask.hasAnswered()) >= required) {
            return Verdict.SATISFIED;
        }
        boolean known = count(ask -> ask.state == State.ANSWERED) > 0;
        boolean holderAwaited = count(ask -> ask.holder && (known ? ask.state == State.ASKED : ask.isOpen())) > 0;
        if (!holderAwaited && answered() >= required) {
            return Verdict.SATISFIED;
        }
        return answered() + open < required ? Verdict.IMPOSSIBLE : Verdict.WAITING;
    }

    private int count(Predicate<Ask> which) {
        return (int) asks.values().stream().filter(which).count();
    }

    @Override
    public String toString() {
        return answered() + " of the required " + required + " answers, " + asks;
    }
}
