package io.whorl.transport;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.whorl.core.ring.Address;
import io.whorl.core.spi.Transport.Sink;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.StreamSupport;

/** Sockets on an {@link EventLoopGroup}. One of its loops is the deciding thread. */
final class NettyCarrier implements Carrier {
    /** Below the low mark the socket takes more; above the high mark a small message would wait for more than one chunk. */
    private static final WriteBufferWaterMark WATER = new WriteBufferWaterMark(Chunks.CHUNK / 4, Chunks.CHUNK);

    private static final int BACKLOG = 1_024;

    private final EventLoopGroup group;
    private final EventLoop deciding;
    private final NameLookup names;
    private final ByteBufAllocator allocator;
    private final Peers peers;
    private final Set<Channel> channels = ConcurrentHashMap.newKeySet();
    private final Channel server;
    private final Address address;
    private volatile boolean closed;

    /**
     * Binds the address; nothing is accepted yet.
     *
     * @throws UncheckedIOException if that fails
     */
    NettyCarrier(
            Address bind,
            TransportOptions options,
            EventLoopGroup group,
            NameLookup names,
            ByteBufAllocator allocator) {
        this.allocator = allocator;
        this.group = group;
        this.deciding = group.next();
        this.names = names;
        this.peers = new Peers(this, options);
        this.server = bind(bind);
        this.address = new Address(bind.host(), ((InetSocketAddress) server.localAddress()).getPort());
    }

    Peers peers() {
        return peers;
    }

    void start(Sink sink) {
        peers.start(sink);
        server.config().setAutoRead(true);
    }

    @Override
    public Address address() {
        return address;
    }

    @Override
    public void dial(Address to, Dialer dialer) {
        names.resolve(to, (resolved, failure) -> {
            if (failure != null) {
                decide(() -> dialer.failed("its host name is not known: " + failure.getMessage(), false));
            } else {
                decide(() -> connect(resolved, dialer));
            }
        });
    }

    @Override
    public void decide(Runnable task) {
        if (deciding.inEventLoop()) {
            task.run();
        } else if (!closed) {
            try {
                deciding.execute(task);
            } catch (RejectedExecutionException e) {
                closed = true; // the caller's group was shut down before this transport
            }
        }
    }

    @Override
    public void schedule(Duration delay, Runnable task) {
        if (!closed) {
            Runnable unlessClosed = () -> {
                if (!closed) {
                    task.run();
                }
            };
            try {
                deciding.schedule(unlessClosed, delay.toNanos(), TimeUnit.NANOSECONDS);
            } catch (RejectedExecutionException e) {
                closed = true; // the caller's group was shut down before this transport
            }
        }
    }

    /** Closes the port and every connection, and waits for that unless it is called on an event loop. */
    void close() {
        closed = true;
        peers.close();
        names.close();
        boolean onLoop = loops().stream().anyMatch(EventLoop::inEventLoop);
        if (!onLoop) {
            awaitDecisions();
        }
        ChannelFuture port = server.close();
        List<ChannelFuture> closing = channels.stream().map(Channel::close).toList();
        if (onLoop) {
            return;
        }
        closing.forEach(ChannelFuture::awaitUninterruptibly);
        port.awaitUninterruptibly();
    }

    /** After this, what was about to connect when the closing began is among the channels. */
    private void awaitDecisions() {
        try {
            deciding.submit(() -> {}).awaitUninterruptibly();
        } catch (RejectedExecutionException e) {
            // The caller's group was shut down before this transport: nothing is about to happen.
        }
    }

    List<EventLoop> loops() {
        return StreamSupport.stream(group.spliterator(), false)
                .filter(EventLoop.class::isInstance)
                .map(EventLoop.class::cast)
                .toList();
    }

    private Channel bind(Address bind) {
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(group)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .option(ChannelOption.AUTO_READ, false)
                .option(ChannelOption.ALLOCATOR, allocator)
                .childOption(ChannelOption.ALLOCATOR, allocator)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER)
                .childHandler(initializer(channel -> SocketPipe.install(channel, peers, null)));
        ChannelFuture bound = bootstrap.bind(bind.host(), bind.port()).awaitUninterruptibly();
        if (bound.isSuccess()) {
            return bound.channel();
        }
        bound.channel().close().awaitUninterruptibly();
        throw new UncheckedIOException(cannotListen(bind, bound.cause()));
    }

    private static IOException cannotListen(Address bind, Throwable cause) {
        String why = cause instanceof BindException
                        && String.valueOf(cause.getMessage()).contains("in use")
                ? "the address is in use by another process, or another node in this one: stop that, or choose another"
                        + " port, or port 0 for any that is free"
                : cause + ": bind an address of this machine, such as 127.0.0.1, and a port that this user may open";
        return new IOException("cannot listen on " + bind + ": " + why, cause);
    }

    private void connect(InetSocketAddress to, Dialer dialer) {
        if (closed) {
            return;
        }
        try {
            new Bootstrap()
                    .group(group)
                    .channel(NioSocketChannel.class)
                    .option(ChannelOption.ALLOCATOR, allocator)
                    .option(ChannelOption.TCP_NODELAY, true)
                    .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER)
                    .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) Math.min(
                            Integer.MAX_VALUE, peers.options().connectTimeout().toMillis()))
                    .handler(initializer(channel -> SocketPipe.install(channel, peers, dialer)))
                    .connect(to)
                    .addListener(connected -> {
                        if (!connected.isSuccess()) {
                            String why = String.valueOf(connected.cause().getMessage());
                            decide(() -> dialer.failed(why, false));
                        }
                    });
        } catch (RejectedExecutionException e) {
            closed = true; // the caller's group was shut down before this transport
        }
    }

    private ChannelInitializer<Channel> initializer(Consumer<Channel> install) {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                channels.add(channel);
                channel.closeFuture().addListener(gone -> channels.remove(channel));
                if (closed) {
                    channel.close();
                } else {
                    install.accept(channel);
                }
            }
        };
    }
}
