package io.whorl;

import io.whorl.api.StartFailedException;
import io.whorl.core.handoff.HintOptions;
import io.whorl.core.ring.Address;
import io.whorl.core.ring.NodeId;
import io.whorl.internal.EmbeddedNode;
import io.whorl.internal.MemberSettings;
import io.whorl.internal.NodeSettings;
import io.whorl.internal.NodeWorld;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;

/**
 * Collects the options of a node and starts it. Not thread-safe; can be used again after a start. Each method refuses a value out
 * of its bounds with an {@link IllegalArgumentException}.
 */
public final class WhorlBuilder {
    private static final int LARGEST_VALUE = 8 << 20;
    private static final int MOST_PARTITIONS = 1 << 16;
    private static final int MOST_NODES = 1_000;
    private static final int MOST_LANES = 16;
    private static final int MOST_WEIGHT = 1_000;
    private static final int MOST_MOVES = 1_000;
    private static final Duration LONGEST_REQUEST = Duration.ofHours(1);
    private static final Duration LONGEST_ABSENCE = Duration.ofDays(365);
    private static final Duration LONGEST_START = Duration.ofDays(1);

    private String clusterName = "whorl";
    private Optional<Address> listen = Optional.empty();
    private Optional<Address> advertise = Optional.empty();
    private List<Address> contactPoints = List.of();
    private int foundingNodes;
    private int partitions = 256;
    private Optional<Path> directory = Optional.empty();
    private Duration requestTimeout = Duration.ofSeconds(5);
    private Duration startTimeout = Duration.ofMinutes(2);
    private int maxValueSize = 1 << 20;
    private Optional<Executor> callbackExecutor = Optional.empty();
    private Optional<ThreadFactory> threadFactory = Optional.empty();
    private int lanes =
            Integer.highestOneBit(Math.max(1, Math.min(8, Runtime.getRuntime().availableProcessors() / 2)));
    private Optional<MemoryBudget> memory = Optional.empty();
    private long hintBytesPerTarget = HintOptions.DEFAULT.bytesPerTarget();
    private long hintBytes = HintOptions.DEFAULT.bytes();
    private MemberSettings member = MemberSettings.DEFAULT;

    WhorlBuilder() {}

    /**
     * The cluster's name; nodes of different names refuse each other. Default {@code whorl}.
     *
     * @param name 1 to 128 ASCII letters, digits and {@code - . _}, beginning with a letter, a digit or {@code _}
     */
    public WhorlBuilder clusterName(String name) {
        Objects.requireNonNull(name, "clusterName");
        require(
                name.matches("[A-Za-z0-9_][A-Za-z0-9._-]{0,127}"),
                "clusterName",
                name,
                "1 to 128 ASCII letters, digits and - . _, beginning with a letter, a digit or _");
        this.clusterName = name;
        return this;
    }

    /**
     * Where to listen for other nodes. Default: nowhere; the node is then a cluster of its own.
     *
     * @param host a local address or host name
     * @param port the port; 0 for any free one, which {@link Whorl#address} tells
     */
    public WhorlBuilder listen(String host, int port) {
        this.listen = Optional.of(address("listen", host, port));
        return this;
    }

    /** Where other nodes reach this one, if that is not where it listens (behind a container's or a cloud's addresses). */
    public WhorlBuilder advertise(String host, int port) {
        require(port != 0, "advertise", host + ":0", "a port from 1 to 65535, since other nodes have to reach it");
        this.advertise = Optional.of(address("advertise", host, port));
        return this;
    }

    /**
     * Where to look for the cluster: the addresses of some or all of its nodes, this one's own among them or not. All nodes that
     * found a cluster together name the same first one. Default: none; this node then founds a cluster.
     *
     * @param addresses each {@code host:port} or {@code [ipv6]:port}
     */
    public WhorlBuilder contactPoints(String... addresses) {
        List<Address> parsed = new ArrayList<>();
        for (String text : addresses) {
            Objects.requireNonNull(text, "contactPoints");
            Address address;
            try {
                address = Address.parse(text);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("contactPoints: \"" + text + "\" is not host:port", e);
            }
            require(address.port() != 0, "contactPoints", text, "a port from 1 to 65535");
            require(!parsed.contains(address), "contactPoints", text, "each address once");
            parsed.add(address);
        }
        this.contactPoints = List.copyOf(parsed);
        return this;
    }

    /**
     * How many nodes found a new cluster together; a node that joins an existing one ignores it. Default: the number of contact
     * points, so that a node that has lost its disk cannot found a second cluster by itself.
     */
    public WhorlBuilder foundingNodes(int count) {
        require(count >= 1 && count <= MOST_NODES, "foundingNodes", count, "1 to " + MOST_NODES);
        this.foundingNodes = count;
        return this;
    }

