package io.whorl.transport;

import io.whorl.core.message.Envelope;
import io.whorl.core.ring.Address;
import io.whorl.core.ring.NodeId;
import io.whorl.core.spi.Transport;
import io.whorl.core.spi.TransportCounters;
import io.whorl.core.spi.TransportMemory;
import java.time.Duration;

/**
 * A transport to nodes in the same JVM, without sockets, through the same codec as the wire's. Each has one thread, on which
 * its sink is called.
 */
public final class InProcessTransport implements Transport {
    private static final TransportOptions EAGER = TransportOptions.defaults()
            .withBackoff(Duration.ofMillis(2), Duration.ofMillis(20), Duration.ofMillis(100));

    private final MemoryCarrier carrier;

    /** A transport that tries again sooner than {@link TransportOptions#defaults} say, because trying costs nothing here. */
    public InProcessTransport(InProcessNetwork network, Address bind) {
        this(network, bind, EAGER);
    }

    /**
     * A transport.
     *
     * @param network where the others are
     * @param bind where it is found, a name of its own choice; port 0 for any that is free
     * @param options how it behaves; threads, heartbeat and deadAfter mean nothing here
     * @throws IllegalStateException if the address is taken, or the network closed
     */
    public InProcessTransport(InProcessNetwork network, Address bind, TransportOptions options) {
        carrier = new MemoryCarrier(network, bind, options);
    }

    @Override
    public void start(Sink sink) {
        carrier.start(sink);
    }

    @Override
    public Address address() {
        return carrier.address();
    }

    @Override
    public void learn(NodeId node, Address address) {
        carrier.peers().learn(node, address);
    }

    @Override
    public SendResult send(NodeId to, Envelope envelope) {
        return carrier.peers().send(to, envelope);
    }

    @Override
    public void send(Address to, Envelope envelope) {
        carrier.peers().send(to, envelope);
    }

    @Override
    public TransportMemory memory() {
        return new TransportMemory(carrier.peers().inFlight().bytes(), 0);
    }

    @Override
    public TransportCounters counters() {
        return carrier.peers().complaints().counters();
    }

    /** {@inheritDoc} Called by its own sink it does not wait for the thread, which ends when the sink returns. */
    @Override
    public void close() {
        carrier.close();
    }
}
