package io.whorl.core.quorum;

import io.whorl.core.ring.NodeId;
import java.util.ArrayList;
import java.util.List;

/**
 * Which of the asked nodes have acknowledged and which have failed. An immutable value: each answer makes another tally. A node
 * counts once, whatever it says later; the verdict, once it is no longer WAITING, never changes while nobody else is asked.
 *
 * @param required how many must acknowledge
 * @param outstanding who has not answered yet
 * @param acknowledged how many have
 * @param failed how many have refused, or cannot answer any more
 */
public record Tally(int required, List<NodeId> outstanding, int acknowledged, int failed) {

    public Tally {
        outstanding = List.copyOf(outstanding);
        if (required < 1) {
            throw new IllegalArgumentException("at least one has to be required, not " + required);
        }
    }

    /** Nobody has answered yet. */
    public static Tally of(int required, List<NodeId> asked) {
        return new Tally(required, asked, 0, 0);
    }

    /** This tally after one more node was asked. */
    public Tally ask(NodeId node) {
        List<NodeId> more = new ArrayList<>(outstanding);
        more.add(node);
        return new Tally(required, more, acknowledged, failed);
    }

    /** This tally after an acknowledgement; this very one if the node was not asked or has answered before. */
    public Tally acknowledge(NodeId node) {
        List<NodeId> rest = without(node);
        return rest == null ? this : new Tally(required, rest, acknowledged + 1, failed);
    }

    /** This tally after a refusal or failure; this very one if the node was not asked or has answered before. */
    public Tally fail(NodeId node) {
        List<NodeId> rest = without(node);
        return rest == null ? this : new Tally(required, rest, acknowledged, failed + 1);
    }

    /** Whether it is decided, and how. */
    public Verdict verdict() {
        if (acknowledged >= required) {
            return Verdict.SATISFIED;
        }
        return acknowledged + outstanding.size() < required ? Verdict.IMPOSSIBLE : Verdict.WAITING;
    }

    private List<NodeId> without(NodeId node) {
        int at = outstanding.indexOf(node);
        if (at < 0) {
            return null;
        }
        List<NodeId> rest = new ArrayList<>(outstanding);
        rest.remove(at);
        return rest;
    }
}
