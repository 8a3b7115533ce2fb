package io.whorl.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.timeout.IdleState;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A TCP connection, between Netty's channel and our {@link Connection}. */
final class SocketPipe extends ChannelInboundHandlerAdapter implements Pipe, FrameDecoder.Frames {
    private static final Logger LOG = LoggerFactory.getLogger(SocketPipe.class);

    private final Channel channel;
    private final Connection connection;
    private final TransportOptions options;
    private final FrameDecoder decoder = new FrameDecoder(this);
    private final Reassembly reassembly = new Reassembly(Chunks.MAX_MESSAGE);
    private final Outbound outbound;
    private String remote = "an unknown address";
    private String end;

    private SocketPipe(Channel channel, Peers peers, Dialer dialer) {
        this.channel = channel;
        this.options = peers.options();
        this.outbound = new Outbound(channel);
        this.connection = new Connection(this, peers, dialer);
    }

    /** Equips a new channel; {@code dialer} is who makes the connection, or null if the other side does. */
    static void install(Channel channel, Peers peers, Dialer dialer) {
        SocketPipe pipe = new SocketPipe(channel, peers, dialer);
        // TLS goes in front of all of these, so that frames and heartbeats are inside it.
        channel.pipeline()
                .addLast(new IdleStateHandler(
                        peers.options().deadAfter().toNanos(),
                        peers.options().heartbeat().toNanos(),
                        0,
                        TimeUnit.NANOSECONDS))
                .addLast(pipe);
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        remote = String.valueOf(channel.remoteAddress()).replaceFirst("^.*/", "");
        connection.begin();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object bytes) {
        try {
            decoder.read((ByteBuf) bytes);
        } finally {
            ReferenceCountUtil.release(bytes);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        connection.handOver();
    }

    @Override
    public void frame(byte kind, byte[] bytes, int start, int end) {
        switch (kind) {
            case FrameKind.HANDSHAKE -> connection.receivedHandshake(Arrays.copyOfRange(bytes, start, end));
            case FrameKind.MESSAGE -> connection.receivedMessage(bytes, start, end);
            case FrameKind.CHUNK -> receivedChunk(bytes, start, end);
            case FrameKind.HEARTBEAT -> LOG.trace("heartbeat of {}", remote);
            default -> connection.violation("a frame of kind " + kind + "; expected 1 to 4");
        }
    }

    private void receivedChunk(byte[] bytes, int start, int end) {
        if (!connection.isIntroduced()) {
            connection.violation("a chunk before the handshake");
            return;
        }
        byte[] message = reassembly.add(bytes, start, end);
        if (message != null) {
            connection.receivedMessage(message, 0, message.length);
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (channel.isWritable()) {
            outbound.write();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof IdleStateEvent idle) {
            if (idle.state() == IdleState.WRITER_IDLE) {
                outbound.heartbeat();
            } else if (idle.state() == IdleState.READER_IDLE) {
                end = "nothing arrived for " + options.deadAfter();
                channel.close();
            }
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof BadFrameException) {
            connection.violation(cause.getMessage());
        } else if (cause instanceof IOException) {
            end = String.valueOf(cause.getMessage()); // a reset, most likely: the other process died
        } else {
            LOG.error("closed the connection with {} because of a fault of this node", remote, cause);
            end = String.valueOf(cause);
        }
        channel.close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        connection.closed(end);
    }

    @Override
    public void handshake(byte[] step) {
        outbound.handshake(step);
    }

    @Override
    public void send(byte[] frame, InFlight account) {
        outbound.send(frame, account);
    }

    @Override
    public void reading(boolean on) {
        channel.config().setAutoRead(on);
    }

    @Override
    public void agreed() {
        decoder.agreed();
    }

    @Override
    public void close() {
        channel.close();
    }

    @Override
    public void execute(Runnable task) {
        try {
            channel.eventLoop().execute(task);
        } catch (RejectedExecutionException e) {
            LOG.trace("a task for {} after the end", remote);
        }
    }

    @Override
    public void schedule(Duration delay, Runnable task) {
        try {
            channel.eventLoop().schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            LOG.trace("a task for {} after the end", remote);
        }
    }

    @Override
    public String remote() {
        return remote;
    }
}
