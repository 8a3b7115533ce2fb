package io.whorl.core.agreement;

import io.whorl.core.message.ClusterMessage;

/** What a voter does about a question; see the duties in this package's description. */
public sealed interface Reaction {

    /** Says nothing. */
    record Silence() implements Reaction {}

    /** Says something that rests on nothing new. */
    record Answer(ClusterMessage message) implements Reaction {}

    /**
     * Keeps something, and says so once it is durable.
     *
     * @param keep what is stored; it may equal what was stored before, of which it is not known whether it is durable
     * @param message the answer, not to leave before that
     */
    record Pledge(Acceptor keep, ClusterMessage message) implements Reaction {}
}
