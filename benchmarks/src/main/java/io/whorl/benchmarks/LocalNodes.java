package io.whorl.benchmarks;

import io.whorl.api.Bucket;
import io.whorl.api.Codec;
import io.whorl.core.ring.Address;
import io.whorl.internal.EmbeddedNode;
import io.whorl.internal.NodeMemory;
import io.whorl.internal.NodeSettings;
import io.whorl.internal.NodeWorld;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Nodes in this JVM over loopback TCP, in a world of choice; one alone has no socket. */
final class LocalNodes implements AutoCloseable {
    private final List<EmbeddedNode> nodes = new ArrayList<>();
    private final Optional<Path> root;

    LocalNodes(NodeWorld world, int size, boolean onRocksDb, int lanes) throws IOException {
        root = onRocksDb ? Optional.of(Files.createTempDirectory("whorl-benchmark")) : Optional.empty();
        Optional<Address> founder = Optional.empty();
        for (int i = 0; i < size; i++) {
            String name = "node-" + i;
            nodes.add(EmbeddedNode.open(settings(size, founder, root.map(path -> path.resolve(name)), lanes), world));
            founder = Optional.of(Address.parse(nodes.get(0).address()));
        }
        for (EmbeddedNode node : nodes) {
            node.awaitReady();
        }
    }

    private static NodeSettings settings(int size, Optional<Address> founder, Optional<Path> directory, int lanes) {
        return new NodeSettings(
                "benchmark",
                size == 1 ? Optional.empty() : Optional.of(new Address("127.0.0.1", 0)),
                Optional.empty(),
                founder.stream().toList(),
                size,
                64,
                directory,
                Duration.ofSeconds(5),
                Duration.ofSeconds(30),
                1 << 20,
                Optional.empty(),
                Optional.empty(),
                lanes,
                new NodeMemory(128L << 20, 1));
    }

    Bucket<byte[], byte[]> bucket(int node) {
        return nodes.get(node).bucket("benchmark", Codec.bytes(), Codec.bytes());
    }

    @Override
    public void close() throws IOException {
        nodes.forEach(EmbeddedNode::close);
        if (root.isPresent()) {
            try (Stream<Path> all = Files.walk(root.get())) {
                for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }
}
