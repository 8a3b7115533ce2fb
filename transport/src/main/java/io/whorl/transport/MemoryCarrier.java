package io.whorl.transport;

import io.whorl.core.ring.Address;
import io.whorl.core.spi.Transport.Sink;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** An endpoint in an {@link InProcessNetwork}: one thread, on which everything happens that concerns its node. */
final class MemoryCarrier implements Carrier {
    private final InProcessNetwork network;
    private final Peers peers;
    private final Threads threads;
    private final ThreadPoolExecutor executor;
    private final Address address;

    MemoryCarrier(InProcessNetwork network, Address wanted, TransportOptions options) {
        this.network = network;
        this.peers = new Peers(this, options);
        this.address = network.attach(wanted, this);
        this.threads = Threads.named("whorl-memory-" + address);
        this.executor = new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), threads);
        // A task that comes after closing concerns nobody.
        this.executor.setRejectedExecutionHandler((task, from) -> {});
    }

    Peers peers() {
        return peers;
    }

    void start(Sink sink) {
        peers.start(sink);
    }

    boolean isListening() {
        return peers.isStarted();
    }

    Connection connection(Pipe pipe, Dialer dialer) {
        return new Connection(pipe, peers, dialer);
    }

    void close() {
        peers.close();
        network.detach(address, this);
        // Not shutdownNow: its interrupt would hit whatever the node is doing at the moment.
        executor.getQueue().clear();
        executor.shutdown();
        if (!threads.areCurrent()) {
            threads.join();
        }
    }

    void execute(Runnable task) {
        executor.execute(task);
    }

    @Override
    public Address address() {
        return address;
    }

    @Override
    public void dial(Address to, Dialer dialer) {
        network.connect(this, to, dialer);
    }

    @Override
    public void decide(Runnable task) {
        if (threads.areCurrent()) {
            task.run();
        } else {
            execute(task);
        }
    }

    @Override
    public void schedule(Duration delay, Runnable task) {
        network.schedule(() -> execute(task), delay.toNanos());
    }
}
