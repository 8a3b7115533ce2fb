package io.whorl.transport;

import io.whorl.core.ring.Address;
import io.whorl.core.ring.NodeId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * The way to an address whose node is not known yet: a few messages wait until a connection stands. On the deciding thread
 * only.
 */
final class ContactLine implements Dialer.Owner {
    /** The oldest gives way: what is said to a contact point is said again and again until somebody answers. */
    private static final int MAX_WAITING = 8;

    private final Peers peers;
    private final Dialer dialer;
    private final Deque<byte[]> waiting = new ArrayDeque<>();
    private NodeId node;
    private Connection connection;
    private long usedNanos;

    ContactLine(Address address, Carrier carrier, Peers peers) {
        this.peers = peers;
        this.dialer = new Dialer(carrier, peers.options(), address, this);
    }

    /** Sends now, or as soon as somebody listens there. */
    void send(byte[] frame) {
        usedNanos = System.nanoTime();
        if (node != null && peers.isUp(node)) {
            peers.send(node, frame);
            return;
        }
        if (waiting.size() == MAX_WAITING) {
            waiting.removeFirst();
        }
        waiting.addLast(frame);
        dialer.dial();
    }

    boolean isMadeBy(Dialer candidate) {
        return candidate == dialer;
    }

    /** The connection that was made for this line has been let in. */
    void reached(Connection made) {
        connection = made;
        node = made.node();
        while (!waiting.isEmpty()) {
            peers.send(node, waiting.removeFirst());
        }
    }

    /** That connection is gone. */
    void lost() {
        connection = null;
        dialer.lost();
    }

    /** Whether a connection is being made for it. */
    boolean isTrying() {
        return dialer.isTrying();
    }

    /** How long nobody has sent anything here. */
    long idleNanos() {
        return System.nanoTime() - usedNanos;
    }

    /** The line is given up; its connection ends with it unless the node has become known otherwise. */
    void end() {
        waiting.clear();
        if (connection != null && !peers.isLearned(node)) {
            connection.close();
        }
    }

    @Override
    public Optional<NodeId> expected() {
        return Optional.empty();
    }

    @Override
    public boolean wanted() {
        return !waiting.isEmpty() && connection == null;
    }

    @Override
    public void missed(boolean refused) {
        if (refused) {
            waiting.clear();
        }
    }
}
