package io.whorl.benchmarks.sidebyside.floor;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.ArrayDeque;
import java.util.List;

/** A coordinator's connection to one other node. Used on its event loop alone. */
final class Link extends ByteToMessageDecoder {
    /** Sent and not answered, in their order. */
    private final ArrayDeque<Request> waiting = new ArrayDeque<>();

    private Channel channel;

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        channel = context.channel();
    }

    /** Says that the frames that are sent next hold this request. */
    void expect(Request request) {
        waiting.add(request);
    }

    void send(ByteBuf frames) {
        channel.writeAndFlush(frames, channel.voidPromise());
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        int length;
        while ((length = Frames.arrived(in)) >= 0) {
            byte status = in.readByte();
            // The value is the peer's, equal to ours unless a put is under way; a bare quorum has nothing to tell them
            // apart by.
            byte[] value = new byte[length - 1];
            in.readBytes(value);
            Request request = waiting.remove();
            if (status == Frames.DONE) {
                request.answered();
            } else {
                request.failed(new IllegalStateException("a peer could not do it"));
            }
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) throws Exception {
        super.channelInactive(context);
        fail(new IllegalStateException("the connection to a peer has ended"));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        fail(cause);
        context.close();
    }

    private void fail(Throwable cause) {
        while (!waiting.isEmpty()) {
            waiting.remove().failed(cause);
        }
    }
}
