package io.whorl.examples.elastic;

import io.whorl.Whorl;
import io.whorl.WhorlBuilder;
import io.whorl.api.Liveness;
import io.whorl.api.MemberStatus;
import io.whorl.api.NodeStatus;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** The nodes: all in this process, but for the one that will be lost. Numbered from 1 in the order of their starts. */
final class Fleet implements AutoCloseable {
    private static final String HOST = "127.0.0.1";
    private static final long LOOK_AGAIN_MILLIS = 50;

    private final Path directory;
    private final int partitions;
    private final TreeMap<Integer, Whorl> nodes = new TreeMap<>();
    private ChildProcess child;
    private int childNumber;
    private int started;

    Fleet(Path directory, int partitions) {
        this.directory = directory;
        this.partitions = partitions;
    }

    /** A builder for a node that keeps its data below the directory. */
    static WhorlBuilder builder(int number, Path directory, int partitions, List<String> contactPoints) {
        return Whorl.builder()
                .clusterName("elastic")
                .listen(HOST, 0)
                .contactPoints(contactPoints.toArray(String[]::new))
                .foundingNodes(1)
                .partitions(partitions)
                .dataDirectory(directory.resolve("node-" + number));
    }

    private List<String> contactPoints() {
        return nodes.values().stream().map(Whorl::address).toList();
    }

    /** Starts one node more, which founds the cluster if it is the first, and joins it else. */
    Whorl grow() {
        return started(++started, builder(started, directory, partitions, contactPoints()));
    }

    /** Starts one node more, which takes the place of a lost one. */
    Whorl replace(String lost) {
        return started(
                ++started,
                builder(started, directory, partitions, contactPoints()).replaces(lost));
    }

    private Whorl started(int number, WhorlBuilder builder) {
        Whorl node = builder.start();
        nodes.put(number, node);
        return node;
    }

    /** Starts one node more in another process. */
    void growElsewhere() throws IOException {
        List<String> arguments =
                new ArrayList<>(List.of(String.valueOf(++started), directory.toString(), String.valueOf(partitions)));
        arguments.addAll(contactPoints());
        child = ChildProcess.start(arguments);
        childNumber = started;
    }

    /** Kills the other process and deletes its node's data; the lost node's identity. */
    String lose() throws IOException {
        child.kill();
        TemporaryDirectory.delete(directory.resolve("node-" + childNumber));
        return child.nodeId();
    }

    /** Has a node leave, and waits for that. */
    void leave(int number) {
        nodes.remove(number).leave();
    }

    Whorl first() {
        return nodes.firstEntry().getValue();
    }

    List<Whorl> nodes() {
        return List.copyOf(nodes.values());
    }

    /** How many bytes of records have come to the nodes of this process by moves and repair. */
    long bytes() {
        return nodes.values().stream()
                .mapToLong(node -> node.metrics().value("counter.repair_bytes").orElse(0))
                .sum();
    }

    /** Waits until the first node knows so many members, and that nothing moves any more. */
    void awaitRest(int members) throws InterruptedException {
        NodeStatus status = first().status();
        while (status.members().size() != members || !status.isAtRest()) {
            Thread.sleep(LOOK_AGAIN_MILLIS);
            status = first().status();
        }
    }

    /** Waits until the first node counts a member as dead. */
    void awaitDeath(String nodeId) throws InterruptedException {
        Optional<MemberStatus> member = first().status().member(nodeId);
        while (member.filter(each -> each.liveness() == Liveness.DEAD).isEmpty()) {
            Thread.sleep(LOOK_AGAIN_MILLIS);
            member = first().status().member(nodeId);
        }
    }

    @Override
    public void close() {
        nodes.values().forEach(Whorl::close);
        if (child != null) {
            child.close();
        }
    }
}
