package io.whorl.core.spi;

import io.whorl.core.message.Envelope;
import io.whorl.core.message.Hello;
import io.whorl.core.ring.Address;
import io.whorl.core.ring.NodeId;
import java.util.List;
import java.util.Optional;

/**
 * Carries messages to other nodes. A message may be lost, arrive more than once, late, or after younger ones; it never arrives
 * changed, and never from a node that is not the one it names. Callable on any thread.
 */
public interface Transport extends AutoCloseable {

    /** Begins to accept and to connect. Called once, before anything else but {@link #address}. */
    void start(Sink sink);

    /** Where this node listens, with the port that was really bound. */
    Address address();

    /** Tells where a node listens: a connection is kept up from then on, tried again with backoff while it fails. */
    void learn(NodeId node, Address address);

    /** Sends to a node that is connected, over whichever side's connection. */
    SendResult send(NodeId to, Envelope envelope);

    /** Sends to whoever listens at an address, connecting first if necessary; for nodes whose identity is not known yet. */
    void send(Address to, Envelope envelope);

    /** What it has met so far that it should not have; nothing, if it is of a kind that meets nothing of the sort. */
    default TransportCounters counters() {
        return TransportCounters.NONE;
    }

    /** The memory that is used now. */
    default TransportMemory memory() {
        return TransportMemory.NONE;
    }

    /** Closes every connection, frees the port and joins every thread. Repeated calls do nothing. */
    @Override
    void close();

    /** What became of a message at the moment of sending. */
    enum SendResult {
        /** It is under way; nothing more is known. */
        SENT,
        /** There is no connection: it was certainly not sent. */
        UNREACHABLE,
        /** Too many bytes are under way to this node: it was certainly not sent. */
        FULL
    }

    /** What a transport tells its node; called on the transport's threads, and must not block. */
    interface Sink {
        /** Who this node is, to be said at the beginning of a connection. */
        Hello hello();

        /** Whether to talk with a node that introduced itself so: empty, or the reason why not, which both sides log. */
        Optional<String> refusal(Hello peer);

        /** A connection to this run of a node stands, in at least one direction. */
        void connected(NodeId peer, long run);

        /** No connection to this run of a node stands any more. What was sent and not answered may or may not have arrived. */
        void disconnected(NodeId peer, long run);

        /** A message arrived from a connected node. */
        void received(NodeId from, long run, Envelope envelope);

        /** Messages arrived together from a connected node, in this order: what can be done for several at once may be. */
        default void received(NodeId from, long run, List<Envelope> envelopes) {
            for (Envelope envelope : envelopes) {
                received(from, run, envelope);
            }
        }
    }
}
