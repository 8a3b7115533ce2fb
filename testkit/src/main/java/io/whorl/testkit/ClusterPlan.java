package io.whorl.testkit;

import io.whorl.core.handoff.HintOptions;
import io.whorl.core.ring.Address;
import io.whorl.internal.MemberSettings;
import io.whorl.internal.NodeMemory;
import io.whorl.internal.NodeSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a test cluster is to be.
 *
 * @param zones the zones of the nodes, in turn; empty for none
 * @param weights the weights of the nodes, in turn; empty for equal ones
 * @param removeAfter how long a node has to be dead before it is removed; empty for never
 * @param memory what all nodes share
 */
record ClusterPlan(
        int size,
        boolean rocksDb,
        boolean tcp,
        int partitions,
        int lanes,
        Duration requestTimeout,
        int maxValueSize,
        List<String> zones,
        List<Integer> weights,
        Optional<Duration> removeAfter,
        NodeMemory memory) {
    private static final String NAME = "test";
    private static final Duration START_TIMEOUT = Duration.ofSeconds(30);

    Surroundings surroundings() {
        return tcp ? new TcpSurroundings(rocksDb) : new MemorySurroundings(rocksDb);
    }

    /** What a node of this number is to be within the cluster, unless it is told otherwise. */
    MemberSettings member(int index) {
        MemberSettings settings = MemberSettings.DEFAULT
                .withZone(zones.isEmpty() ? "" : zones.get(index % zones.size()))
                .withWeight(weights.isEmpty() ? 1 : weights.get(index % weights.size()));
        return removeAfter.map(settings::withRemoveAfter).orElse(settings);
    }

    /**
     * A node's configuration.
     *
     * @param listen where it listens
     * @param contactPoints where it looks for the cluster; none for the node that founds it
     */
    NodeSettings settings(
            Address listen, List<Address> contactPoints, Optional<Path> directory, MemberSettings member) {
        return new NodeSettings(
                NAME,
                Optional.of(listen),
                Optional.empty(),
                contactPoints,
                size,
                partitions,
                directory,
                requestTimeout,
                START_TIMEOUT,
                maxValueSize,
                Optional.empty(),
                Optional.empty(),
                lanes,
                memory,
                HintOptions.DEFAULT,
                member);
    }
}
