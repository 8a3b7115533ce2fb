package io.whorl.processes;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Stands between every two nodes of a cluster, and can cut, slow down or reset what they say to each other.
 *
 * <p>Node {@code i} listens where only the proxy knows, and advertises the proxy's port {@code address(i)}; contact points are
 * such ports too. So every connection between two nodes leads through here. Who made it, the proxy reads in its greeting: the nodes
 * are not changed, and nothing but the first frame is looked at.
 *
 * <p><b>What a direction means.</b> A link is an ordered pair: {@code link(i, j)} is what becomes of the bytes that i sends to j.
 * Two nodes may have a connection that i made, one that j made, or both, and use either for messages both ways; the link applies
 * to the bytes from i to j on all of them. TCP's own acknowledgements are not modelled: with {@code link(i, j)} cut, j's bytes
 * still reach i.
 *
 * <p><b>What a cut means.</b> Bytes are held back, not thrown away, as TCP does not throw them away either, but sends them
 * again until the route is back or one side gives up. The held bytes come first after the healing, in order. The end of a connection
 * is held back in the same way, so behind a cut link the death of a node is not noticed. A connection that is made while the
 * link is cut is accepted by the proxy, but nobody answers its greeting.
 */
final class FaultProxy implements AutoCloseable {
    private static final int BACKLOG = 200;
    private static final int GREETING_MILLIS = 20_000;

    private final List<ServerSocket> doors = new ArrayList<>();
    private final List<List<Link>> links = new ArrayList<>();
    private final int[] ports;
    private final Set<ProxiedConnection> connections = ConcurrentHashMap.newKeySet();
    private final Set<Socket> ungreeted = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /** Opens a port for each node; {@code ports} are where the nodes listen. */
    FaultProxy(int... ports) throws IOException {
        this.ports = ports.clone();
        for (int i = 0; i < ports.length; i++) {
            List<Link> from = new ArrayList<>();
            for (int j = 0; j < ports.length; j++) {
                from.add(new Link());
            }
            links.add(from);
            doors.add(new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress()));
        }
        for (int i = 0; i < ports.length; i++) {
            int to = i;
            start(() -> accept(to), "proxy accepts for " + to);
        }
    }

    /** What a node has to advertise, and the others to connect to. */
    String address(int node) {
        return "127.0.0.1:" + doors.get(node).getLocalPort();
    }

    /** What becomes of what one node sends to another. */
    Link link(int from, int to) {
        return links.get(from).get(to);
    }

    /** Ends every connection between two nodes, whoever made it, with a reset to both. */
    void reset(int one, int other) {
        for (ProxiedConnection connection : connections) {
            if (connection.isBetween(one, other)) {
                connection.abort();
            }
        }
    }

    /** How many connections there are. */
    int connections() {
        return connections.size();
    }

    /** Lets everything pass, everywhere. */
    void heal() {
        links.forEach(from -> from.forEach(Link::heal));
    }

    @Override
    public void close() throws IOException {
        closed = true;
        for (ServerSocket door : doors) {
            door.close();
        }
        for (Socket socket : ungreeted) {
            socket.close();
        }
        links.forEach(from -> from.forEach(Link::close));
        connections.forEach(ProxiedConnection::abort);
    }

    private void accept(int to) {
        while (!closed) {
            try {
                Socket dialer = doors.get(to).accept();
                ungreeted.add(dialer);
                start(() -> serve(dialer, to), "proxy to " + to);
            } catch (IOException e) {
                if (!closed) {
                    throw new IllegalStateException("the proxy cannot accept connections to node " + to, e);
                }
            }
        }
    }

    private void serve(Socket dialer, int to) {
        Greeting greeting;
        try {
            dialer.setTcpNoDelay(true);
            dialer.setSoTimeout(GREETING_MILLIS);
            greeting = Greeting.read(new DataInputStream(dialer.getInputStream()));
            dialer.setSoTimeout(0);
        } catch (IOException e) {
            closeQuietly(dialer); // it ended before it had said who it is
            return;
        } finally {
            ungreeted.remove(dialer);
        }
        int from = nodeAt(greeting.advertised());
        if (from < 0) {
            closeQuietly(dialer);
            return;
        }
        carry(from, to, dialer, greeting);
    }

    private void carry(int from, int to, Socket dialer, Greeting greeting) {
        ProxiedConnection[] self = new ProxiedConnection[1];
        ProxiedConnection connection = new ProxiedConnection(from, to, dialer, () -> connections.remove(self[0]));
        self[0] = connection;
        connections.add(connection);
        try {
            if (!closed) {
                connection.run(greeting, ports[to], link(from, to), link(to, from));
                return;
            }
        } catch (IOException e) {
            // The node does not run: its system would refuse the connection.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        connection.abort();
    }

    private int nodeAt(String address) {
        for (int i = 0; i < doors.size(); i++) {
            if (address(i).equals(address)) {
                return i;
            }
        }
        return -1;
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // Nobody uses it any more.
        }
    }

    private static void start(Runnable work, String name) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }
}
