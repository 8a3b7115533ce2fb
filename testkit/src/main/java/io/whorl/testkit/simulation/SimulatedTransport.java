package io.whorl.testkit.simulation;

import io.whorl.core.message.Envelope;
import io.whorl.core.ring.Address;
import io.whorl.core.ring.NodeId;
import io.whorl.core.spi.Transport;
import java.util.Map;
import java.util.TreeMap;

/** One process's end of the network: the connections it believes in, and the addresses it keeps calling. */
final class SimulatedTransport implements Transport {
    private static final long FIRST_BACKOFF = 10 * Kernel.MILLI;
    static final long LONGEST_BACKOFF = Kernel.SECOND;

    private final SimulatedNetwork network;
    private final SimulatedProcess process;
    private final Draws draws;
    private final Map<NodeId, Connection> connections = new TreeMap<>();
    private final Map<NodeId, Address> learned = new TreeMap<>();
    private final Map<Address, Boolean> calling = new TreeMap<>();
    private Sink sink;
    private NodeId self;
    private long run;
    private boolean closed;
    private long established;

    /** One end of a connection; another connection to the same process has another number. */
    record Connection(NodeId node, long run, SimulatedTransport peer, long number) {}

    SimulatedTransport(SimulatedNetwork network, SimulatedProcess process, Draws draws) {
        this.network = network;
        this.process = process;
        this.draws = draws;
    }

    SimulatedProcess process() {
        return process;
    }

    Sink sink() {
        return sink;
    }

    NodeId self() {
        return self;
    }

    long run() {
        return run;
    }

    @Override
    public void start(Sink newSink) {
        this.sink = newSink;
        this.self = newSink.hello().node();
        this.run = newSink.hello().run();
        network.listen(this);
    }

    /** Whether the node has begun to use it. */
    boolean hasStarted() {
        return sink != null;
    }

    @Override
    public Address address() {
        return process.host().address();
    }

    @Override
    public void learn(NodeId node, Address address) {
        if (!address.equals(learned.put(node, address))) {
            call(address, FIRST_BACKOFF);
        }
    }

    /** Calls an address, and again with backoff, until a connection stands. */
    private void call(Address address, long backoff) {
        if (closed || calling.putIfAbsent(address, true) != null) {
            return;
        }
        process.after(draws.between(Kernel.MICRO, backoff), () -> {
            calling.remove(address);
            if (!closed
                    && !isConnectedTo(address)
                    && learned.containsValue(address)
                    && !network.connect(this, address)) {
                call(address, Math.min(2 * backoff, LONGEST_BACKOFF));
            }
        });
    }

    @Override
    public SendResult send(NodeId to, Envelope envelope) {
        Connection connection = connections.get(to);
        if (closed || connection == null) {
            return SendResult.UNREACHABLE;
        }
        return network.carry(this, connection, envelope) ? SendResult.SENT : SendResult.FULL;
    }

    @Override
    public void send(Address to, Envelope envelope) {
        process.after(network.latency(), () -> {
            if (!closed && (isConnectedTo(to) || network.connect(this, to))) {
                for (Connection connection : connections.values()) {
                    if (connection.peer.address().equals(to)) {
                        send(connection.node, envelope);
                        return;
                    }
                }
            }
        });
    }

    boolean isConnected(NodeId node) {
        return connections.containsKey(node);
    }

    private boolean isConnectedTo(Address address) {
        return connections.values().stream()
                .anyMatch(each -> each.peer.address().equals(address));
    }

    /** This end's connection to that very process, or null. */
    Connection connectionTo(SimulatedTransport peer) {
        return connections.values().stream()
                .filter(each -> each.peer == peer)
                .findFirst()
                .orElse(null);
    }

    boolean welcomes(SimulatedTransport peer) {
        return sink.refusal(peer.sink.hello()).isEmpty();
    }

    /** A connection stands. One to an earlier run of the peer is given up, before or after the new one is told of. */
    void establish(SimulatedTransport peer) {
        Connection fresh = new Connection(peer.self(), peer.run(), peer, ++established);
        Connection before = connections.put(fresh.node, fresh);
        if (before != null && before.run == fresh.run) {
            return;
        }
        boolean oldFirst = draws.chance(0.5);
        if (before != null && oldFirst) {
            sink.disconnected(before.node, before.run);
        }
        sink.connected(fresh.node, fresh.run);
        if (before != null && !oldFirst) {
            process.after(draws.between(0, Kernel.MILLI), () -> sink.disconnected(before.node, before.run));
        }
    }

    /** A connection is noticed to be gone, unless another has taken its place. */
    void drop(Connection connection) {
        if (!closed && connections.remove(connection.node, connection)) {
            sink.disconnected(connection.node, connection.run);
            Address address = learned.get(connection.node);
            if (address != null) {
                call(address, FIRST_BACKOFF);
            }
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            network.gone(this, true);
            connections.clear();
        }
    }

    /** The process died; nothing is done any more, and whether its peers are told depends on how. */
    void die(boolean noticed) {
        closed = true;
        network.gone(this, noticed);
    }
}
