package io.whorl.history;

import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * One request of a client. Every put of a history has a value of its own, so a value stands for the write that made it.
 *
 * @param client who asked
 * @param key what it concerned
 * @param begun when it was sent, in nanoseconds of the clock that all clients share
 * @param ended when the answer came; {@link #NEVER} if none did, since it may still take effect at any time
 * @param outcome what the client was told
 * @param action what it was
 */
public record Operation(String client, String key, long begun, long ended, Outcome outcome, Action action) {
    /** No answer came. */
    public static final long NEVER = Long.MAX_VALUE;

    public Operation {
        Objects.requireNonNull(client, "client");
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(outcome, "outcome");
        Objects.requireNonNull(action, "action");
        if (begun > ended) {
            throw new IllegalArgumentException("begun at " + begun + ", after it ended at " + ended);
        }
    }

    /** What a client knows of its request. */
    public enum Outcome {
        /** It was done. */
        ACKNOWLEDGED,
        /** It was certainly not done. */
        NOT_APPLIED,
        /** Nobody can tell. */
        UNKNOWN
    }

    /** What was asked for. */
    public sealed interface Action {}

    /**
     * A write.
     *
     * @param value what was put; null for a delete
     * @param over what it replaced
     */
    public record Write(String value, Seen over) implements Action {
        public Write {
            Objects.requireNonNull(over, "over");
        }
    }

    /** A read, and what it returned; empty unless it was acknowledged. */
    public record Read(List<String> values) implements Action {
        public Read {
            values = List.copyOf(values);
        }
    }

    /** What a write was to replace. */
    public sealed interface Seen {}

    /** Exactly these values, which the client had read together with the context that it gave. */
    public record Values(Set<String> values) implements Seen {
        public Values {
            values = Set.copyOf(values);
        }
    }

    /** Whatever the coordinating node held when it took the write: no context was given. */
    public record WhateverWasThere() implements Seen {}

    /** Whether it may have changed something. */
    boolean mayHaveWritten() {
        return action instanceof Write && outcome != Outcome.NOT_APPLIED;
    }

    /** Whether this put, if it is one, has put that value. */
    boolean puts(String value) {
        return action instanceof Write write && value.equals(write.value());
    }
}
