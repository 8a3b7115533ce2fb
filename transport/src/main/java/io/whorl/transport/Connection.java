package io.whorl.transport;

import io.whorl.core.message.Envelope;
import io.whorl.core.message.Hello;
import io.whorl.core.ring.NodeId;
import io.whorl.core.version.MalformedBytesException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection: first the handshake, then messages. Lives on one thread, that of its {@link Pipe}; only {@link #send},
 * {@link #open} and {@link #close} may be called on others.
 *
 * <p>After the handshake it asks {@link Peers} to be let in, and delivers nothing before {@link #open} answers: the node is
 * to hear of a connection before it hears from it. What arrives together is told together, before anything else that follows it.
 */
final class Connection {
    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);

    /** So many messages, or so many bytes of them, are told at the latest: what is kept of one read has to be little. */
    private static final int MAX_COLLECTED = 512;

    private static final int MAX_COLLECTED_BYTES = 256 << 10;

    private enum Phase {
        HANDSHAKE,
        HELD,
        OPEN,
        CLOSED
    }

    private final Pipe pipe;
    private final Peers peers;
    private final Dialer dialer;
    private final Handshake handshake;
    private final InFlight inFlight;
    private final List<byte[]> held = new ArrayList<>();
    // What arrived together and was not told to the node yet.
    private List<Envelope> collected = new ArrayList<>();
    private long collectedBytes;
    private Phase phase = Phase.HANDSHAKE;
    private boolean refused;
    private String end = "the other side closed the connection";
    // Written once, before anybody else is told of this connection.
    private NodeId node;
    private long run;

    /** A connection; {@code dialer} is who made it, or null if the other side did. */
    Connection(Pipe pipe, Peers peers, Dialer dialer) {
        this.pipe = pipe;
        this.peers = peers;
        this.dialer = dialer;
        this.inFlight = new InFlight(peers.options().maxInFlightBytes(), peers.inFlight());
        this.handshake = new Handshake(
                dialer != null,
                dialer == null ? Optional.empty() : dialer.expected(),
                peers.sink()::hello,
                peers.sink()::refusal);
    }

    /** Who is at the other end; known once the handshake is done. */
    NodeId node() {
        return node;
    }

    /** Which run of it. */
    long run() {
        return run;
    }

    /** Whether both sides have said who they are; on the connection's thread. */
    boolean isIntroduced() {
        return phase != Phase.HANDSHAKE;
    }

    /** Who made this connection; null if the other side did. */
    Dialer dialer() {
        return dialer;
    }

    /** The pipe stands. */
    void begin() {
        handshake.begin().forEach(pipe::handshake);
        pipe.schedule(peers.options().handshakeTimeout(), () -> {
            if (phase == Phase.HANDSHAKE) {
                violation("no handshake within " + peers.options().handshakeTimeout());
            }
        });
    }

    /** Sends an envelope that stands behind a frame's headroom, unless too many bytes are under way; on any thread. */
    boolean send(byte[] frame) {
        if (!inFlight.reserve(frame.length - FrameEncoder.HEADROOM)) {
            return false;
        }
        pipe.send(frame, inFlight);
        return true;
    }

    /** The node knows: delivers what was held back and what comes; on any thread. */
    void open() {
        pipe.execute(() -> {
            if (phase == Phase.HELD) {
                phase = Phase.OPEN;
                held.forEach(envelope -> collect(envelope, 0, envelope.length));
                held.clear();
                handOver();
                pipe.reading(true);
            }
        });
    }

    /** Ends it; on any thread. */
    void close() {
        pipe.close();
    }

    /** A step of the handshake arrived. */
    void receivedHandshake(byte[] step) {
        if (phase == Phase.CLOSED) {
            return;
        }
        if (phase != Phase.HANDSHAKE) {
            violation("a handshake after the handshake");
            return;
        }
        try {
            take(handshake.receive(step));
        } catch (MalformedBytesException e) {
            violation("a malformed handshake: " + e.getMessage());
        }
    }

    /** An envelope arrived, a part of an array that is not kept. It is told to the node at {@link #handOver} at the latest. */
    void receivedMessage(byte[] bytes, int start, int end) {
        switch (phase) {
            case HANDSHAKE -> violation("a message before the handshake");
            case HELD -> held.add(Arrays.copyOfRange(bytes, start, end));
            case OPEN -> collect(bytes, start, end);
            case CLOSED -> LOG.trace("a message after the end");
        }
    }

    /** Bytes arrived that no node sends, or nothing did where something had to: ends the connection. */
    void violation(String why) {
        handOver();
        if (phase != Phase.CLOSED) {
            peers.complaints().violation(pipe.remote(), why);
            fail(why);
        }
    }

    /** The pipe is closed; nothing comes after this. {@code why}: null if nothing is known beyond what was said before. */
    void closed(String why) {
        handOver();
        if (why != null) {
            end = why;
        }
        phase = Phase.CLOSED;
        held.clear();
        inFlight.end();
        if (node != null) {
            peers.decide(() -> peers.down(this));
        } else if (dialer != null) {
            peers.decide(() -> dialer.failed(end, refused));
        }
    }

    private void take(Handshake.Step step) {
        step.replies().forEach(pipe::handshake);
        if (step instanceof Handshake.Agreed agreed) {
            node = agreed.peer().node();
            run = agreed.peer().run();
            phase = Phase.HELD;
            pipe.reading(false);
            pipe.agreed();
            peers.decide(() -> peers.up(this));
        } else if (step instanceof Handshake.Declined declined) {
            refused = true;
            String peer = handshake.peer().map(Connection::describe).orElseGet(pipe::remote);
            if (declined.self()) {
                LOG.debug("{} is this node itself", peer);
            } else {
                peers.complaints().refusal(peer, declined.reason());
            }
            fail(declined.reason());
        }
    }

    private static String describe(Hello hello) {
        return "node " + hello.node() + " at " + hello.address();
    }

    private void fail(String why) {
        end = why;
        phase = Phase.CLOSED; // whatever is still arriving is not looked at
        pipe.close();
    }

    /** For the moment nothing more arrives: tells the node what has. */
    void handOver() {
        if (!collected.isEmpty()) {
            List<Envelope> together = collected;
            collected = new ArrayList<>();
            collectedBytes = 0;
            peers.received(this, together);
        }
    }

    private void collect(byte[] bytes, int start, int end) {
        if (phase != Phase.OPEN) {
            return;
        }
        Optional<Envelope> envelope;
        try {
            envelope = MessageCodec.decode(bytes, start, end);
        } catch (MalformedBytesException e) {
            violation("a malformed message: " + e.getMessage());
            return;
        }
        if (envelope.isEmpty()) {
            peers.complaints().unknownMessage("node " + node);
            return;
        }
        collected.add(envelope.get());
        collectedBytes += end - start;
        if (collected.size() == MAX_COLLECTED || collectedBytes >= MAX_COLLECTED_BYTES) {
            handOver();
        }
    }
}
