package io.whorl.transport;

import io.whorl.core.message.Envelope;
import io.whorl.core.ring.Address;
import io.whorl.core.ring.NodeId;
import io.whorl.core.spi.Transport.SendResult;
import io.whorl.core.spi.Transport.Sink;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What both transports have in common: who is connected, who is to be, and what the node is told of it.
 *
 * <p>Connections live on threads of their own; all that concerns more than one of them is decided on the carrier's one
 * deciding thread, so there are no locks, and the node hears connected, received and disconnected in that order.
 */
final class Peers {
    private static final int MAX_LINES = 256;

    private final Carrier carrier;
    private final TransportOptions options;
    private final InFlight.Total inFlight;
    private final Complaints complaints = new Complaints();
    private final Map<NodeId, Peer> peers = new ConcurrentHashMap<>();
    private final Map<Address, ContactLine> lines = new LinkedHashMap<>();
    private volatile Sink sink;
    private volatile boolean closed;

    Peers(Carrier carrier, TransportOptions options) {
        this.carrier = carrier;
        this.options = options;
        this.inFlight = new InFlight.Total(options.maxTotalInFlightBytes());
    }

    TransportOptions options() {
        return options;
    }

    /** What is under way over all connections together. */
    InFlight.Total inFlight() {
        return inFlight;
    }

    Complaints complaints() {
        return complaints;
    }

    Sink sink() {
        return sink;
    }

    boolean isStarted() {
        return sink != null && !closed;
    }

    /** Called once, before anything is sent or arrives. */
    void start(Sink node) {
        if (sink != null) {
            throw new IllegalStateException("the transport was started already; make a new one for a new start");
        }
        if (closed) {
            throw new IllegalStateException("the transport is closed; make a new one");
        }
        sink = new GuardedSink(node);
        carrier.schedule(options.idleTimeout(), this::endIdleLines);
    }

    /** Nothing is told to the node, and nothing sent, from now on. */
    void close() {
        closed = true;
    }

    void decide(Runnable task) {
        carrier.decide(task);
    }

    void learn(NodeId node, Address address) {
        decide(() -> {
            if (isStarted() && !node.equals(sink.hello().node())) {
                peer(node).learn(address, carrier, options);
            }
        });
    }

    SendResult send(NodeId to, Envelope envelope) {
        Peer peer = peers.get(to);
        if (closed || peer == null || !peer.isUp()) {
            return SendResult.UNREACHABLE;
        }
        byte[] frame = MessageCodec.encode(envelope, FrameEncoder.HEADROOM);
        return isTooLarge(frame, to) ? SendResult.FULL : peer.send(frame);
    }

    void send(Address to, Envelope envelope) {
        if (closed || to.equals(carrier.address())) {
            return;
        }
        byte[] frame = MessageCodec.encode(envelope, FrameEncoder.HEADROOM);
        if (isTooLarge(frame, to)) {
            return;
        }
        decide(() -> {
            ContactLine line = lines.get(to);
            if (line == null && lines.size() == MAX_LINES) {
                complaints.once(
                        "lines", "no connection to {}: {}", to.toString(), MAX_LINES + " contact points already");
                return;
            }
            lines.computeIfAbsent(to, address -> new ContactLine(address, carrier, this))
                    .send(frame);
        });
    }

    private boolean isTooLarge(byte[] frame, Object to) {
        int bytes = frame.length - FrameEncoder.HEADROOM;
        if (bytes <= Chunks.MAX_MESSAGE) {
            return false;
        }
        String why = "it has " + bytes + " bytes, at most " + Chunks.MAX_MESSAGE + " are carried";
        complaints.once("size " + to, "a message to {} was not sent: {}", to.toString(), why);
        return true;
    }

    // What follows happens on the deciding thread, but for received().

    /** A connection has agreed on its handshake and wants to be let in. */
    void up(Connection connection) {
        if (connection.dialer() != null) {
            connection.dialer().reached();
        }
        if (closed) {
            connection.close();
            return;
        }
        peer(connection.node()).up(connection, sink);
        for (ContactLine line : lines.values()) {
            if (line.isMadeBy(connection.dialer())) {
                line.reached(connection);
            }
        }
    }

    /** A connection that had agreed on its handshake is gone. */
    void down(Connection connection) {
        Peer peer = peers.get(connection.node());
        if (closed || peer == null) {
            return;
        }
        peer.down(connection, sink);
        if (peer.isForgettable()) {
            peers.remove(peer.node());
        }
        for (ContactLine line : lines.values()) {
            if (line.isMadeBy(connection.dialer())) {
                line.lost();
            }
        }
    }

    /** Messages arrived, at least one; on the connection's thread. */
    void received(Connection from, List<Envelope> envelopes) {
        if (closed) {
            return;
        }
        if (envelopes.size() == 1) {
            sink.received(from.node(), from.run(), envelopes.get(0));
        } else {
            sink.received(from.node(), from.run(), envelopes);
        }
    }

    SendResult send(NodeId to, byte[] frame) {
        Peer peer = peers.get(to);
        return peer == null ? SendResult.UNREACHABLE : peer.send(frame);
    }

    boolean isUp(NodeId node) {
        Peer peer = peers.get(node);
        return peer != null && peer.isUp();
    }

    boolean isLearned(NodeId node) {
        Peer peer = peers.get(node);
        return peer != null && peer.isLearned();
    }

    private Peer peer(NodeId node) {
        return peers.computeIfAbsent(node, Peer::new);
    }

    private void endIdleLines() {
        if (closed) {
            return;
        }
        for (Iterator<ContactLine> all = lines.values().iterator(); all.hasNext(); ) {
            ContactLine line = all.next();
            if (line.idleNanos() >= options.idleTimeout().toNanos() && !line.isTrying()) {
                all.remove();
                line.end();
            }
        }
        carrier.schedule(options.idleTimeout(), this::endIdleLines);
    }
}
