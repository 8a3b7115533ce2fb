package io.whorl.convergence;

import io.whorl.ClusterMember;
import io.whorl.Whorl;
import io.whorl.core.node.Node;
import io.whorl.core.node.NodeOptions;
import io.whorl.core.node.ReplicaSnapshot;
import io.whorl.core.ring.Address;
import io.whorl.core.ring.KeyHash;
import io.whorl.core.ring.ReplicaId;
import io.whorl.core.spi.StorageEngine;
import io.whorl.core.version.ByteWriter;
import io.whorl.core.version.DotSetCodec;
import io.whorl.core.version.RecordCodec;
import io.whorl.internal.EmbeddedNode;
import io.whorl.internal.NodeMemory;
import io.whorl.internal.NodeParts;
import io.whorl.internal.NodeSettings;
import io.whorl.internal.NodeWorld;
import io.whorl.internal.lane.CombiningLanes;
import io.whorl.storage.HeapStorageEngine;
import io.whorl.transport.InProcessNetwork;
import io.whorl.transport.InProcessTransport;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** Some nodes in one process, of which the last can be cut off and each can be stopped, and all that they send each other. */
final class CountedCluster implements AutoCloseable {
    private static final int INBOX = 1 << 16;
    private static final long MILLISECOND = 1_000_000L;
    private static final long MEMORY_BYTES = 16 << 20;
    private static final int QUIET_LOOKS = 8;
    private static final int MINUTES = 5;

    private final InProcessNetwork network = new InProcessNetwork();
    private final Traffic traffic = new Traffic();
    private final int size;
    private final int partitions;
    private final Optional<Path> directory;
    private final UnaryOperator<NodeOptions.Builder> options;
    private final EmbeddedNode[] nodes;

    /**
     * A cluster that runs.
     *
     * @param directory where the nodes keep their data, each in a folder of its own; empty for memory
     * @param options what is to be other than usual
     */
    CountedCluster(int size, int partitions, Optional<Path> directory, UnaryOperator<NodeOptions.Builder> options) {
        this.size = size;
        this.partitions = partitions;
        this.directory = directory;
        this.options = options;
        this.nodes = new EmbeddedNode[size];
        for (int i = 0; i < size; i++) {
            nodes[i] = EmbeddedNode.open(settings(i), new World());
        }
        for (EmbeddedNode node : nodes) {
            node.awaitReady();
        }
    }

    private static Address address(int node) {
        return new Address("node-" + node, 1);
    }

    private NodeSettings settings(int node) {
        return new NodeSettings(
                "counted",
                Optional.of(address(node)),
                Optional.empty(),
                List.of(address(0)),
                size,
                partitions,
                directory.map(path -> path.resolve("node-" + node)),
                Duration.ofSeconds(60),
                Duration.ofMinutes(2),
                1 << 20,
                Optional.empty(),
                Optional.empty(),
                1,
                new NodeMemory(MEMORY_BYTES, 1));
    }

    int size() {
        return size;
    }

    /** Ends a node as an application does. */
    void stop(int node) {
        nodes[node].close();
    }

    /** Starts a node that was stopped, and waits until it serves. */
    void start(int node) {
        nodes[node] = EmbeddedNode.open(settings(node), new World());
        nodes[node].awaitReady();
    }

    /** What a node is made of. */
    Node protocol(int node) {
        return nodes[node].protocol();
    }

    Whorl node(int index) {
        return nodes[index];
    }

    Traffic traffic() {
        return traffic;
    }

    /** Cuts the last node off, and waits until both sides have noticed. */
    void cutOffTheLast() {
        for (int i = 0; i < size - 1; i++) {
            network.cutBoth(address(i), address(size - 1));
        }
        awaitReaching(size - 1, size - 1);
    }

    /** Ends the cut, and waits until all have noticed. */
    void heal() {
        network.healAll();
        awaitReaching(size, size);
    }

    /** Waits until each of the first nodes reaches so many, itself included. */
    void awaitReaching(int first, int count) {
        Awaitility.await()
                .atMost(MINUTES, TimeUnit.MINUTES)
                .until(() -> Stream.of(nodes)
                        .limit(first)
                        .allMatch(node -> node.members().stream()
                                        .filter(ClusterMember::reachable)
                                        .count()
                                == count));
    }

    /** Waits until no message between replicas was sent for a while, and all holders of each replica hold the same then. */
    void awaitConverged() {
        Awaitility.await().atMost(MINUTES, TimeUnit.MINUTES).until(() -> {
            awaitQuiet();
            Map<ReplicaId, Long> digests = new TreeMap<>();
            boolean same = true;
            for (int node = 0; node < size; node++) {
                for (ReplicaSnapshot replica : replicas(node)) {
                    long digest = digest(replica);
                    Long known = digests.putIfAbsent(replica.replica(), digest);
                    same &= known == null || known == digest;
                }
            }
            return same;
        });
    }

    private void awaitQuiet() {
        long[] seen = {-1, 0};
        Awaitility.await().atMost(MINUTES, TimeUnit.MINUTES).until(() -> {
            long now = traffic.total().messages();
            seen[1] = now == seen[0] ? seen[1] + 1 : 0;
            seen[0] = now;
            return seen[1] == QUIET_LOOKS;
        });
    }

    /** Everything that a node holds. */
    List<ReplicaSnapshot> replicas(int node) {
        CompletableFuture<List<ReplicaSnapshot>> snapshots = new CompletableFuture<>();
        protocol(node).inspect(snapshots::complete);
        return snapshots.join();
    }

    private static long digest(ReplicaSnapshot replica) {
        ByteWriter out = new ByteWriter();
        out.bytes(DotSetCodec.encode(replica.seen()));
        replica.records().forEach(keyed -> out.bytes(keyed.key()).bytes(RecordCodec.encode(keyed.record())));
        return KeyHash.of(out.toByteArray());
    }

    @Override
    public void close() {
        for (EmbeddedNode node : nodes) {
            node.close();
        }
        network.close();
    }

    private final class World implements NodeWorld {
        @Override
        public NodeParts open(
                NodeSettings settings, Function<String, ThreadFactory> threads, Consumer<Throwable> failures) {
            return new NodeParts(
                    new CombiningLanes(settings.lanes(), threads.apply("lane"), INBOX, failures),
                    settings.listen()
                            .map(listen -> new CountedTransport(new InProcessTransport(network, listen), traffic)),
                    storage(settings));
        }

        private StorageEngine storage(NodeSettings settings) {
            return settings.directory()
                    .map(directory -> settings.memory().storage(directory))
                    .orElseGet(HeapStorageEngine::new);
        }

        /** Only how long one waits for a round depends on these. */
        @Override
        public NodeOptions.Builder tune(NodeOptions.Builder options) {
            return CountedCluster.this.options.apply(options.seekInterval(5 * MILLISECOND)
                    .repairInterval(100 * MILLISECOND)
                    .syncInterval(20 * MILLISECOND));
        }
    }
}
