package io.whorl.api;

import java.util.List;

/**
 * All values of a key that no later write has seen, and the causal context that stands for having seen them. Immutable.
 *
 * @param <V> the type of the values
 */
public interface Versioned<V> {

    /** The siblings, newest first by hybrid timestamp; empty when the key is absent, more than one after concurrent writes. */
    List<V> values();

    /** What was seen, to be handed to the write that follows from it. An absent key has one too. */
    CausalContext context();

    /** Whether the key has no value. */
    default boolean isAbsent() {
        return values().isEmpty();
    }

    /** Whether concurrent writes left more than one value. */
    default boolean hasSiblings() {
        return values().size() > 1;
    }
}
