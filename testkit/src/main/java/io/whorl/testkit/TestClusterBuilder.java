package io.whorl.testkit;

import io.whorl.internal.NodeMemory;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Collects the options of a test cluster. Not thread-safe. */
public final class TestClusterBuilder {
    /** Of memory; taken only as data come. */
    private static final long BYTES_PER_NODE = 64L << 20;

    private static final int MOST_NODES = 100;

    private final int size;
    private boolean rocksDb;
    private boolean tcp;
    private int partitions = 32;
    private int lanes = 1;
    private Duration requestTimeout = Duration.ofSeconds(5);
    private int maxValueSize = 1 << 20;
    private List<String> zones = List.of();
    private List<Integer> weights = List.of();
    private Optional<Duration> removeAfter = Optional.empty();

    TestClusterBuilder(int size) {
        if (size < 1 || size > MOST_NODES) {
            throw new IllegalArgumentException("size was " + size + "; expected 1 to " + MOST_NODES + " nodes");
        }
        this.size = size;
    }

    /** Keeps the data in RocksDB, in temporary directories that are removed at the end. Default: in memory. */
    public TestClusterBuilder onRocksDb() {
        this.rocksDb = true;
        return this;
    }

    /** Connects the nodes over TCP on the loopback address; links can then not be cut. Default: inside the process. */
    public TestClusterBuilder overTcp() {
        this.tcp = true;
        return this;
    }

    /** Into how many partitions the cluster cuts its keys: a power of two; default 32. */
    public TestClusterBuilder partitions(int count) {
        if (count < 1 || count > 1 << 16 || Integer.bitCount(count) != 1) {
            throw new IllegalArgumentException(
                    "partitions was " + count + "; expected a power of two from 1 to " + (1 << 16));
        }
        this.partitions = count;
        return this;
    }

    /** Over how many lanes each node spreads its partitions: 1, 2, 4, 8 or 16; default 1. */
    public TestClusterBuilder lanes(int count) {
        if (count < 1 || count > 16 || Integer.bitCount(count) != 1) {
            throw new IllegalArgumentException("lanes was " + count + "; expected 1, 2, 4, 8 or 16");
        }
        this.lanes = count;
        return this;
    }

    /** How long a request may take unless its handle says otherwise; default 5 s. */
    public TestClusterBuilder requestTimeout(Duration timeout) {
        if (timeout.isNegative() || timeout.isZero() || timeout.compareTo(Duration.ofHours(1)) > 0) {
            throw new IllegalArgumentException(
                    "requestTimeout was " + timeout + "; expected more than nothing and at most PT1H");
        }
        this.requestTimeout = timeout;
        return this;
    }

    /** The longest value that callers may write, in bytes; up to 8 MiB, default 1 MiB. */
    public TestClusterBuilder maxValueSize(int bytes) {
        if (bytes < 1 || bytes > 8 << 20) {
            throw new IllegalArgumentException("maxValueSize was " + bytes + "; expected 1 to " + (8 << 20) + " bytes");
        }
        this.maxValueSize = bytes;
        return this;
    }

    /** The zones of the nodes, in turn: of two names node 2 gets the first. Default: none. */
    public TestClusterBuilder zones(String... names) {
        this.zones = List.of(names);
        return this;
    }

    /** The nodes' shares of the data relative to each other, in turn. Default: equal ones. */
    public TestClusterBuilder weights(Integer... shares) {
        this.weights = List.of(shares);
        return this;
    }

    /** Has nodes removed that were dead for so long, by the others. Default: never. */
    public TestClusterBuilder removeAfter(Duration absence) {
        if (absence.isNegative() || absence.isZero()) {
            throw new IllegalArgumentException("removeAfter was " + absence + "; expected more than nothing");
        }
        this.removeAfter = Optional.of(absence);
        return this;
    }

    /** An extension for JUnit 5; see {@link TestCluster}. */
    public TestCluster extension() {
        return ClusterExtension.of(plan());
    }

    /**
     * A cluster that runs already.
     *
     * @throws io.whorl.api.StartFailedException if it cannot start
     */
    public TestCluster start() {
        TestCluster cluster = new TestCluster(plan());
        cluster.open();
        return cluster;
    }

    private ClusterPlan plan() {
        return new ClusterPlan(
                size,
                rocksDb,
                tcp,
                partitions,
                lanes,
                requestTimeout,
                maxValueSize,
                zones,
                weights,
                removeAfter,
                new NodeMemory(size * BYTES_PER_NODE, size));
    }
}
