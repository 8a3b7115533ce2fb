package io.whorl.benchmarks.sidebyside.floor;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.EventLoop;
import io.whorl.benchmarks.sidebyside.engine.BatchBytes;
import io.whorl.benchmarks.sidebyside.engine.RocksStore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.rocksdb.RocksDBException;

/**
 * Callers queue their requests. The loop takes all that wait, sends them with one flush per peer, and stores them together.
 */
final class Batching implements Coordinator {
    private final RocksStore store;
    private final EventLoop loop;
    private final List<Link> links;
    /** The newest of the requests that wait, which leads to the older ones. */
    private final AtomicReference<Request> newest = new AtomicReference<>();

    private final BatchBytes batch = new BatchBytes();
    private final List<Request> puts = new ArrayList<>();
    private final List<Request> gets = new ArrayList<>();
    private int turn;

    Batching(RocksStore store, EventLoop loop, List<Link> links) {
        this.store = store;
        this.loop = loop;
        this.links = links;
    }

    @Override
    public void submit(Request request) {
        Request before;
        do {
            before = newest.get();
            request.next = before;
        } while (!newest.compareAndSet(before, request));
        if (before == null) {
            loop.execute(this::drain);
        }
    }

    private void drain() {
        for (Request request = oldest(newest.getAndSet(null)); request != null; request = request.next) {
            (request.isPut() ? puts : gets).add(request);
        }
        if (!puts.isEmpty()) {
            sendPuts();
        }
        if (!gets.isEmpty()) {
            sendGets();
        }
        storePuts();
        readGets();
        puts.clear();
        gets.clear();
        batch.clear();
    }

    /** Turns the chain around, so that requests are served in the order in which they came. */
    private static Request oldest(Request newest) {
        Request turned = null;
        Request rest = newest;
        while (rest != null) {
            Request following = rest.next;
            rest.next = turned;
            turned = rest;
            rest = following;
        }
        return turned;
    }

    private void sendPuts() {
        ByteBuf frames = frames(puts, 0, puts.size());
        for (Link link : links) {
            puts.forEach(link::expect);
            link.send(frames.retainedDuplicate());
        }
        frames.release();
    }

    private void sendGets() {
        turn = (turn + 1) % links.size();
        int half = gets.size() / 2;
        sendGets(links.get(turn), half, gets.size());
        if (half > 0) {
            sendGets(links.get((turn + 1) % links.size()), 0, half);
        }
    }

    private void sendGets(Link link, int from, int to) {
        for (int i = from; i < to; i++) {
            link.expect(gets.get(i));
        }
        link.send(frames(gets, from, to));
    }

    private static ByteBuf frames(List<Request> requests, int from, int to) {
        int size = 0;
        for (int i = from; i < to; i++) {
            size += Frames.size(requests.get(i));
        }
        ByteBuf frames = PooledByteBufAllocator.DEFAULT.directBuffer(size);
        for (int i = from; i < to; i++) {
            Frames.write(requests.get(i), frames);
        }
        return frames;
    }

    private void storePuts() {
        if (puts.isEmpty()) {
            return;
        }
        try {
            for (Request request : puts) {
                batch.put(request.key(), request.value());
            }
            store.write(batch);
            puts.forEach(Request::answered);
        } catch (RocksDBException e) {
            puts.forEach(request -> request.failed(e));
        }
    }

    /** One by one: RocksDB's multi-get costs more in Java, see docs/decisions/0025-what-is-compared.md. */
    private void readGets() {
        for (Request request : gets) {
            try {
                request.answered(store.get(request.key()));
            } catch (RocksDBException e) {
                request.failed(e);
            }
        }
    }
}
