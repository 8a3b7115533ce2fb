package io.whorl.testkit;

import io.whorl.core.ring.Address;
import io.whorl.core.spi.Transport;
import io.whorl.internal.NodeMemory;
import io.whorl.transport.InProcessNetwork;
import io.whorl.transport.InProcessTransport;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;

/** A network inside the process. */
final class MemorySurroundings implements Surroundings {
    private final InProcessNetwork network = new InProcessNetwork();
    private final TemporaryDirectories directories;

    MemorySurroundings(boolean onDisk) {
        directories = new TemporaryDirectories(onDisk);
    }

    @Override
    public Address address(int index) {
        return new Address("node-" + index, 1);
    }

    @Override
    public Optional<Address> founder() {
        return Optional.of(address(0));
    }

    @Override
    public void opened(int index, Address address) {
        // Every address is known beforehand.
    }

    @Override
    public Transport transport(Address address, ThreadFactory threads, NodeMemory memory) {
        return new InProcessTransport(network, address);
    }

    @Override
    public InProcessNetwork network() {
        return network;
    }

    @Override
    public void heal() {
        network.healAll();
    }

    @Override
    public Optional<Path> directory(int index) {
        return directories.directory(index);
    }

    @Override
    public void close() {
        network.close();
        directories.close();
    }
}
