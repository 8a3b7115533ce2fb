package io.whorl.transport;

import io.whorl.core.ring.Address;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicBoolean;

/** One end of a connection inside the process. What is sent here arrives at the other end, on its endpoint's thread. */
final class MemoryPipe implements Pipe {
    private final InProcessNetwork network;
    private final MemoryCarrier here;
    private final MemoryCarrier there;
    private final MemoryPipe other;
    private final AtomicBoolean ended;
    private Connection connection;
    /** What is on its way with a delay. Each timer lets the first one arrive, so that nothing overtakes anything. */
    private final Deque<Runnable> delayed = new ArrayDeque<>();

    private long lastDue;

    /** Makes both ends, this one and {@link #other}. */
    MemoryPipe(InProcessNetwork network, MemoryCarrier here, MemoryCarrier there) {
        this.network = network;
        this.here = here;
        this.there = there;
        this.ended = new AtomicBoolean();
        this.other = new MemoryPipe(this);
    }

    private MemoryPipe(MemoryPipe other) {
        this.network = other.network;
        this.here = other.there;
        this.there = other.here;
        this.ended = other.ended;
        this.other = other;
    }

    MemoryPipe other() {
        return other;
    }

    void carry(Connection carried) {
        connection = carried;
    }

    void begin() {
        here.execute(connection::begin);
    }

    boolean joins(Address from, Address to) {
        return here.address().equals(from) && there.address().equals(to);
    }

    boolean isOf(MemoryCarrier endpoint) {
        return here == endpoint || there == endpoint;
    }

    @Override
    public void handshake(byte[] step) {
        if (!network.loses(here.address(), there.address(), false)) {
            transmit(() -> other.connection.receivedHandshake(step));
        }
    }

    @Override
    public void send(byte[] frame, InFlight account) {
        int size = frame.length - FrameEncoder.HEADROOM;
        if (network.loses(here.address(), there.address(), true)) {
            account.release(size);
            return;
        }
        transmit(() -> {
            account.release(size);
            other.connection.receivedMessage(frame, FrameEncoder.HEADROOM, frame.length);
            other.connection.handOver();
        });
    }

    @Override
    public void reading(boolean on) {
        // Everything arrives on the thread that decides, so there is never much to hold back.
    }

    @Override
    public void agreed() {
        // Memory knows no frames.
    }

    @Override
    public void close() {
        if (ended.compareAndSet(false, true)) {
            network.forget(this, other);
            here.execute(() -> connection.closed(null));
            transmit(() -> other.connection.closed(null));
        }
    }

    @Override
    public void execute(Runnable task) {
        here.execute(task);
    }

    @Override
    public void schedule(Duration delay, Runnable task) {
        here.schedule(delay, task);
    }

    @Override
    public String remote() {
        return there.address().toString();
    }

    /** Lets it arrive after the link's latency and after all that was sent before. */
    private synchronized void transmit(Runnable arrival) {
        long now = System.nanoTime();
        long due = now + network.latency(here.address(), there.address()).toNanos();
        if (!delayed.isEmpty() && due - lastDue < 0) {
            due = lastDue;
        }
        if (delayed.isEmpty() && due == now) {
            there.execute(arrival);
            return;
        }
        lastDue = due;
        delayed.addLast(arrival);
        network.schedule(this::arrive, due - now);
    }

    private synchronized void arrive() {
        there.execute(delayed.removeFirst());
    }
}
