package io.whorl.transport;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.whorl.core.message.Envelope;
import io.whorl.core.ring.Address;
import io.whorl.core.ring.NodeId;
import io.whorl.core.spi.Transport;
import io.whorl.core.spi.TransportCounters;
import io.whorl.core.spi.TransportMemory;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/**
 * The transport over TCP; {@code docs/wire-format.md} describes the bytes.
 *
 * <p>A node that was learned is connected to unless it has connected to us; one connection is enough for both directions.
 * The sink is called on event loops: connected, disconnected and messages of one connection one after the other. Buffers come
 * from a {@link NettyMemory} and return to it.
 */
public final class NettyTransport implements Transport {
    private static final Duration HANGING_LOOKUP = Duration.ofMillis(100);

    private final NettyMemory memory;
    private final Threads loops;
    private final Threads lookups;
    private final EventLoopGroup owned;
    private final NettyCarrier carrier;

    /**
     * A transport with event loops of its own, on daemon threads named {@code whorl-net}.
     *
     * @param bind where to listen; port 0 for any that is free
     * @param options how it behaves
     * @throws UncheckedIOException if the address cannot be bound; the message says why and what to do
     */
    public NettyTransport(Address bind, TransportOptions options) {
        this(bind, options, new DefaultThreadFactory("whorl-net", true), NettyMemory.defaults());
    }

    /**
     * A transport with event loops and buffers of its own.
     *
     * @param bind where to listen; port 0 for any that is free
     * @param options how it behaves
     * @param factory makes the threads of the event loops
     * @throws UncheckedIOException if the address cannot be bound; the message says why and what to do
     */
    public NettyTransport(Address bind, TransportOptions options, ThreadFactory factory) {
        this(bind, options, factory, NettyMemory.defaults());
    }

    /**
     * A transport with event loops of its own.
     *
     * @param bind where to listen; port 0 for any that is free
     * @param options how it behaves
     * @param factory makes the threads of the event loops
     * @param memory where buffers come from, which other transports may share
     * @throws UncheckedIOException if the address cannot be bound; the message says why and what to do
     */
    public NettyTransport(Address bind, TransportOptions options, ThreadFactory factory, NettyMemory memory) {
        this.memory = memory;
        loops = new Threads(factory);
        lookups = new Threads(factory);
        owned = new MultiThreadIoEventLoopGroup(options.threads(), loops, NioIoHandler.newFactory());
        try {
            carrier = new NettyCarrier(bind, options, owned, new NameLookup(lookups), memory.allocator());
        } catch (RuntimeException e) {
            end();
            throw e;
        }
    }

    /**
     * A transport on the caller's event loops, which it does not end.
     *
     * @param bind where to listen; port 0 for any that is free
     * @param options how it behaves; {@code threads} means nothing here
     * @param group the event loops, for NIO channels; to be shut down after this transport was closed
     * @throws UncheckedIOException if the address cannot be bound; the message says why and what to do
     */
    public NettyTransport(Address bind, TransportOptions options, EventLoopGroup group) {
        memory = NettyMemory.defaults();
        loops = null;
        lookups = new Threads(new DefaultThreadFactory("whorl-names", true));
        owned = null;
        carrier = new NettyCarrier(bind, options, group, new NameLookup(lookups), memory.allocator());
    }

    /** The event loops: work that is done on them sends without waking another thread. They end with this transport. */
    public List<Executor> loops() {
        return List.copyOf(carrier.loops());
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
    public TransportCounters counters() {
        return carrier.peers().complaints().counters();
    }

    @Override
    public TransportMemory memory() {
        return new TransportMemory(carrier.peers().inFlight().bytes(), memory.usedBytes());
    }

    /**
     * {@inheritDoc} Called on an event loop, as by its own sink, it does not wait. A lookup of a host name that hangs in the
     * operating system is not waited for.
     */
    @Override
    public void close() {
        carrier.close();
        end();
    }

    private void end() {
        if (owned != null) {
            owned.shutdownGracefully(0, 5, TimeUnit.SECONDS);
            if (!loops.areCurrent()) {
                loops.join();
            }
        }
        if (!lookups.areCurrent()) {
            lookups.join(HANGING_LOOKUP);
        }
    }
}
