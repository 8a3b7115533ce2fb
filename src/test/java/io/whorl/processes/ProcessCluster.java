package io.whorl.processes;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;

/** Nodes in processes of their own, with a {@link FaultProxy} between all of them. To be hurt by one thread; asked by any. */
final class ProcessCluster implements AutoCloseable {
    private static final int STARTED_WITHIN = 120;
    /** Below the ports that systems give to outgoing connections, which could otherwise take a port while its node is down. */
    private static final int FIRST_PORT = 20_000;

    private static final int LAST_PORT = 30_000;

    private final Path directory;
    private final int[] ports;
    private final FaultProxy proxy;
    private final String contactPoints;
    private final NodeHandle[] processes;
    private final String[] ids;
    private final AtomicReferenceArray<NodeHandle> serving;
    private List<String> options = List.of();

    ProcessCluster(int nodes, Path directory, SplittableRandom random) throws IOException {
        this.directory = directory;
        this.ports = freePorts(nodes, random);
        this.proxy = new FaultProxy(ports);
        this.contactPoints = IntStream.range(0, nodes).mapToObj(proxy::address).collect(Collectors.joining(","));
        this.processes = new NodeHandle[nodes];
        this.ids = new String[nodes];
        this.serving = new AtomicReferenceArray<>(nodes);
    }

    private static int[] freePorts(int count, SplittableRandom random) throws IOException {
        Set<Integer> ports = new LinkedHashSet<>();
        while (ports.size() < count) {
            int port = random.nextInt(FIRST_PORT, LAST_PORT);
            try (ServerSocket free = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                ports.add(free.getLocalPort());
            } catch (BindException e) {
                continue; // taken by another process
            }
        }
        return ports.stream().mapToInt(Integer::intValue).toArray();
    }

    /**
     * Lets a JVM write down the classes that it has loaded, which halves the time that the others take to start; they are started often.
     */
    void prepareStarts() throws IOException, InterruptedException {
        Path archive = directory.resolve("classes.jsa");
        NodeHandle first = NodeHandle.start(
                List.of("-XX:ArchiveClassesAtExit=" + archive, "-Xlog:disable"),
                "127.0.0.1:" + ports[0],
                "127.0.0.1:" + ports[0],
                directory.resolve("rehearsal").toString(),
                "127.0.0.1:" + ports[0]);
        first.expect("ready", STARTED_WITHIN);
        first.ask("put", "key", "value", "-").join();
        first.ask("fetch", "key").join();
        first.tell("digest");
        first.expect("digest", STARTED_WITHIN);
        first.end();
        if (Files.exists(archive)) {
            options = List.of("-XX:SharedArchiveFile=" + archive, "-Xshare:auto", "-Xlog:disable");
        }
    }

    int size() {
        return processes.length;
    }

    FaultProxy proxy() {
        return proxy;
    }

    /** Starts a node's process; it serves later. */
    void start(int node) throws IOException {
        processes[node] = NodeHandle.start(
                options,
                "127.0.0.1:" + ports[node],
                proxy.address(node),
                directory.resolve("node-" + node).toString(),
                contactPoints);
    }

    /** Waits until a node serves; it has to be the one that it was before. */
    void awaitServing(int node) {
        String id = processes[node].expect("ready", STARTED_WITHIN);
        if (ids[node] != null && !ids[node].equals(id)) {
            throw new AssertionError("node " + node + " came back as '" + id + "', but was '" + ids[node] + "'");
        }
        ids[node] = id;
        serving.set(node, processes[node]);
    }

    /** A process that serves, or did so a moment ago; on any thread. */
    Optional<NodeHandle> serving(int node) {
        return Optional.ofNullable(serving.get(node)).filter(process -> !process.isGone());
    }

    void kill(int node) throws InterruptedException {
        serving.set(node, null);
        processes[node].kill();
    }

    void pause(int node) throws IOException, InterruptedException {
        processes[node].pause();
    }

    void resume(int node) throws IOException, InterruptedException {
        processes[node].resume();
    }

    /** Waits until every replica is the same on all nodes that hold it. */
    void awaitEqualReplicas(int copies, int seconds) {
        Awaitility.await("all holders of each replica hold the same")
                .atMost(seconds, TimeUnit.SECONDS)
                .until(() -> difference(copies), Optional::isEmpty);
    }

    private Optional<String> difference(int copies) {
        Map<String, String> digests = new LinkedHashMap<>();
        Map<String, Integer> holders = new LinkedHashMap<>();
        for (NodeHandle process : processes) {
            process.tell("digest");
        }
        Optional<String> difference = Optional.empty();
        for (int node = 0; node < processes.length; node++) {
            String line = processes[node].expect("digest", STARTED_WITHIN);
            for (String replica : line.split(" ")) {
                String[] parts = replica.split("=");
                if (parts.length == 2) {
                    holders.merge(parts[0], 1, Integer::sum);
                    String known = digests.putIfAbsent(parts[0], parts[1]);
                    if (parts[1].equals("doubt") || known != null && !known.equals(parts[1])) {
                        difference = Optional.of("node " + node + " differs in replica " + parts[0]);
                    }
                }
            }
        }
        return difference.or(() -> holders.entrySet().stream()
                .filter(replica -> replica.getValue() != copies)
                .map(replica -> replica.getValue() + " nodes hold replica " + replica.getKey())
                .findFirst());
    }

    @Override
    public void close() throws IOException {
        try {
            for (NodeHandle process : processes) {
                if (process != null) {
                    process.kill();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            proxy.close();
        }
    }
}
