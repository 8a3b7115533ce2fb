package io.whorl.core.node;

import io.whorl.api.BucketOptions;
import io.whorl.api.NodeEvent;
import io.whorl.api.Outcome;
import io.whorl.core.coordinate.Callback;
import io.whorl.core.coordinate.Failures;
import io.whorl.core.coordinate.ReadResult;
import io.whorl.core.coordinate.RequestOptions;
import io.whorl.core.coordinate.Timestamps;
import io.whorl.core.coordinate.WriteResult;
import io.whorl.core.handoff.HintBudget;
import io.whorl.core.membership.Identity;
import io.whorl.core.membership.MembershipStore;
import io.whorl.core.message.Envelope;
import io.whorl.core.message.Failure;
import io.whorl.core.message.Message;
import io.whorl.core.message.Write;
import io.whorl.core.meter.Counter;
import io.whorl.core.meter.Meters;
import io.whorl.core.replica.PlantedBug;
import io.whorl.core.replica.StoredSize;
import io.whorl.core.ring.BucketDefinition;
import io.whorl.core.ring.Change;
import io.whorl.core.ring.ClusterState;
import io.whorl.core.ring.KeyHash;
import io.whorl.core.ring.Member;
import io.whorl.core.ring.NodeId;
import io.whorl.core.spi.Lane;
import io.whorl.core.spi.StorageEngine;
import io.whorl.core.spi.StorageException;
import io.whorl.core.spi.Transport.SendResult;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/**
 * One node: spreads partitions over lanes, takes calls and messages to the lane they belong to, and stops itself when it can no
 * longer be trusted. Every method can be called on any thread.
 */
public final class Node {
    /** Set in the numbers of forwards, which are a sequence of their own. */
    private static final long FORWARD = 1L << 62;

    /** For how many seek intervals, one second by default, a member without all of its connections is not ready yet. */
    private static final int READY_PATIENCE_IN_SEEKS = 20;

    private final NodeOptions options;
    private final Ports ports;
    private final NodeListener listener;
    private final Connections connections = new Connections();
    private final Meters meters;
    private final HintBudget hintBudget;
    private final Timestamps timestamps;
    private final AtomicLong requests = new AtomicLong();
    private final DiskSpace space = new DiskSpace(this);
    private final ChangeCalls changes = new ChangeCalls(this);
    private final AtomicLong forwards = new AtomicLong();
    private final AtomicBoolean announced = new AtomicBoolean();
    private final AtomicBoolean ended = new AtomicBoolean();
    private final List<PartitionLane> lanes = new ArrayList<>();
    private ClusterDesk cluster;
    private MoveDesk moves;
    private volatile ClusterState state;
    private NodeId id;
    private long run;
    private volatile boolean started;
    private StorageEngine.Opened opened = StorageEngine.Opened.CLEAN;

    private Node(NodeOptions options, Ports ports, NodeListener listener) {
        this.options = options;
        this.listener = listener;
        this.meters = new Meters(ports.lanes().size());
        this.ports = new Ports(
                ports.cluster(),
                ports.lanes(),
                new WatchedStorage(ports.storage(), meters, this::storageFailed),
                ports.transport(),
                ports.random());
        this.hintBudget = new HintBudget(options.hints());
        this.timestamps = new Timestamps(options.maxClockAheadMillis(), meters);
    }

    /** A node over these ports; nothing happens before {@link #start}. */
    public static Node create(NodeOptions options, Ports ports, NodeListener listener) {
        return new Node(options, ports, listener);
    }

    /**
     * Reads what is stored, starts the transport, and finds or founds the cluster; the listener learns the rest. Once.
     *
     * @throws IllegalStateException if the storage belongs to a cluster of another name
     * @throws io.whorl.core.spi.StorageException if the storage engine fails
     */
    public void start() {
        MembershipStore store = new MembershipStore(ports.storage());
        id = Identity.of(store, options.clusterName(), ports.random()).node();
        run = ports.random().nextIdentity();
        if (options.plantedBug().equals(Optional.of(PlantedBug.REUSED_ACTOR))) {
            run = store.lastRun().orElse(run);
        }
        store.keepRun(run);
        opened = LastRun.note(id, store, ports.storage());
        for (Lane lane : ports.lanes()) {
            lanes.add(new PartitionLane(this, lane, lanes.size()));
        }
        cluster = new ClusterDesk(
                this, new Member(id, options.advertised(), options.zone(), options.weight(), Member.Status.ACTIVE));
        moves = new MoveDesk(this, new GuardedLane(ports.cluster(), this::guarded));
        ports.transport().ifPresent(transport -> transport.start(new Arrivals(this)));
        started = true;
        ports.cluster().execute(() -> guarded(cluster::start));
    }

