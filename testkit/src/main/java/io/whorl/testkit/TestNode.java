package io.whorl.testkit;

import io.whorl.Whorl;
import io.whorl.core.node.Node;
import io.whorl.core.node.NodeOptions;
import io.whorl.core.ring.Address;
import io.whorl.core.spi.StorageEngine;
import io.whorl.core.spi.Transport;
import io.whorl.internal.EmbeddedNode;
import io.whorl.internal.MemberSettings;
import io.whorl.internal.NodeParts;
import io.whorl.internal.NodeSettings;
import io.whorl.internal.NodeWorld;
import io.whorl.internal.lane.CombiningLanes;
import io.whorl.internal.lane.LaneGroup;
import io.whorl.storage.HeapStorageEngine;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;
import java.util.function.Function;

/** One place in a test cluster: a disk and an address that stay, and the lives of the node that come and go. */
final class TestNode {
    private static final int INBOX = 1 << 16;
    private static final long MILLISECOND = 1_000_000L;

    private final int index;
    private final ClusterPlan plan;
    private final MemberSettings member;
    private StorageEngine memory = new HeapStorageEngine();
    private List<Address> contactPoints;
    private Address address;
    private World world;
    private volatile EmbeddedNode node;

    /** @param contactPoints where it looks for the cluster; none for the node that founds it */
    TestNode(int index, ClusterPlan plan, MemberSettings member, List<Address> contactPoints) {
        this.index = index;
        this.plan = plan;
        this.member = member;
        this.contactPoints = contactPoints;
    }

    int index() {
        return index;
    }

    Address address() {
        return address;
    }

    Whorl whorl() {
        return node;
    }

    Node protocol() {
        return node.protocol();
    }

    boolean isRunning() {
        return node != null && !node.stopped().toCompletableFuture().isDone();
    }

    /** Sets the node going with what its disk has. */
    void open(Surroundings surroundings) {
        Address listen = address == null ? surroundings.address(index) : address;
        NodeSettings settings = plan.settings(listen, contactPoints, surroundings.directory(index), member);
        world = new World(surroundings);
        node = EmbeddedNode.open(settings, world);
        address = Address.parse(node.address());
        surroundings.opened(index, address);
    }

    void awaitReady() {
        node.awaitReady();
    }

    void crash() {
        node.crash(world::cut);
    }

    /** Empties the disk of a node that does not run; it starts as another one then, and looks for the cluster there. */
    void lose(Surroundings surroundings, List<Address> others) {
        memory.close();
        memory = new HeapStorageEngine();
        surroundings.directory(index).ifPresent(TemporaryDirectories::remove);
        contactPoints = others;
    }

    void stop() {
        node.close();
    }

    /** Closes the node for good, without waiting for its requests. */
    void abandon() {
        if (node != null) {
            node.close(Duration.ZERO);
        }
        memory.close();
    }

    private StorageEngine disk(NodeSettings settings) {
        return settings.directory()
                .map(directory -> settings.memory().storage(directory))
                .orElse(memory);
    }

    /** The world of one life of the node. */
    private final class World implements NodeWorld {
        private final Surroundings surroundings;
        private Transport transport;
        private DiskHandle disk;

        World(Surroundings surroundings) {
            this.surroundings = surroundings;
        }

        @Override
        public NodeParts open(
                NodeSettings settings, Function<String, ThreadFactory> threads, Consumer<Throwable> failures) {
            disk = new DiskHandle(disk(settings), settings.directory().isEmpty());
            try {
                transport = surroundings.transport(
                        settings.listen().orElseThrow(), threads.apply("network"), settings.memory());
            } catch (RuntimeException | Error e) {
                disk.close();
                throw e;
            }
            LaneGroup lanes = new CombiningLanes(settings.lanes(), threads.apply("lane"), INBOX, failures);
            return new NodeParts(lanes, Optional.of(transport), disk);
        }

        /** Tests wait for repair, for a cluster's beginning and for moves, so these go faster than in production. */
        @Override
        public NodeOptions.Builder tune(NodeOptions.Builder options) {
            return options.seekInterval(5 * MILLISECOND)
                    .excludeAfter(500 * MILLISECOND)
                    .repairInterval(50 * MILLISECOND)
                    .syncInterval(20 * MILLISECOND);
        }

        /** First the network: what is not on the disk any more must not be acknowledged to anybody. */
        void cut() {
            transport.close();
            disk.cut();
        }
    }
}
