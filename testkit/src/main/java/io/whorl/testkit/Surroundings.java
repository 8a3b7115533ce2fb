package io.whorl.testkit;

import io.whorl.core.ring.Address;
import io.whorl.core.spi.Transport;
import io.whorl.internal.NodeMemory;
import io.whorl.transport.InProcessNetwork;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;

/** What the nodes of a test cluster share: a network, and a place for their disks. */
interface Surroundings extends AutoCloseable {

    /** An address for a node that has had none yet. */
    Address address(int index);

    /** The contact point of all nodes: where the first one listens; empty if that is not known, for that node itself. */
    Optional<Address> founder();

    /** A node has been opened, and listens here. */
    void opened(int index, Address address);

    /** A node's way to the others. */
    Transport transport(Address address, ThreadFactory threads, NodeMemory memory);

    /**
     * The network whose links can be cut.
     *
     * @throws UnsupportedOperationException if it is a real one
     */
    InProcessNetwork network();

    /** Ends what was done to the network. */
    void heal();

    /** Where a node keeps its data; empty for memory. */
    Optional<Path> directory(int index);

    /** Ends the network and removes the data; the nodes are closed before. */
    @Override
    void close();
}
