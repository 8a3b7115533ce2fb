package io.whorl.benchmarks.sidebyside.floor;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.whorl.benchmarks.sidebyside.engine.RocksStore;
import java.util.List;
import org.rocksdb.RocksDBException;

/** Serves a peer's requests one by one: each is stored, answered and flushed by itself. */
final class Replica extends ByteToMessageDecoder {
    private final RocksStore store;

    Replica(RocksStore store) {
        this.store = store;
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        int length;
        while ((length = Frames.arrived(in)) >= 0) {
            serve(context, in, length);
        }
    }

    private void serve(ChannelHandlerContext context, ByteBuf in, int length) {
        boolean put = in.readByte() == Frames.PUT;
        byte[] key = new byte[in.readShort()];
        in.readBytes(key);
        byte[] value = new byte[length - 1 - Short.BYTES - key.length];
        in.readBytes(value);
        byte[] found = null;
        byte status = Frames.DONE;
        try {
            if (put) {
                store.put(key, value);
            } else {
                found = store.get(key);
            }
        } catch (RocksDBException e) {
            status = Frames.FAILED;
        }
        ByteBuf answer = context.alloc().ioBuffer(Frames.sizeOfAnswer(found));
        Frames.writeAnswer(status, found, answer);
        context.writeAndFlush(answer, context.voidPromise());
    }
}
