package io.whorl.benchmarks.sidebyside.floor;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.EventLoop;
import io.whorl.benchmarks.sidebyside.engine.RocksStore;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.rocksdb.RocksDBException;

/** Sends every request by itself, and does the local copy's part on the caller's thread meanwhile. */
final class OneByOne implements Coordinator {
    private final RocksStore store;
    private final EventLoop loop;
    private final List<Link> links;
    private final AtomicInteger turn = new AtomicInteger();

    OneByOne(RocksStore store, EventLoop loop, List<Link> links) {
        this.store = store;
        this.loop = loop;
        this.links = links;
    }

    @Override
    public void submit(Request request) {
        ByteBuf frame = PooledByteBufAllocator.DEFAULT.directBuffer(Frames.size(request));
        Frames.write(request, frame);
        if (request.isPut()) {
            loop.execute(() -> sendToAll(request, frame));
        } else {
            Link link = links.get((turn.getAndIncrement() & Integer.MAX_VALUE) % links.size());
            loop.execute(() -> send(link, request, frame));
        }
        try {
            if (request.isPut()) {
                store.put(request.key(), request.value());
                request.answered();
            } else {
                request.answered(store.get(request.key()));
            }
        } catch (RocksDBException e) {
            request.failed(e);
        }
    }

    private void sendToAll(Request request, ByteBuf frame) {
        for (Link link : links) {
            send(link, request, frame.retainedDuplicate());
        }
        frame.release();
    }

    private static void send(Link link, Request request, ByteBuf frame) {
        link.expect(request);
        link.send(frame);
    }
}
