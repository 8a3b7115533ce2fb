package io.whorl.convergence;

import io.whorl.Whorl;
import io.whorl.core.node.NodeOptions;
import io.whorl.core.node.ReplicaSnapshot;
import io.whorl.core.ring.Address;
import io.whorl.core.ring.KeyHash;
import io.whorl.core.version.ByteWriter;
import io.whorl.core.version.DotSetCodec;
import io.whorl.core.version.RecordCodec;
import io.whorl.internal.EmbeddedNode;
import io.whorl.internal.NodeParts;
import io.whorl.internal.NodeSettings;
import io.whorl.internal.NodeWorld;
import io.whorl.internal.lane.CombiningLanes;
import io.whorl.storage.HeapStorageEngine;
import io.whorl.transport.InProcessNetwork;
import io.whorl.transport.InProcessTransport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.awaitility.Awaitility;

/** Three nodes in memory, of which the last can be cut off, and all that they send each other. */
final class CountedCluster implements AutoCloseable {
    private static final int NODES = 3;
    private static final int INBOX = 1 << 16;
    private static final long MILLISECOND = 1_000_000L;
    private static final int QUIET_LOOKS = 8;
    private static final int MINUTES = 10;

    private final InProcessNetwork network = new InProcessNetwork();
    private final Traffic traffic = new Traffic();
    private final List<EmbeddedNode> nodes = new ArrayList<>();

    CountedCluster(int partitions) {
        List<Address> addresses = List.of(address(0), address(1), address(2));
        for (int i = 0; i < NODES; i++) {
            nodes.add(EmbeddedNode.open(settings(addresses, i, partitions), new World()));
        }
        nodes.forEach(EmbeddedNode::awaitReady);
    }

    private static Address address(int node) {
        return new Address("node-" + node, 1);
    }

    private static NodeSettings settings(List<Address> addresses, int node, int partitions) {
        return new NodeSettings(
                "counted",
                Optional.of(addresses.get(node)),
                Optional.empty(),
                addresses,
                NODES,
                partitions,
                Optional.empty(),
                Duration.ofSeconds(60),
                Duration.ofMinutes(2),
                1 << 20,
                Optional.empty(),
                Optional.empty(),
                1,
                0,
                0);
    }

    Whorl node(int index) {
        return nodes.get(index);
    }

    Traffic traffic() {
        return traffic;
    }

    /** Cuts the last node off, and waits until both sides have noticed. */
    void cutOffTheLast() {
        for (int i = 0; i < NODES - 1; i++) {
            network.cutBoth(address(i), address(NODES - 1));
        }
        Awaitility.await()
                .atMost(1, TimeUnit.MINUTES)
                .until(() -> nodes.stream()
                        .limit(NODES - 1)
                        .allMatch(node -> node.members().stream()
                                        .filter(member -> member.reachable())
                                        .count()
                                == NODES - 1));
    }

    void heal() {
        network.healAll();
    }

    /** Waits until no message between replicas was sent for a while, and all replicas are the same then. */
    void awaitConverged() {
        Awaitility.await().atMost(MINUTES, TimeUnit.MINUTES).until(() -> {
            awaitQuiet();
            long first = digest(0);
            return first == digest(1) && first == digest(2);
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

    /** One number over all that a node holds. */
    private long digest(int node) {
        CompletableFuture<List<ReplicaSnapshot>> snapshots = new CompletableFuture<>();
        nodes.get(node).protocol().inspect(snapshots::complete);
        ByteWriter all = new ByteWriter();
        for (ReplicaSnapshot replica : snapshots.join()) {
            ByteWriter out = new ByteWriter();
            out.bytes(DotSetCodec.encode(replica.seen()));
            replica.records().forEach(keyed -> out.bytes(keyed.key()).bytes(RecordCodec.encode(keyed.record())));
            all.i64(replica.replica().bucket())
                    .i32(replica.replica().partition())
                    .i64(KeyHash.of(out.toByteArray()));
        }
        return KeyHash.of(all.toByteArray());
    }

    @Override
    public void close() {
        nodes.forEach(EmbeddedNode::close);
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
                    new HeapStorageEngine());
        }

        /** Only how long one waits for a round depends on these. */
        @Override
        public NodeOptions.Builder tune(NodeOptions.Builder options) {
            return options.seekInterval(5 * MILLISECOND)
                    .repairInterval(100 * MILLISECOND)
                    .syncInterval(20 * MILLISECOND);
        }
    }
}