    /** This node's identity, which belongs to its storage; known once {@link #start} has returned. */
    public NodeId id() {
        return id;
    }

    /** The random number of this process's life of the node. */
    public long run() {
        return run;
    }

    /** The newest cluster state that this node knows; empty until it belongs to a cluster. */
    public Optional<ClusterState> state() {
        return Optional.ofNullable(state);
    }

    /** How its last run left the storage; known once {@link #start} has returned. */
    public StorageEngine.Opened opened() {
        return opened;
    }

    /** What the node waits for while it belongs to no cluster. */
    public String waitingFor() {
        return cluster.waitingFor();
    }

    /** Whether it makes sense to ask that node: it is connected, and does not count as dead. True for the node itself. */
    public boolean isReachable(NodeId node) {
        return node.equals(id)
                || (connections.run(node).isPresent() && !cluster.liveness().isDead(node));
    }

    /** What this node holds of every other member, by id; empty until it belongs to a cluster. */
    public List<MemberSnapshot> liveness() {
        return cluster.liveness().snapshots();
    }

    /** What waits for each of this node's lanes now, in their order. */
    public List<QueueSnapshot> queues() {
        return lanes.stream().map(lane -> lane.inbox().snapshot()).toList();
    }

    /** How many requests of callers are under way on each of this node's lanes, in their order, and how many may be. */
    public List<AdmissionSnapshot> admissions() {
        return lanes.stream()
                .map(lane -> new AdmissionSnapshot(
                        lane.admission().underWay(), lane.admission().limit()))
                .toList();
    }

    /** Reads a key, as the options say. What this node can answer alone is answered before this returns, on the calling thread. */
    public void read(BucketDefinition bucket, byte[] key, RequestOptions how, Callback<ReadResult> callback) {
        Callback<ReadResult> counted = new CountedCallback<>(meters(), Counter.READS_ANSWERED, callback);
        ClusterState known = state;
        if (known != null && !ended.get()) {
            int place = KeyHash.partition(KeyHash.of(key), known.ring().partitions());
            if (lane(place).directReads().answer(known, bucket, place, key, how, counted)) {
                return;
            }
        }
        on(
                key,
                key.length,
                counted,
                (lane, partition, admitted) -> lane.callers().read(bucket, partition, key, how, admitted));
    }

    /** Writes or deletes a key, as the options say. */
    public void write(
            BucketDefinition bucket, byte[] key, Write write, RequestOptions how, Callback<WriteResult> callback) {
        Callback<WriteResult> counted = new CountedCallback<>(meters(), Counter.WRITES_ACKNOWLEDGED, callback);
        long size = key.length + (write.isDelete() ? 0 : write.value().length);
        on(
                key,
                size,
                counted,
                (lane, partition, admitted) -> lane.callers().write(bucket, partition, key, write, how, admitted));
    }

    private interface Request<T> {
        void begin(PartitionLane lane, int partition, Callback<T> admitted);
    }

    private <T> void on(byte[] key, long size, Callback<T> callback, Request<T> request) {
        ClusterState known = state;
        if (known == null || ended.get()) {
            callback.failed(Failures.closed(Outcome.NOT_APPLIED));
            return;
        }
        int partition = KeyHash.partition(KeyHash.of(key), known.ring().partitions());
        PartitionLane lane = lane(partition);
        Optional<Failure> full = lane.admission().enter(size);
        if (full.isPresent()) {
            callback.failed(full.get());
            return;
        }
        Admission.Admitted<T> admitted = lane.admission().new Admitted<>(size, callback);
        Runnable begin = unlessEnded(admitted, () -> {
            admitted.begin();
            request.begin(lane, partition, admitted);
        });
        lane.inbox()
                .offer(begin)
                .ifPresent(refusal -> admitted.failed(ended.get() ? Failures.closed(Outcome.NOT_APPLIED) : refusal));
    }

    /** Creates a bucket, or finds it with equal options; other options are a failure of kind BUCKET_MISMATCH. */
    public void createBucket(
            String name, BucketOptions bucketOptions, long timeoutNanos, Callback<BucketDefinition> callback) {
        changes.createBucket(name, bucketOptions, timeoutNanos, callback);
    }

