package io.whorl.benchmarks.sidebyside.floor;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.whorl.benchmarks.sidebyside.engine.BatchBytes;
import io.whorl.benchmarks.sidebyside.engine.RocksStore;
import java.util.ArrayList;
import java.util.List;
import org.rocksdb.RocksDBException;

/** Serves what arrived in one read together: one batch to store, one flush of all answers. */
final class BatchingReplica extends ByteToMessageDecoder {
    private static final byte[] NO_KEY = new byte[0];

    private final RocksStore store;
    private final BatchBytes puts = new BatchBytes();
    /** For each request in its order the key of a get, or {@link #NO_KEY} for a put. */
    private final List<byte[]> order = new ArrayList<>();

    BatchingReplica(RocksStore store) {
        this.store = store;
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        int length;
        while ((length = Frames.arrived(in)) >= 0) {
            boolean put = in.readByte() == Frames.PUT;
            byte[] key = new byte[in.readShort()];
            in.readBytes(key);
            if (put) {
                byte[] value = new byte[length - 1 - Short.BYTES - key.length];
                in.readBytes(value);
                puts.put(key, value);
                order.add(NO_KEY);
            } else {
                order.add(key);
            }
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) throws Exception {
        if (!order.isEmpty()) {
            serve(context);
            puts.clear();
            order.clear();
        }
        super.channelReadComplete(context);
    }

    private void serve(ChannelHandlerContext context) {
        byte stored = Frames.DONE;
        try {
            if (puts.count() > 0) {
                store.write(puts);
            }
        } catch (RocksDBException e) {
            stored = Frames.FAILED;
        }
        ByteBuf answers = context.alloc().ioBuffer(order.size() * Frames.sizeOfAnswer(null));
        for (byte[] key : order) {
            if (key == NO_KEY) {
                Frames.writeAnswer(stored, null, answers);
            } else {
                read(key, answers);
            }
        }
        context.writeAndFlush(answers, context.voidPromise());
    }

    private void read(byte[] key, ByteBuf answers) {
        try {
            Frames.writeAnswer(Frames.DONE, store.get(key), answers);
        } catch (RocksDBException e) {
            Frames.writeAnswer(Frames.FAILED, null, answers);
        }
    }
}
