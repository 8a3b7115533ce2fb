package io.whorl.api;

/** This node is closing or closed. Unknown for what was under way, else not applied. */
public final class NodeClosedException extends WhorlException {
    private static final long serialVersionUID = 1L;

    public NodeClosedException(Outcome outcome, String message) {
        super(outcome, message, null);
    }
}