    /** Has the cluster changed by its voters; the callback gets the state in which that is so, on the cluster's lane. */
    public void change(Change change, long timeoutNanos, Callback<ClusterState> callback) {
        changes.change(change, timeoutNanos, callback);
    }

    /** Founds a new line of epochs with these members alone; the callback gets its first state, durable here, on the cluster's lane. */
    public void recoverFrom(List<NodeId> survivors, long timeoutNanos, Callback<ClusterState> callback) {
        changes.recover(survivors, timeoutNanos, callback);
    }

    /** Copies out all replicas, in order; for tests and checkers. The consumer is called on some lane. */
    public void inspect(Consumer<List<ReplicaSnapshot>> consumer) {
        Queue<ReplicaSnapshot> snapshots = new ConcurrentLinkedQueue<>();
        AtomicInteger left = new AtomicInteger(lanes.size());
        for (PartitionLane lane : lanes) {
            lane.unguarded().execute(() -> {
                try {
                    snapshots.addAll(lane.snapshots());
                } catch (StorageException e) {
                    fail(e);
                }
                if (left.decrementAndGet() == 0) {
                    List<ReplicaSnapshot> all = new ArrayList<>(snapshots);
                    all.sort(Comparator.comparing(ReplicaSnapshot::replica));
                    consumer.accept(all);
                }
            });
        }
    }

    /** Asks every lane how it is; each answers the consumer by itself, on the lane, or not at all if it hangs. */
    public void examine(Consumer<LaneStatus> consumer) {
        lanes.forEach(lane -> lane.unguarded().execute(() -> consumer.accept(lane.status())));
    }

    /** About how many bytes this node's records of a bucket take; for estimates alone. Not on a lane: it may touch the disk. */
    public long approximateBytes(BucketDefinition bucket) {
        return StoredSize.ofBucket(ports.storage(), bucket.number());
    }

    /** Whether writes are refused because the disk has too little space left. */
    public boolean isStorageFull() {
        return space.isFull();
    }

    /** A member as operators look for it: its identity and its address, if that is known. */
    String named(NodeId member) {
        ClusterState known = state;
        return known == null ? String.valueOf(member) : known.named(member);
    }

    /**
     * An operator gives up what replicas in doubt cannot get from anybody: they serve what of them could be read. Only where their
     * peers are gone for ever, or where there are none: what is given up so may include acknowledged writes, and deleted keys may
     * come back.
     *
     * @param partition which one; empty for all of the bucket
     * @param told how many replicas in doubt this node had of it; called on some lane
     */
    public void acceptLoss(BucketDefinition bucket, OptionalInt partition, IntConsumer told) {
        AtomicInteger left = new AtomicInteger(lanes.size());
        AtomicInteger found = new AtomicInteger();
        for (PartitionLane lane : lanes) {
            lane.unguarded().execute(() -> {
                guarded(() -> found.addAndGet(lane.acceptLoss(bucket, partition)));
                if (left.decrementAndGet() == 0) {
                    told.accept(found.get());
                }
            });
        }
    }

    /** Has runs closed that have ended, if all is well in the cluster, without waiting for the interval. */
    public void closeRuns() {
        ports.cluster().execute(() -> guarded(() -> cluster.closing().closeNow()));
    }

    /**
     * Stops: what is under way fails with what is known, nothing is sent, stored or answered afterwards. The task is run once
     * everything has come to rest; then the ports can be closed. Later calls are refused with NODE_CLOSED.
     */
    public void close(Runnable atRest) {
        ended.set(true);
        stop(Failure.Kind.NODE_CLOSED, "this node was closed while the request was under way", atRest);
    }

    private void stop(Failure.Kind kind, String detail, Runnable atRest) {
        AtomicInteger left = new AtomicInteger(lanes.size() + 1);
        Runnable one = () -> {
            if (left.decrementAndGet() == 0) {
                atRest.run();
            }
        };
        ports.cluster().execute(() -> {
            if (cluster != null) {
                cluster.stop(kind, detail);
            }
            one.run();
        });
        for (PartitionLane lane : lanes) {
            lane.unguarded().execute(() -> {
                lane.stop(kind, detail);
                one.run();
            });
        }
    }

    /** A caller's request may have waited for its lane while the node came to its end: then it is told so. */
    Runnable unlessEnded(Callback<?> callback, Runnable begin) {
        return () -> {
            if (ended.get()) {
                callback.failed(Failures.closed(Outcome.NOT_APPLIED));
            } else {
                guarded(begin);
            }
        };
    }

