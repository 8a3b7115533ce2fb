package io.whorl.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What leaves by one connection. Any thread may add to it; the connection's own thread writes, everything that has gathered
 * with one flush, and small frames together in one buffer.
 *
 * <p>Little is handed to the socket before it can take it: so a small message waits for at most the chunk of a large one that
 * is being written, never for all of them. Large messages go one after the other.
 */
final class Outbound {
    private static final Logger LOG = LoggerFactory.getLogger(Outbound.class);
    /** After so many frames others on the same thread have their turn. */
    private static final int MAX_FRAMES_PER_TURN = 1_024;
    /** As large as Netty's thread caches hold. */
    private static final int BATCH = 32 << 10;

    /** An envelope behind {@link FrameEncoder#HEADROOM} bytes. */
    private static final class Outgoing {
        private final byte[] frame;
        private final InFlight account;
        private Outgoing next;

        Outgoing(byte[] frame, InFlight account) {
            this.frame = frame;
            this.account = account;
        }

        int length() {
            return frame.length - FrameEncoder.HEADROOM;
        }
    }

    private final Channel channel;
    private final FrameEncoder encoder = new FrameEncoder();
    /** The newest first, each leading to the one before it. Who finds nothing here sees to it that it is emptied. */
    private final AtomicReference<Outgoing> inbox = new AtomicReference<>();
    /** What was taken from there, the oldest first. */
    private Outgoing ready;

    private final Deque<Outgoing> large = new ArrayDeque<>();
    private final Runnable write = this::write;
    private boolean writing;
    private int message;
    private int chunk;
    // Frames that are not handed to the channel yet, how many bytes of envelopes they hold, and whose account those are
    // on.
    private ByteBuf batch;
    private long batched;
    private InFlight account;

    Outbound(Channel channel) {
        this.channel = channel;
    }

    /** Sends an envelope when its turn comes; on any thread, which has the work of making it a frame. */
    void send(byte[] frame, InFlight inFlight) {
        Outgoing added = new Outgoing(frame, inFlight);
        if (added.length() <= Chunks.CHUNK) {
            FrameEncoder.seal(frame, FrameKind.MESSAGE);
        }
        do {
            added.next = inbox.get();
        } while (!inbox.compareAndSet(added.next, added));
        if (added.next == null) {
            schedule();
        }
    }

    /** Sends a step of the handshake now. */
    void handshake(byte[] step) {
        now(FrameKind.HANDSHAKE, step);
    }

    /** Sends a heartbeat now. */
    void heartbeat() {
        now(FrameKind.HEARTBEAT, new byte[0]);
    }

    private void now(byte kind, byte[] body) {
        ByteBuf frame = channel.alloc().directBuffer(FrameEncoder.size(body.length));
        encoder.whole(frame, kind, body);
        channel.writeAndFlush(frame, channel.voidPromise());
    }

    /** Writes what has gathered, as far as the socket takes it; called again when it takes more. */
    void write() {
        if (writing) {
            return; // a flush inside told that the socket takes more, which the loop below sees anyway
        }
        writing = true;
        int frames = 0;
        try {
            while (frames < MAX_FRAMES_PER_TURN && isWritable() && writeNext()) {
                frames++;
            }
            handOver();
            channel.flush();
        } catch (RuntimeException | OutOfMemoryError e) {
            LOG.error("closed the connection with {}: cannot write to it", channel.remoteAddress(), e);
            if (batch != null) {
                batch.release();
                batch = null;
            }
            channel.close();
        } finally {
            writing = false;
        }
        if (frames == MAX_FRAMES_PER_TURN) {
            schedule();
        }
    }

    private boolean isWritable() {
        if (!channel.isWritable()) {
            channel.flush();
        }
        return channel.isWritable();
    }

    private boolean writeNext() {
        Outgoing next = poll();
        if (next == null) {
            return writeChunk();
        }
        if (next.length() > Chunks.CHUNK) {
            large.addLast(next);
            return true;
        }
        makeRoom(next.frame.length);
        batch.writeBytes(next.frame);
        batched += next.length();
        account = next.account;
        return true;
    }

    private Outgoing poll() {
        if (ready == null) {
            Outgoing newest = inbox.getAndSet(null);
            while (newest != null) {
                Outgoing older = newest.next;
                newest.next = ready;
                ready = newest;
                newest = older;
            }
        }
        Outgoing oldest = ready;
        if (oldest != null) {
            ready = oldest.next;
            oldest.next = null;
        }
        return oldest;
    }

    private boolean writeChunk() {
        Outgoing next = large.peekFirst();
        if (next == null) {
            return false;
        }
        int offset = chunk * Chunks.CHUNK;
        int length = Math.min(Chunks.CHUNK, next.length() - offset);
        boolean last = offset + length == next.length();
        makeRoom(FrameEncoder.size(length) + FrameEncoder.CHUNK_HEADER);
        encoder.chunk(batch, message, chunk, last, next.frame, FrameEncoder.HEADROOM + offset, length);
        batched += length;
        account = next.account;
        handOver(); // so that the socket's say counts before the next chunk
        chunk++;
        if (last) {
            large.removeFirst();
            message++;
            chunk = 0;
        }
        return true;
    }

    /** Makes sure of a batch that takes so many more bytes without growing, unless they are the first in it. */
    private void makeRoom(int size) {
        if (batch != null && batch.writerIndex() + size > BATCH) {
            handOver();
        }
        if (batch == null) {
            batch = channel.alloc().directBuffer(ready == null ? size : Math.max(size, BATCH));
        }
    }

    /** Gives the batch to the channel, and its bytes back to the account once the socket has taken them. */
    private void handOver() {
        if (batch == null) {
            return;
        }
        ByteBuf frames = batch;
        long size = batched;
        InFlight whose = account;
        batch = null;
        batched = 0;
        channel.write(frames).addListener(done -> whose.release(size));
    }

    private void schedule() {
        try {
            channel.eventLoop().execute(write);
        } catch (RejectedExecutionException e) {
            inbox.set(null); // the transport is closed, and the account with it
        }
    }
}
