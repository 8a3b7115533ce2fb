package io.whorl.processes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** Nodes in processes of their own, with a {@link FaultProxy} between all of them. To be hurt by one thread; asked by any. */
final class ProcessCluster implements Serving, AutoCloseable {
    private static final int STARTED_WITHIN = 120;

    private final Path directory;
    private final int founders;
    private final int[] ports;
    private final FaultProxy proxy;
    private final String contactPoints;
    private final NodeHandle[] processes;
    private final String[] ids;
    private final AtomicReferenceArray<NodeHandle> serving;
    private List<String> options = List.of();

    ProcessCluster(int nodes, Path directory, SplittableRandom random) throws IOException {
        this(nodes, 0, directory, random);
    }

    /** @param founders how many of the nodes found the cluster, the others join it; 0 for all */
    ProcessCluster(int nodes, int founders, Path directory, SplittableRandom random) throws IOException {
        this.founders = founders;
        this.directory = directory;
        this.ports = FreePorts.find(nodes, random);
        this.proxy = new FaultProxy(ports);
        this.contactPoints = IntStream.range(0, nodes).mapToObj(proxy::address).collect(Collectors.joining(","));
        this.processes = new NodeHandle[nodes];
        this.ids = new String[nodes];
        this.serving = new AtomicReferenceArray<>(nodes);
    }

    /**
     * Lets a JVM write down the classes that it has loaded, which halves the time that the others take to start; they are started often.
     */
    void prepareStarts() throws IOException, InterruptedException {
        Path archive = directory.resolve("classes.jsa");
        NodeHandle first = NodeHandle.start(
                List.of("-XX:ArchiveClassesAtExit=" + archive, "-Xlog:disable"),
                NodeProcess.class,
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

    @Override
    public int size() {
        return processes.length;
    }

    FaultProxy proxy() {
        return proxy;
    }

    /** Starts a node's process; it serves later. */
    void start(int node) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(
                "127.0.0.1:" + ports[node],
                proxy.address(node),
                directory.resolve("node-" + node).toString(),
                contactPoints));
        if (founders > 0) {
            arguments.add(String.valueOf(founders));
        }
        processes[node] = NodeHandle.start(options, NodeProcess.class, arguments.toArray(String[]::new));
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

    @Override
    public Optional<NodeHandle> serving(int node) {
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

    /** What moves, as a node sees it. */
    Moving moving(int node) {
        processes[node].tell("moving");
        String[] words = processes[node].expect("moving", STARTED_WITHIN).split(" ");
        return new Moving(
                Integer.parseInt(words[1]), Boolean.parseBoolean(words[2]), indexes(words[3]), indexes(words[4]));
    }

    private List<Integer> indexes(String names) {
        List<String> known = Arrays.asList(ids);
        return Stream.of(names.split(","))
                .map(name -> known.indexOf("ready " + name))
                .filter(index -> index >= 0)
                .toList();
    }

    /**
     * @param members how many members there are
     * @param atRest whether nothing moves or has to
     * @param voters who agrees on changes
     * @param sources whom slots move away from
     */
    record Moving(int members, boolean atRest, List<Integer> voters, List<Integer> sources) {}

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