    /** Into how many partitions a new cluster cuts its keys; fixed for its life. A power of two up to 65,536; default 256. */
    public WhorlBuilder partitions(int count) {
        require(
                count >= 1 && count <= MOST_PARTITIONS && Integer.bitCount(count) == 1,
                "partitions",
                count,
                "a power of two from 1 to " + MOST_PARTITIONS);
        this.partitions = count;
        return this;
    }

    /** Where to keep the data; made if it does not exist, and used by one node at a time. Default: in memory. */
    public WhorlBuilder dataDirectory(Path path) {
        this.directory = Optional.of(path);
        return this;
    }

    /** How long a request may take unless its handle says otherwise; up to an hour, default 5 s. */
    public WhorlBuilder requestTimeout(Duration timeout) {
        this.requestTimeout = duration("requestTimeout", timeout, LONGEST_REQUEST);
        return this;
    }

    /** How long {@link #start} waits for the node to be admitted; up to a day, default 2 min. */
    public WhorlBuilder startTimeout(Duration timeout) {
        this.startTimeout = duration("startTimeout", timeout, LONGEST_START);
        return this;
    }

    /** The longest value that this node's callers may write, in bytes; up to 8 MiB, default 1 MiB. */
    public WhorlBuilder maxValueSize(int bytes) {
        require(bytes >= 1 && bytes <= LARGEST_VALUE, "maxValueSize", bytes, "1 to " + LARGEST_VALUE + " bytes");
        this.maxValueSize = bytes;
        return this;
    }

    /**
     * Where callbacks run: what depends on futures and stages, functions of asynchronous updates, decoding. Never closed by the
     * node. Default: a pool of up to four threads of the node's own, which end when they are idle.
     */
    public WhorlBuilder callbackExecutor(Executor executor) {
        this.callbackExecutor = Optional.of(executor);
        return this;
    }

    /** Makes the node's threads, which it then names and, where that is still possible, makes daemons. Default: plain threads. */
    public WhorlBuilder threadFactory(ThreadFactory factory) {
        this.threadFactory = Optional.of(factory);
        return this;
    }

    /**
     * Over how many lanes the partitions are spread, each a thread that works on its share alone. Rarely needs a change. A power of
     * two from 1 to 16; default: half the processors, rounded down to such a number, at most 8.
     */
    public WhorlBuilder lanes(int count) {
        boolean fits = count >= 1 && count <= MOST_LANES && Integer.bitCount(count) == 1;
        require(fits, "lanes", count, "a power of two from 1 to " + MOST_LANES);
        this.lanes = count;
        return this;
    }

    /**
     * How much memory the node may use beside what callers hand in. Nodes of this JVM that are given the same budget share it. Default: a
     * budget of the node's own, a quarter of the largest heap, from 64 MiB to 256 MiB.
     */
    public WhorlBuilder memory(MemoryBudget budget) {
        this.memory = Optional.of(Objects.requireNonNull(budget, "memory"));
        return this;
    }

    /**
     * How many bytes of hints this node keeps for one member that cannot be reached; beyond that it refuses them, and anti-entropy
     * brings the member what it has missed. At least 1; default 256 MiB.
     */
    public WhorlBuilder hintBytesPerTarget(long bytes) {
        require(bytes >= 1, "hintBytesPerTarget", bytes, "at least 1 byte");
        this.hintBytesPerTarget = bytes;
        return this;
    }

    /** How many bytes of hints this node keeps for all members together. At least 1; default 1 GiB. */
    public WhorlBuilder hintBytes(long bytes) {
        require(bytes >= 1, "hintBytes", bytes, "at least 1 byte");
        this.hintBytes = bytes;
        return this;
    }

    /**
     * What this node shares its fate with: a rack, a building, an availability zone. The copies of a key are spread over zones as far
     * as there are enough. Counts when the node joins; a member keeps its zone. Default: none.
     *
     * @param name 1 to 128 ASCII letters, digits and {@code - . _}, beginning with a letter, a digit or {@code _}
     */
    public WhorlBuilder zone(String name) {
        Objects.requireNonNull(name, "zone");
        require(
                name.matches("[A-Za-z0-9_][A-Za-z0-9._-]{0,127}"),
                "zone",
                name,
                "1 to 128 ASCII letters, digits and - . _, beginning with a letter, a digit or _");
        this.member = member.withZone(name);
        return this;
    }

    /**
     * This node's share of the data relative to the other nodes', by the size of its disk for instance. Counts when the node joins;
     * later {@link Whorl#reweigh} changes it. From 1 to 1,000; default 1.
     */
    public WhorlBuilder weight(int share) {
        require(share >= 1 && share <= MOST_WEIGHT, "weight", share, "1 to " + MOST_WEIGHT);
        this.member = member.withWeight(share);
        return this;
    }

    /**
     * In how many moves of slots this node takes part at a time when the cluster changes. More are done sooner, and burden the node
     * and its disk more. From 1 to 1,000; default 16.
     */
    public WhorlBuilder movesAtOnce(int moves) {
        require(moves >= 1 && moves <= MOST_MOVES, "movesAtOnce", moves, "1 to " + MOST_MOVES);
        this.member = member.withMovesAtOnce(moves);
        return this;
    }

