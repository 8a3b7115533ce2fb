package io.whorl.transport;

import io.whorl.core.message.Envelope;
import io.whorl.core.message.Hello;
import io.whorl.core.ring.NodeId;
import io.whorl.core.spi.Transport.Sink;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A node that may throw at what it is told: a fault in handling one message must not leave the connections in disorder. */
final class GuardedSink implements Sink {
    private static final Logger LOG = LoggerFactory.getLogger(GuardedSink.class);

    private final Sink node;

    GuardedSink(Sink node) {
        this.node = node;
    }

    @Override
    public Hello hello() {
        return node.hello();
    }

    @Override
    public Optional<String> refusal(Hello peer) {
        return node.refusal(peer);
    }

    @Override
    public void connected(NodeId peer, long run) {
        try {
            node.connected(peer, run);
        } catch (RuntimeException e) {
            LOG.error("this node failed at being told that node {} is connected", peer, e);
        }
    }

    @Override
    public void disconnected(NodeId peer, long run) {
        try {
            node.disconnected(peer, run);
        } catch (RuntimeException e) {
            LOG.error("this node failed at being told that node {} is not connected any more", peer, e);
        }
    }

    @Override
    public void received(NodeId from, long run, Envelope envelope) {
        try {
            node.received(from, run, envelope);
        } catch (RuntimeException e) {
            LOG.error("this node failed at a message of node {}; the message is lost", from, e);
        }
    }

    @Override
    public void received(NodeId from, long run, List<Envelope> envelopes) {
        try {
            node.received(from, run, envelopes);
        } catch (RuntimeException e) {
            LOG.error(
                    "this node failed at one of {} messages of node {}; that one and those after it are lost",
                    envelopes.size(),
                    from,
                    e);
        }
    }
}
