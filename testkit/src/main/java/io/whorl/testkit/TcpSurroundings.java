package io.whorl.testkit;

import io.whorl.core.ring.Address;
import io.whorl.core.spi.Transport;
import io.whorl.internal.NodeMemory;
import io.whorl.transport.InProcessNetwork;
import io.whorl.transport.NettyTransport;
import io.whorl.transport.TransportOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;

/** The loopback interface. */
final class TcpSurroundings implements Surroundings {
    private static final TransportOptions EAGER = TransportOptions.defaults()
            .withBackoff(Duration.ofMillis(5), Duration.ofMillis(50), Duration.ofMillis(200));

    private final TemporaryDirectories directories;
    private Optional<Address> founder = Optional.empty();

    TcpSurroundings(boolean onDisk) {
        directories = new TemporaryDirectories(onDisk);
    }

    @Override
    public Address address(int index) {
        return new Address("127.0.0.1", 0);
    }

    @Override
    public Optional<Address> founder() {
        return founder;
    }

    @Override
    public void opened(int index, Address address) {
        if (index == 0) {
            founder = Optional.of(address);
        }
    }

    @Override
    public Transport transport(Address address, ThreadFactory threads, NodeMemory memory) {
        return new NettyTransport(address, memory.limit(EAGER), threads, memory.netty());
    }

    @Override
    public InProcessNetwork network() {
        throw new UnsupportedOperationException(
                "this cluster runs over TCP, whose links cannot be cut or slowed; use one inside the process for that");
    }

    @Override
    public void heal() {
        // Nothing can have been done to the network.
    }

    @Override
    public Optional<Path> directory(int index) {
        return directories.directory(index);
    }

    @Override
    public void close() {
        directories.close();
    }
}