    /**
     * Runs a task of a lane: whatever it throws means that the node cannot be trusted any more. Nothing is done once that is so,
     * though it was accepted before: what a failed step has left on disk is not known.
     */
    void guarded(Runnable task) {
        if (ended.get()) {
            return;
        }
        try {
            task.run();
        } catch (StorageException e) {
            // A full disk is no reason to stop: reads go on, and what was not written is made up for when there is
            // space.
            if (!e.isFull()) {
                fail(e);
            }
        } catch (RuntimeException | StackOverflowError | AssertionError e) {
            fail(e);
        }
    }

    /** What the storage engine told somebody: a step that finds it full is undone, and any other failure ends the node. */
    private void storageFailed(StorageException failure) {
        if (failure.isFull()) {
            space.filled(failure);
        } else if (started && failure.kind() == StorageException.Kind.IO) {
            fail(failure);
        }
    }

    DiskSpace space() {
        return space;
    }

    /** The node stops itself (promise P9). */
    void fail(Throwable cause) {
        if (!ended.compareAndSet(false, true)) {
            return;
        }
        String reason = "node " + id + " stops itself: " + cause.getMessage();
        stop(Failure.Kind.STORAGE_FAILURE, reason, () -> {});
        listener.stoppedItself(reason, cause);
    }

    void refused(String reason) {
        if (ended.compareAndSet(false, true)) {
            listener.startFailed(reason);
        }
    }

    /** This node is no member any more: it stops, and nothing is wrong with it. */
    void leftCluster(String reason) {
        if (!ended.getAndSet(true)) {
            stop(Failure.Kind.NODE_CLOSED, reason, () -> {});
            listener.leftCluster(reason);
        }
    }

    void published(ClusterState newer) {
        ClusterState before = state;
        for (PartitionLane lane : lanes) {
            lane.lane().execute(() -> lane.adopt(newer));
        }
        // Visible last: what a caller then asks for comes to its lane after the lane has learnt of it.
        state = newer;
        moves.adopted();
        if (before != null) {
            ClusterNews.between(id, before, newer).forEach(this::happened);
        } else {
            announceIfConnected();
            long patience = READY_PATIENCE_IN_SEEKS * options.seekInterval();
            ports.cluster().schedule(patience, () -> guarded(this::announce));
        }
    }

    /**
     * A node that is a member and has no connections yet would refuse its first callers for want of a quorum; so it is ready once
     * it is connected with all other members, or has tried for a while.
     */
    void announceIfConnected() {
        ClusterState known = state;
        if (known != null && known.members().stream().map(Member::id).allMatch(this::isReachable)) {
            announce();
        }
    }

    private void announce() {
        if (announced.compareAndSet(false, true)) {
            listener.ready(state);
        }
    }

    boolean hasEnded() {
        return ended.get();
    }

    NodeOptions options() {
        return options;
    }

    Ports ports() {
        return ports;
    }

    Timestamps timestamps() {
        return timestamps;
    }

    /** What this node counts. */
    public Meters meters() {
        return meters;
    }

    /** How many hints this node keeps for others, in bytes and for each target. */
    public HintBudget hintBudget() {
        return hintBudget;
    }

    void happened(NodeEvent event) {
        listener.happened(event);
    }

    Connections connections() {
        return connections;
    }

    ClusterDesk cluster() {
        return cluster;
    }

    MoveDesk moves() {
        return moves;
    }

    List<PartitionLane> lanes() {
        return lanes;
    }

    boolean isAnnounced() {
        return announced.get();
    }

    int laneCount() {
        return lanes.size();
    }

    long nextRequest() {
        return requests.incrementAndGet();
    }

    long nextForward() {
        return FORWARD | forwards.incrementAndGet();
    }

    /** @param epoch the newest that the sending lane knows: what it says follows from that one */
    SendResult send(NodeId to, long epoch, Message message) {
        OptionalLong peerRun = connections.run(to);
        return peerRun.isEmpty() ? SendResult.UNREACHABLE : answer(to, peerRun.getAsLong(), epoch, message);
    }

    SendResult answer(NodeId to, long peerRun, long epoch, Message message) {
        if (ended.get()
                || !connections.isConnected(to, peerRun)
                || ports.transport().isEmpty()) {
            return SendResult.UNREACHABLE;
        }
        return ports.transport()
                .get()
                .send(to, new Envelope(peerRun, epoch, cluster.closing().asOf(), message));
    }

    long epoch() {
        ClusterState known = state;
        return known == null ? 0 : known.epoch();
    }

    PartitionLane lane(int partition) {
        return lanes.get(partition % lanes.size());
    }
}
