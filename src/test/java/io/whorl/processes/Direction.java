package io.whorl.processes;

import java.io.IOException;
import java.net.Socket;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One direction of a connection: what is read from one socket is written to the other, when the link lets it. The end of the
 * stream and a reset travel the same way as bytes do, so that a cut link hides them too.
 *
 * <p>Two threads, one that reads and one that writes; between them a bounded queue, which makes a cut link push back on its sender
 * as a full window does.
 */
final class Direction {
    private static final int PIECE = 16 << 10;
    private static final int HELD_BYTES = 256 << 10;
    private static final byte[] END = new byte[0];
    private static final byte[] RESET = new byte[0];

    private record Piece(byte[] bytes, long due) {}

    private final Link link;
    private final Socket source;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<Piece> held = new ArrayDeque<>();
    private long heldBytes;
    private boolean ended;
    private boolean stopped;

    Direction(Link link, Socket source) {
        this.link = link;
        this.source = source;
    }

    /** Puts bytes that were read already in front of everything. */
    void begin(byte[] first) throws InterruptedException {
        hold(first);
    }

    /** Whether the source has closed its side, or was reset. */
    boolean isEnded() {
        lock.lock();
        try {
            return ended;
        } finally {
            lock.unlock();
        }
    }

    /** Ends all waiting for pieces and for room: the connection is over. */
    void stop() {
        lock.lock();
        try {
            stopped = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Reads until the source ends. */
    void read() throws InterruptedException {
        byte[] buffer = new byte[PIECE];
        try {
            for (int count = source.getInputStream().read(buffer);
                    count >= 0;
                    count = source.getInputStream().read(buffer)) {
                hold(Arrays.copyOf(buffer, count));
            }
            hold(END);
        } catch (IOException e) {
            hold(RESET); // by the other side, or by this proxy
        }
    }

    /** Writes what was read until the source's end was handed on; false if that was a reset, or the target takes no more. */
    boolean write(Socket target) throws InterruptedException {
        while (true) {
            Piece piece = take();
            awaitDue(piece.due());
            if (!link.awaitOpen() || piece.bytes() == RESET) {
                return false;
            }
            try {
                if (piece.bytes() == END) {
                    target.shutdownOutput();
                    return true;
                }
                target.getOutputStream().write(piece.bytes());
            } catch (IOException e) {
                return false;
            }
        }
    }

    private void hold(byte[] bytes) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (heldBytes >= HELD_BYTES && !stopped) {
                changed.await();
            }
            held.add(new Piece(bytes, link.due()));
            heldBytes += bytes.length;
            ended = bytes == END || bytes == RESET;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private Piece take() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (held.isEmpty() && !stopped) {
                changed.await();
            }
            if (stopped) {
                return new Piece(RESET, System.nanoTime());
            }
            Piece piece = held.remove();
            heldBytes -= piece.bytes().length;
            changed.signalAll();
            return piece;
        } finally {
            lock.unlock();
        }
    }

    private void awaitDue(long due) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            for (long left = due - System.nanoTime(); left > 0 && !stopped; left = due - System.nanoTime()) {
                changed.await(left, TimeUnit.NANOSECONDS);
            }
        } finally {
            lock.unlock();
        }
    }
}
