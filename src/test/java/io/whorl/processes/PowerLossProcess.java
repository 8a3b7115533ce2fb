package io.whorl.processes;

import io.whorl.Whorl;
import io.whorl.api.BucketOptions;
import io.whorl.api.Durability;
import io.whorl.api.StartFailedException;
import io.whorl.core.ring.Address;
import io.whorl.internal.EmbeddedNode;
import io.whorl.internal.NodeMemory;
import io.whorl.internal.NodeSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A whole cluster in one process, so that its power can be lost at one instant, with a bucket that is {@code FSYNC}. Arguments: the
 * directory of all nodes, how many bytes RocksDB may keep in memory, and for each node its port.
 *
 * <p>Told to {@code lie}, it syncs nothing any more, and believes that it does.
 */
public final class PowerLossProcess {
    private static final int PARTITIONS = 16;

    private PowerLossProcess() {}

    public static void main(String[] arguments) throws IOException {
        Path directory = Path.of(arguments[0]);
        List<Address> addresses = Arrays.stream(arguments)
                .skip(2)
                .map(port -> new Address("127.0.0.1", Integer.parseInt(port)))
                .toList();
        AtomicBoolean lying = new AtomicBoolean();
        List<Whorl> nodes = new ArrayList<>();
        try {
            for (int i = 0; i < addresses.size(); i++) {
                nodes.add(EmbeddedNode.open(
                        settings(directory.resolve("node-" + i), Long.parseLong(arguments[1]), addresses, i),
                        new PowerLossWorld(directory.resolve("synced-" + i), lying::get)));
            }
            for (Whorl node : nodes) {
                ((EmbeddedNode) node).awaitReady();
            }
            nodes.get(0)
                    .createBucket(
                            Conversation.BUCKET,
                            BucketOptions.builder().durability(Durability.FSYNC).build());
            new Conversation(nodes, Map.of("lie", () -> lying.set(true))).run();
        } catch (StartFailedException e) {
            Conversation.say("could not start: " + e.getMessage());
        } finally {
            nodes.forEach(Whorl::close);
        }
    }

    private static NodeSettings settings(Path directory, long bufferBytes, List<Address> addresses, int node) {
        return new NodeSettings(
                "power-loss",
                Optional.of(addresses.get(node)),
                Optional.empty(),
                addresses,
                addresses.size(),
                PARTITIONS,
                Optional.of(directory),
                Duration.ofSeconds(5),
                Duration.ofMinutes(2),
                1 << 20,
                Optional.empty(),
                Optional.empty(),
                1,
                new NodeMemory(4 * bufferBytes, 1));
    }
}
