package io.whorl.benchmarks.sidebyside.floor;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.whorl.benchmarks.sidebyside.engine.RocksStore;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One member of the bare quorum: a store, an event loop for all of its connections, and a coordinator. */
final class FloorNode implements AutoCloseable {
    private final RocksStore store;
    private final boolean batching;
    private final MultiThreadIoEventLoopGroup group =
            new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory("floor", true), NioIoHandler.newFactory());
    private final EventLoop loop = group.next();
    private final Channel server;
    private final List<Link> links = new ArrayList<>();
    private final Coordinator coordinator;

    FloorNode(Path directory, boolean batching) throws Exception {
        this.store = new RocksStore(directory, false, true);
        this.batching = batching;
        this.server = new ServerBootstrap()
                .group(group)
                .channel(NioServerSocketChannel.class)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        channel.pipeline().addLast(replica());
                    }
                })
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .sync()
                .channel();
        this.coordinator = batching ? new Batching(store, loop, links) : new OneByOne(store, loop, links);
    }

    private ChannelHandler replica() {
        return batching ? new BatchingReplica(store) : new Replica(store);
    }

    SocketAddress address() {
        return server.localAddress();
    }

    /** Connects to another node; to be done for all of them before the first request. */
    void connect(SocketAddress peer) throws InterruptedException {
        Link link = new Link();
        new Bootstrap()
                .group(group)
                .channel(NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
                .handler(link)
                .connect(peer)
                .sync();
        links.add(link);
    }

    void submit(Request request) {
        coordinator.submit(request);
    }

    /** Ends the event loop. */
    void disconnect() {
        group.shutdownGracefully(0, 10, TimeUnit.SECONDS).syncUninterruptibly();
    }

    /** Closes the store, which no other node may use any more. */
    @Override
    public void close() {
        store.close();
    }
}
