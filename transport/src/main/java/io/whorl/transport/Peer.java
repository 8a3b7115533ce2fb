package io.whorl.transport;

import io.whorl.core.ring.Address;
import io.whorl.core.ring.NodeId;
import io.whorl.core.spi.Transport.SendResult;
import io.whorl.core.spi.Transport.Sink;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is known of one other node: the connections with it, and which run of it they lead to. Changed on the deciding thread
 * only; {@link #send} may be called on any.
 *
 * <p>Messages take the connection that has stood longest, so that those of one sender stay in order while it stands. When
 * another run of the node introduces itself, the connections to the one before are closed first, and only when all of them
 * are gone does the node hear of the new one.
 */
final class Peer implements Dialer.Owner {
    private final NodeId node;
    private final List<Connection> up = new ArrayList<>();
    private final List<Connection> waiting = new ArrayList<>();
    private volatile Connection active;
    private Dialer dialer;

    Peer(NodeId node) {
        this.node = node;
    }

    NodeId node() {
        return node;
    }

    /** Whether messages can be sent; on any thread. */
    boolean isUp() {
        return active != null;
    }

    /** Sends an envelope that stands behind a frame's headroom; on any thread. */
    SendResult send(byte[] frame) {
        Connection connection = active;
        if (connection == null) {
            return SendResult.UNREACHABLE;
        }
        return connection.send(frame) ? SendResult.SENT : SendResult.FULL;
    }

    /** Keeps a connection with it up from now on. */
    void learn(Address address, Carrier carrier, TransportOptions options) {
        if (dialer == null) {
            dialer = new Dialer(carrier, options, address, this);
            dialer.dial();
        } else {
            dialer.redirect(address);
        }
    }

    boolean isLearned() {
        return dialer != null;
    }

    /** A connection wants to be let in. */
    void up(Connection connection, Sink sink) {
        if (!up.isEmpty() && up.get(0).run() != connection.run()) {
            waiting.add(connection);
            List.copyOf(up).forEach(Connection::close);
            return;
        }
        up.add(connection);
        if (up.size() == 1) {
            active = connection;
            sink.connected(node, connection.run());
        }
        connection.open();
    }

    /** A connection is gone. */
    void down(Connection connection, Sink sink) {
        waiting.remove(connection);
        if (!up.remove(connection)) {
            return;
        }
        active = up.isEmpty() ? null : up.get(0);
        if (!up.isEmpty()) {
            return;
        }
        sink.disconnected(node, connection.run());
        if (!waiting.isEmpty()) {
            List<Connection> next = List.copyOf(waiting);
            waiting.clear();
            long run = next.get(next.size() - 1).run();
            for (Connection candidate : next) {
                if (candidate.run() == run) {
                    up(candidate, sink);
                } else {
                    candidate.close();
                }
            }
        } else if (dialer != null) {
            dialer.lost();
        }
    }

    /** Whether there is nothing to remember of it. */
    boolean isForgettable() {
        return dialer == null && up.isEmpty() && waiting.isEmpty();
    }

    /** Every connection, those included that are not let in yet. */
    List<Connection> connections() {
        List<Connection> all = new ArrayList<>(up);
        all.addAll(waiting);
        return all;
    }

    @Override
    public Optional<NodeId> expected() {
        return Optional.of(node);
    }

    @Override
    public boolean wanted() {
        return up.isEmpty() && waiting.isEmpty();
    }

    @Override
    public void missed(boolean refused) {}
}
