package io.whorl.internal;

import io.whorl.core.handoff.HintOptions;
import io.whorl.core.ring.Address;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;

/**
 * A node's configuration as its builder has checked it.
 *
 * @param clusterName nodes of other names are refused
 * @param listen where to listen; empty for a node without a socket
 * @param advertise where others reach it; empty: where it listens
 * @param contactPoints where to look for the cluster
 * @param foundingNodes how many nodes found a cluster; 0 for the number of contact points
 * @param partitions Q, should this node found the cluster
 * @param directory where the data is; empty: in memory
 * @param requestTimeout how long a request may take unless its handle says otherwise
 * @param startTimeout how long a start waits for admission
 * @param maxValueSize the longest value, in bytes
 * @param callbackExecutor where callers' callbacks run; empty: a pool of the node's own
 * @param threadFactory who makes threads; empty: the node itself
 * @param lanes how many lanes the partitions are spread over
 * @param memory what the node may use, perhaps together with others
 * @param hints how many hints are kept for others
 * @param member what the node is to be within its cluster
 */
public record NodeSettings(
        String clusterName,
        Optional<Address> listen,
        Optional<Address> advertise,
        List<Address> contactPoints,
        int foundingNodes,
        int partitions,
        Optional<Path> directory,
        Duration requestTimeout,
        Duration startTimeout,
        int maxValueSize,
        Optional<Executor> callbackExecutor,
        Optional<ThreadFactory> threadFactory,
        int lanes,
        NodeMemory memory,
        HintOptions hints,
        MemberSettings member) {

    /** Checks that nothing is missing, and copies the list. */
    public NodeSettings {
        Objects.requireNonNull(clusterName, "clusterName");
        Objects.requireNonNull(listen, "listen");
        Objects.requireNonNull(advertise, "advertise");
        contactPoints = List.copyOf(contactPoints);
        Objects.requireNonNull(directory, "directory");
        Objects.requireNonNull(requestTimeout, "requestTimeout");
        Objects.requireNonNull(startTimeout, "startTimeout");
        Objects.requireNonNull(callbackExecutor, "callbackExecutor");
        Objects.requireNonNull(threadFactory, "threadFactory");
        Objects.requireNonNull(memory, "memory");
        Objects.requireNonNull(hints, "hints");
        Objects.requireNonNull(member, "member");
    }

    /** A configuration with the defaults for hints and for the node's place in its cluster. */
    public NodeSettings(
            String clusterName,
            Optional<Address> listen,
            Optional<Address> advertise,
            List<Address> contactPoints,
            int foundingNodes,
            int partitions,
            Optional<Path> directory,
            Duration requestTimeout,
            Duration startTimeout,
            int maxValueSize,
            Optional<Executor> callbackExecutor,
            Optional<ThreadFactory> threadFactory,
            int lanes,
            NodeMemory memory) {
        this(
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
                memory,
                HintOptions.DEFAULT,
                MemberSettings.DEFAULT);
    }
}
