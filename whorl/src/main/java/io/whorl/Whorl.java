package io.whorl;

import io.whorl.api.Bucket;
import io.whorl.api.BucketMismatchException;
import io.whorl.api.BucketOptions;
import io.whorl.api.Codec;
import io.whorl.api.Metrics;
import io.whorl.api.NodeClosedException;
import io.whorl.api.NodeEvent;
import io.whorl.api.NodeStatus;
import io.whorl.api.QuorumUnavailableException;
import io.whorl.api.RequestInterruptedException;
import io.whorl.api.RequestTimedOutException;
import io.whorl.api.StartFailedException;
import io.whorl.api.Subscription;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * One node of a cluster, running inside this process. Safe for use by many threads; any number of nodes can live in one JVM.
 *
 * <p>It is started by {@link #builder()} and runs until {@link #close()}, or until it stops itself because it can no longer be
 * trusted, which {@link #stopped()} tells. All of its threads are daemon threads.
 */
public interface Whorl extends ClusterOperations, AutoCloseable {

    /** A builder with the defaults. */
    static WhorlBuilder builder() {
        return new WhorlBuilder();
    }

    /**
     * A handle on a bucket: on the one that exists, whatever its options; else it is created with the default options. Waits, at
     * most for the node's request timeout.
     *
     * @throws IllegalArgumentException if the name is not 1 to 128 ASCII letters, digits and {@code - . _}, beginning with a
     *     letter, a digit or {@code _}
     * @throws QuorumUnavailableException if the node does not belong to a cluster yet, or cannot reach whoever decides about buckets
     * @throws RequestTimedOutException if there was no answer in time; the bucket may be created yet
     * @throws NodeClosedException if the node is closing or closed
     * @throws IllegalStateException if called on one of the node's own threads
     */
    <K, V> Bucket<K, V> bucket(String name, Codec<K> keys, Codec<V> values);

    /**
     * Creates a bucket with these options, in the whole cluster. Does nothing if it exists with equal ones. Waits, at most for the
     * node's request timeout. Throws what {@link #bucket} throws, and:
     *
     * @throws BucketMismatchException if the bucket exists with other options
     */
    void createBucket(String name, BucketOptions options);

    /**
     * Gives up what this node's replicas in doubt, of one bucket or of one partition of it, cannot get from anybody, and has them serve
     * what of them could be read. Only where their other holders are gone for ever, or where there are none (N=1): a replica in doubt
     * repairs itself from its peers, and does so better. What is given up may include acknowledged writes, and keys that were deleted
     * may come back. Repeating it does nothing. Waits, at most for the node's request timeout; how the replicas fare afterwards,
     * {@link #status} and {@link NodeEvent.ReplicaCaughtUp} tell.
     *
     * @param bucket the bucket's name
     * @param partition one of its partitions, as {@link NodeStatus#inDoubt} names them; empty for all
     * @return how many replicas in doubt this node had of it
     * @throws IllegalArgumentException if this node knows no bucket of that name
     * @throws RequestTimedOutException if the node did not answer in time; the loss may be accepted yet
     * @throws NodeClosedException if the node is closing or closed
     * @throws IllegalStateException if called on one of the node's own threads
     */
    int acceptLoss(String bucket, OptionalInt partition);

    /** Where other nodes reach this one, {@code host:port} with the port that was really bound; port 0 if it has no socket. */
    String address();

    /** This node's identity: sixteen hexadecimal digits, which belong to its data directory. */
    String nodeId();

    /** The cluster's members, by id, as this node knows them now; empty while it belongs to no cluster yet. */
    List<ClusterMember> members();

    /**
     * How this node is, and how the others look from it. Waits for the node's lanes, at most 2 seconds; lanes that have not answered by
     * then are named in it, since a disk or a CPU that hangs is worth knowing. Also of a node that has stopped.
     *
     * @throws RequestInterruptedException if the calling thread is interrupted
     * @throws IllegalStateException if called on one of the node's own threads
     */
    NodeStatus status();

    /** {@link #status} without waiting; completes on the callback executor, and never exceptionally. */
    CompletableFuture<NodeStatus> statusAsync();

    /**
     * Has the subscriber told of every event of this node from now on: of members that die and return, of replicas, of the disk, and
     * of the node's own end, which is the last. It is called on the callback executor, with one event at a time and in their order;
     * what it throws is logged and changes nothing. If 1,024 events wait for it, the oldest are given up, and an
     * {@link NodeEvent.EventsMissed} in their place says how many. After the end it is told of the end.
     *
     * @return to be closed by whoever does not want to be told any more
     */
    Subscription subscribe(Consumer<? super NodeEvent> subscriber);

    /**
     * What this node has counted since it started, and how full it is. Waits for nothing and can be called on any thread, also of a
     * node that is overloaded or has stopped.
     */
    Metrics metrics();

    /**
     * Completes with this node once it belongs to its cluster and serves; exceptionally, with a {@link StartFailedException} or
     * {@link NodeClosedException}, when it never will. Completes on the callback executor.
     */
    CompletionStage<Whorl> ready();

    /**
     * Completes with the reason once the node has stopped: was closed, could not start, or has stopped itself. Completes on the
     * callback executor.
     */
    CompletionStage<StopReason> stopped();

    /**
     * Stops the node: refuses new requests, gives those under way up to 10 seconds to end, syncs, and frees every thread, port and
     * file. It stays a member of its cluster and is expected back. Repeated calls wait for the first and do nothing else.
     *
     * @throws IllegalStateException if called on one of the node's own threads
     */
    @Override
    void close();

    /**
     * {@link #close()} with another time for the requests under way.
     *
     * @param drain how long they may take; at zero they fail at once, their outcome unknown
     * @throws IllegalArgumentException if it is negative
     * @throws IllegalStateException if called on one of the node's own threads
     */
    void close(Duration drain);
}