    /**
     * How long the node that a slot moves away from has to count as dead before this node rebuilds the slot from the other copies
     * instead. Until then the move waits for its return; and longer where the other copies are too few to have every acknowledged
     * write, as with one replica: then the node has to come back, or be removed. At least a second, up to a day; default 30 s.
     */
    public WhorlBuilder excludeAfter(Duration absence) {
        Objects.requireNonNull(absence, "excludeAfter");
        require(absence.compareTo(Duration.ofSeconds(1)) >= 0, "excludeAfter", absence, "at least PT1S");
        this.member = member.withExcludeAfter(duration("excludeAfter", absence, LONGEST_START));
        return this;
    }

    /**
     * That this node takes the place of a member that is lost for good: it gets that member's slots instead of a share of everybody's,
     * so that as little as possible moves. The lost member is removed as {@link Whorl#remove} does, and has to be dead then. Counts when
     * the node joins, and does nothing later.
     *
     * @param nodeId the lost member, as {@link Whorl#nodeId} named it: sixteen hexadecimal digits
     */
    public WhorlBuilder replaces(String nodeId) {
        Objects.requireNonNull(nodeId, "replaces");
        require(nodeId.matches("[0-9a-fA-F]{16}"), "replaces", nodeId, "sixteen hexadecimal digits");
        this.member = member.replacing(NodeId.parse(nodeId));
        return this;
    }

    /**
     * Has members removed that were dead for so long, as {@link Whorl#remove} does, by this node: it counts by its own clock and since
     * its own start, and acts only while more than half of all members answer it. Give all nodes the same. Choose it longer than any
     * outage that members are to come back from, since a removed one has to join anew with an empty disk. At least a minute, up to a
     * year. Default: nobody is removed by itself.
     */
    public WhorlBuilder removeAfter(Duration absence) {
        Objects.requireNonNull(absence, "removeAfter");
        require(absence.compareTo(Duration.ofMinutes(1)) >= 0, "removeAfter", absence, "at least PT1M");
        this.member = member.withRemoveAfter(duration("removeAfter", absence, LONGEST_ABSENCE));
        return this;
    }

    /**
     * Starts the node and waits until it belongs to its cluster and serves, and then up to a second for connections to the other
     * members, some of which may be down.
     *
     * @throws StartFailedException if it cannot, or not within the start timeout; the message says why and what to do. Nothing is
     *     left behind
     * @throws IllegalArgumentException if options contradict each other
     */
    public Whorl start() {
        return EmbeddedNode.open(settings(), NodeWorld.real()).awaitReady();
    }

    /**
     * Starts the node without waiting for its admission, which {@link Whorl#ready} tells. Until then its buckets cannot be opened.
     *
     * @throws StartFailedException if its storage cannot be opened or its address not be bound
     * @throws IllegalArgumentException if options contradict each other
     */
    public Whorl startAsync() {
        return EmbeddedNode.open(settings(), NodeWorld.real());
    }

    private NodeSettings settings() {
        if (listen.isEmpty()) {
            require(contactPoints.isEmpty(), "contactPoints", contactPoints, "listen(host, port) beside them");
            require(advertise.isEmpty(), "advertise", advertise, "listen(host, port) beside it");
            require(foundingNodes <= 1, "foundingNodes", foundingNodes, "listen(host, port) beside it");
        } else {
            String host = listen.get().host();
            require(
                    advertise.isPresent() || !(host.equals("0.0.0.0") || host.equals("::")),
                    "listen",
                    listen.get(),
                    "advertise(host, port) beside it, since other nodes cannot reach this address");
        }
        return new NodeSettings(
                clusterName,
                listen,
                advertise,
                contactPoints,
                foundingNodes,
                partitions,
                directory,
                requestTimeout,
                startTimeout,
                maxValueSize,
                callbackExecutor,
                threadFactory,
                lanes,
                memory.orElseGet(MemoryBudget::standard).memory(),
                HintOptions.DEFAULT.withBounds(hintBytesPerTarget, hintBytes),
                member);
    }

    private static Address address(String option, String host, int port) {
        Objects.requireNonNull(host, option);
        try {
            return new Address(host, port);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(option + " was " + host + ":" + port + ": " + e.getMessage(), e);
        }
    }

    private static Duration duration(String option, Duration value, Duration longest) {
        Objects.requireNonNull(value, option);
        boolean fits = !value.isNegative() && !value.isZero() && value.compareTo(longest) <= 0;
        require(fits, option, value, "more than nothing and at most " + longest);
        return value;
    }

    private static void require(boolean holds, String option, Object value, String expected) {
        if (!holds) {
            throw new IllegalArgumentException(option + " was " + value + "; expected " + expected);
        }
    }
}
