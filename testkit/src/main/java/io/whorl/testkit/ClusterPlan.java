package io.whorl.testkit;

import io.whorl.core.ring.Address;
import io.whorl.internal.NodeSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What a test cluster is to be. */
record ClusterPlan(
        int size, boolean rocksDb, boolean tcp, int partitions, int lanes, Duration requestTimeout, int maxValueSize) {
    private static final String NAME = "test";
    private static final Duration START_TIMEOUT = Duration.ofSeconds(30);
    private static final long CACHE_BYTES = 4L << 20;

    Surroundings surroundings() {
        return tcp ? new TcpSurroundings(rocksDb) : new MemorySurroundings(rocksDb);
    }

    /**
     * A node's configuration.
     *
     * @param listen where it listens
     * @param founder where the first node listens; empty for that node itself
     */
    NodeSettings settings(Address listen, Optional<Address> founder, Optional<Path> directory) {
        return new NodeSettings(
                NAME,
                Optional.of(listen),
                Optional.empty(),
                founder.map(List::of).orElse(List.of()),
                size,
                partitions,
                directory,
                requestTimeout,
                START_TIMEOUT,
                maxValueSize,
                Optional.empty(),
                Optional.empty(),
                lanes,
                CACHE_BYTES,
                CACHE_BYTES);
    }
}
