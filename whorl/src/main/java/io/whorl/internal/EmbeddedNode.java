package io.whorl.internal;

import io.whorl.ClusterMember;
import io.whorl.StopReason;
import io.whorl.Whorl;
import io.whorl.api.Bucket;
import io.whorl.api.BucketOptions;
import io.whorl.api.Codec;
import io.whorl.api.Metrics;
import io.whorl.api.NodeClosedException;
import io.whorl.api.NodeEvent;
import io.whorl.api.NodeStatus;
import io.whorl.api.Outcome;
import io.whorl.api.StartFailedException;
import io.whorl.api.StorageFailureException;
import io.whorl.api.Subscription;
import io.whorl.api.WhorlException;
import io.whorl.core.node.AdmissionLimits;
import io.whorl.core.node.InboxLimits;
import io.whorl.core.node.Node;
import io.whorl.core.node.NodeListener;
import io.whorl.core.node.NodeOptions;
import io.whorl.core.node.Ports;
import io.whorl.core.ring.Address;
import io.whorl.core.ring.ClusterState;
import io.whorl.core.ring.Member;
import io.whorl.core.spi.StorageException;
import io.whorl.core.spi.Transport;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running node: the protocol's {@link Node} in a world, and its life from the first port to the last thread. */
public final class EmbeddedNode extends OperatedNode {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedNode.class);
    private static final Duration DRAIN = Duration.ofSeconds(10);

    private final NodeSettings settings;
    private final NodeThreads threads;
    private final Address address;
    private final Node node;
    private final Callbacks callbacks;
    private final Subscribers subscribers;
    private final Requests requests;
    private final Buckets buckets;
    private final NodeEnd end;
    private final MetricsReading metrics;
    private final StatusDesk status;
    private final Plans plans;
    private final Operations operations;
    private final Leaving leaving;

    /** Completed on a lane, so nothing of a caller's may hang on it. */
    private final CompletableFuture<ClusterState> admitted = new CompletableFuture<>();

    private final CompletableFuture<Whorl> ready = new CompletableFuture<>();

    private EmbeddedNode(NodeSettings settings, NodeWorld world, NodeThreads threads, NodeParts parts) {
        this.settings = settings;
        this.threads = threads;
        this.address = settings.advertise()
                .orElseGet(() -> parts.transport().map(Transport::address).orElse(new Address("localhost", 0)));
        this.callbacks = new Callbacks(settings.callbackExecutor(), threads.named("callback"));
        this.subscribers = new Subscribers(callbacks);
        this.node = Node.create(
                options(settings, world, address),
                new Ports(
                        parts.lanes().cluster(),
                        parts.lanes().data(),
                        parts.storage(),
                        parts.transport(),
                        SystemRandom.seededByTheSystem()),
                new Listener());
        this.metrics = new MetricsReading(node, parts);
        InFlight inFlight = new InFlight();
        this.requests = new Requests(node, parts.lanes(), callbacks, inFlight, this::refusal);
        this.buckets = new Buckets(requests, settings, admitted);
        this.plans = new Plans(requests);
        this.end = new NodeEnd(node, parts, callbacks, subscribers, requests, inFlight);
        ClusterChanges changes =
                new ClusterChanges(requests, settings.requestTimeout().toNanos());
        this.operations = new Operations(requests, changes);
        this.leaving = new Leaving(requests, changes, end);
        this.status = new StatusDesk(
                node,
                address,
                parts.lanes().data().size(),
                requests,
                () -> Optional.ofNullable(end.reason()).map(StopReason::message));
    }

    private static NodeOptions options(NodeSettings settings, NodeWorld world, Address address) {
        NodeOptions.Builder builder = NodeOptions.builder(settings.clusterName(), address)
                .contactPoints(settings.contactPoints())
                .partitions(settings.partitions())
                .inbox(InboxLimits.DEFAULT.messages(), settings.memory().inboxBytes(settings.lanes()))
                .admission(AdmissionLimits.DEFAULT.withBytes(settings.memory().callerBytes()))
                .hints(settings.hints());
        settings.member().tell(builder);
        if (settings.foundingNodes() > 0) {
            builder.foundingNodes(settings.foundingNodes());
        }
        return world.tune(builder).build();
    }

    /**
     * Opens a node and sets it going, without waiting for its admission.
     *
     * @throws StartFailedException if that is not possible; nothing is left open
     */
    public static EmbeddedNode open(NodeSettings settings, NodeWorld world) {
        String place = settings.listen().map(Address::toString).orElse("local");
        NodeThreads threads = new NodeThreads(settings.clusterName() + "-" + place, settings.threadFactory());
        CompletableFuture<EmbeddedNode> opening = new CompletableFuture<>();
        NodeParts parts = parts(settings, world, threads, opening);
        EmbeddedNode opened;
        try {
            opened = new EmbeddedNode(settings, world, threads, parts);
        } catch (RuntimeException | Error e) {
            parts.close();
            throw e;
        }
        opening.complete(opened);
        try {
            opened.node.start();
        } catch (RuntimeException e) {
            opened.stop(new StopReason(StopReason.Kind.START_FAILED, String.valueOf(e.getMessage()), Optional.of(e)));
            throw new StartFailedException("the node could not start: " + e.getMessage(), e);
        }
        return opened;
    }

    private static NodeParts parts(
            NodeSettings settings, NodeWorld world, NodeThreads threads, CompletableFuture<EmbeddedNode> opening) {
        try {
            return world.open(settings, threads::named, thrown -> opening.thenAccept(node -> node.laneFailed(thrown)));
        } catch (StorageException e) {
            throw new StartFailedException("the node could not start: " + e.getMessage(), e);
        }
    }

    /**
     * Waits until the node is ready.
     *
     * @throws StartFailedException if it is not within the start timeout; it is closed then
     */
    public EmbeddedNode awaitReady() {
        String why;
        Throwable cause;
        try {
            admitted.get(settings.startTimeout().toNanos(), TimeUnit.NANOSECONDS);
            return this;
        } catch (TimeoutException e) {
            why = waitingFor() + " (it waits for " + node.waitingFor() + ")";
            cause = null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            why = "the calling thread was interrupted while it waited";
            cause = e;
        } catch (ExecutionException e) {
            why = e.getCause().getMessage();
            cause = e.getCause().getCause();
        }
        stop(new StopReason(StopReason.Kind.START_FAILED, why, Optional.ofNullable(cause)));
        throw new StartFailedException("node " + nodeId() + " at " + address + " did not start: " + why, cause);
    }

    private String waitingFor() {
        if (settings.contactPoints().isEmpty() && settings.foundingNodes() <= 1) {
            return "it founds a cluster of its own, which took longer than " + settings.startTimeout();
        }
        int founding = settings.foundingNodes() > 0
                ? settings.foundingNodes()
                : settings.contactPoints().size();
        Object first = settings.contactPoints().isEmpty()
                ? "itself"
                : settings.contactPoints().get(0);
        return "no cluster named '" + settings.clusterName() + "' admitted it within " + settings.startTimeout()
                + ". It asked the contact points " + settings.contactPoints() + ", of which the first, " + first
                + ", founds the cluster once " + founding
                + " nodes (foundingNodes) have asked. Start the missing ones, and check"
                + " that all nodes have the same clusterName and the same first contact point; the log says who refused whom";
    }

    @Override
    public <K, V> Bucket<K, V> bucket(String name, Codec<K> keys, Codec<V> values) {
        return buckets.open(name, keys, values);
    }

    @Override
    public void createBucket(String name, BucketOptions options) {
        buckets.create(name, options);
    }

    @Override
    public int acceptLoss(String bucket, OptionalInt partition) {
        return buckets.acceptLoss(bucket, Objects.requireNonNull(partition, "partition"));
    }

    @Override
    Operations operations() {
        return operations;
    }

    @Override
    Leaving leaving() {
        return leaving;
    }

    @Override
    Plans plans() {
        return plans;
    }

    @Override
    public String address() {
        return address.toString();
    }

    @Override
    public String nodeId() {
        return node.id().toString();
    }

    @Override
    public List<ClusterMember> members() {
        return node.state().map(ClusterState::members).orElse(List.of()).stream()
                .map(this::member)
                .toList();
    }

    private ClusterMember member(Member member) {
        boolean local = member.id().equals(node.id());
        return new ClusterMember(
                member.id().toString(), member.address().toString(), local, local || node.isReachable(member.id()));
    }

    @Override
    public Subscription subscribe(Consumer<? super NodeEvent> subscriber) {
        return subscribers.add(subscriber);
    }

    @Override
    public NodeStatus status() {
        return status.await();
    }

    @Override
    public CompletableFuture<NodeStatus> statusAsync() {
        return status.ask();
    }

    @Override
    public Metrics metrics() {
        return metrics.take();
    }

    @Override
    public CompletionStage<Whorl> ready() {
        return ready.minimalCompletionStage();
    }

    @Override
    public CompletionStage<StopReason> stopped() {
        return end.stopped();
    }

    @Override
    public void close() {
        close(DRAIN);
    }

    @Override
    public void close(Duration drain) {
        if (drain.isNegative()) {
            throw new IllegalArgumentException("drain was " + drain + "; expected zero or more");
        }
        requests.requireMayWait();
        end.stop(new StopReason(StopReason.Kind.CLOSED, "closed", Optional.empty()), drain, this::failReady);
        // Whether or not it was this call that ended the node.
        end.await();
    }

    /**
     * Ends the node as the death of its process would: from one instant on nothing that it does has an effect on disk or on other
     * nodes, and no caller learns of a success any more. For the testkit.
     *
     * @param cut takes the node's network and then its disk away
     */
    public void crash(Runnable cut) {
        requests.crash();
        cut.run();
        stop(new StopReason(StopReason.Kind.FAILED, "crashed by a test", Optional.empty()));
    }

    /** The protocol's node, for the testkit. */
    public Node protocol() {
        return node;
    }

    private void stop(StopReason reason) {
        end.stop(reason, Duration.ZERO, this::failReady);
        end.await();
    }

    /** Stops the node from one of its own threads, which cannot wait for their own end. */
    private void stopFromWithin(StopReason reason) {
        end.refuse(reason);
        threads.named("closer").newThread(() -> stop(reason)).start();
    }

    private void laneFailed(Throwable thrown) {
        LOG.error("a task of node {} at {} threw; the node stops itself", node.id(), address, thrown);
        stopFromWithin(
                new StopReason(StopReason.Kind.FAILED, "a task of the node threw " + thrown, Optional.of(thrown)));
    }

    private void failReady(StopReason reason) {
        WhorlException failure = reason.kind() == StopReason.Kind.CLOSED
                ? new NodeClosedException(Outcome.NOT_APPLIED, "the node was closed before it was ready")
                : new StartFailedException(reason.message(), reason.cause().orElse(null));
        admitted.completeExceptionally(failure);
        callbacks.run(() -> ready.completeExceptionally(failure));
    }

    private WhorlException refusal() {
        StopReason reason = end.reason();
        if (reason != null
                && reason.cause().filter(StorageException.class::isInstance).isPresent()) {
            return new StorageFailureException(
                    "the node has stopped itself: " + reason.message(),
                    reason.cause().get());
        }
        return new NodeClosedException(
                Outcome.NOT_APPLIED,
                reason == null || reason.kind() == StopReason.Kind.CLOSED
                        ? "this node is closing or closed"
                        : "this node has stopped: " + reason.message());
    }

    private final class Listener implements NodeListener {
        @Override
        public void ready(ClusterState state) {
            LOG.info(
                    "node {} of cluster '{}' serves at {}, its data {}, members {}",
                    node.id(),
                    state.name(),
                    address,
                    settings.directory().map(path -> "in " + path).orElse("in memory"),
                    state.members().stream()
                            .map(member -> member.id() + "@" + member.address())
                            .toList());
            admitted.complete(state);
            callbacks.run(() -> ready.complete(EmbeddedNode.this));
        }

        @Override
        public void startFailed(String reason) {
            LOG.error("node {} at {} could not start: {}", node.id(), address, reason);
            admitted.completeExceptionally(new StartFailedException(reason, null));
            stopFromWithin(new StopReason(StopReason.Kind.START_FAILED, reason, Optional.empty()));
        }

        @Override
        public void happened(NodeEvent event) {
            subscribers.publish(event);
        }

        @Override
        public void leftCluster(String reason) {
            boolean left = node.state()
                    .flatMap(last -> last.member(node.id()))
                    .filter(self -> self.status() == Member.Status.LEAVING)
                    .isPresent();
            LOG.info("{}", reason);
            stopFromWithin(
                    new StopReason(left ? StopReason.Kind.LEFT : StopReason.Kind.REMOVED, reason, Optional.empty()));
        }

        @Override
        public void stoppedItself(String reason, Throwable cause) {
            // A storage engine's failure is told by its message; a broken invariant only by where it was noticed.
            if (cause instanceof StorageException) {
                LOG.error("{} (at {})", reason, address);
                LOG.debug("Why node {} stopped itself", node.id(), cause);
            } else {
                LOG.error("{} (at {})", reason, address, cause);
            }
            stopFromWithin(new StopReason(StopReason.Kind.FAILED, reason, Optional.ofNullable(cause)));
        }
    }
}
