package io.whorl.transport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What leaves by one connection. Any thread may add to it; the connection's own thread writes, everything that has gathered
 * with one flush.
 *
 * <p>Little is handed to the socket before it can take it: so a small message waits for at most the chunk of a large one that
 * is being written, never for all of them. Large messages go one after the other.
 */
final class Outbound {
    /** After so many frames others on the same thread have their turn. */
    private static final int MAX_FRAMES_PER_TURN = 256;

    private record Outgoing(byte[] bytes, InFlight account) {}

    private final Channel channel;
    private final FrameEncoder encoder;
    private final Queue<Outgoing> inbox = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final Deque<Outgoing> large = new ArrayDeque<>();
    private boolean writing;
    private int message;
    private int chunk;

    Outbound(Channel channel) {
        this.channel = channel;
        this.encoder = new FrameEncoder(channel.alloc());
    }

    /** Sends an envelope when its turn comes; on any thread. */
    void send(byte[] envelope, InFlight account) {
        inbox.add(new Outgoing(envelope, account));
        schedule();
    }

    /** Sends a step of the handshake now. */
    void handshake(byte[] step) {
        channel.writeAndFlush(encoder.whole(FrameKind.HANDSHAKE, step), channel.voidPromise());
    }

    /** Sends a heartbeat now. */
    void heartbeat() {
        channel.writeAndFlush(encoder.heartbeat(), channel.voidPromise());
    }

    /** Writes what has gathered, as far as the socket takes it; called again when it takes more. */
    void write() {
        if (writing) {
            return; // a flush inside told that the socket takes more, which the loop below sees anyway
        }
        writing = true;
        scheduled.set(false);
        int frames = 0;
        while (frames < MAX_FRAMES_PER_TURN && isWritable() && writeNext()) {
            frames++;
        }
        channel.flush();
        writing = false;
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
        Outgoing next = inbox.poll();
        if (next == null) {
            return writeChunk();
        }
        if (next.bytes.length > Chunks.CHUNK) {
            large.addLast(next);
            return true;
        }
        account(channel.write(encoder.whole(FrameKind.MESSAGE, next.bytes)), next.account, next.bytes.length);
        return true;
    }

    private boolean writeChunk() {
        Outgoing next = large.peekFirst();
        if (next == null) {
            return false;
        }
        int offset = chunk * Chunks.CHUNK;
        int length = Math.min(Chunks.CHUNK, next.bytes.length - offset);
        boolean last = offset + length == next.bytes.length;
        account(channel.write(encoder.chunk(message, chunk, last, next.bytes, offset, length)), next.account, length);
        chunk++;
        if (last) {
            large.removeFirst();
            message++;
            chunk = 0;
        }
        return true;
    }

    private static void account(ChannelFuture written, InFlight account, int size) {
        written.addListener(done -> account.release(size));
    }

    private void schedule() {
        if (scheduled.compareAndSet(false, true)) {
            try {
                channel.eventLoop().execute(this::write);
            } catch (RejectedExecutionException e) {
                inbox.clear(); // the transport is closed, and the account with it
            }
        }
    }
}
