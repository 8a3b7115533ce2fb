package io.whorl.core.node;

import io.whorl.api.Outcome;
import io.whorl.core.coordinate.Callback;
import io.whorl.core.coordinate.Failures;
import io.whorl.core.coordinate.Forwarding;
import io.whorl.core.coordinate.Get;
import io.whorl.core.coordinate.Put;
import io.whorl.core.coordinate.ReadResult;
import io.whorl.core.coordinate.Request;
import io.whorl.core.coordinate.RequestLane;
import io.whorl.core.coordinate.Timestamps;
import io.whorl.core.coordinate.WriteResult;
import io.whorl.core.message.Failure;
import io.whorl.core.message.ReplicaMessage;
import io.whorl.core.message.Write;
import io.whorl.core.repair.AntiEntropy;
import io.whorl.core.replica.DurableLine;
import io.whorl.core.replica.InDoubtException;
import io.whorl.core.replica.Replica;
import io.whorl.core.ring.BucketDefinition;
import io.whorl.core.ring.ClusterState;
import io.whorl.core.ring.NodeId;
import io.whorl.core.ring.ReplicaId;
import io.whorl.core.ring.Slots;
import io.whorl.core.spi.Lane;
import io.whorl.core.spi.RandomSource;
import io.whorl.core.spi.Transport.SendResult;
import io.whorl.core.version.Actor;
import io.whorl.core.version.Role;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything of one lane: its partitions' replicas, the requests under way on them, and their anti-entropy. All methods but
 * {@link #lane} and {@link #unguarded} are called on the lane.
 */
final class PartitionLane implements RequestLane {
    private static final Logger LOG = LoggerFactory.getLogger(PartitionLane.class);
    private static final int MOST_PARKED = 1_024;

    private final Node node;
    private final int index;
    private final Lane unguarded;
    private final Lane lane;
    private final RandomSource random;
    private final DurableLine durableLine;
    private final AntiEntropy antiEntropy;
    private final ReplicaService service;
    private final Map<ReplicaId, Replica> replicas = new TreeMap<>();
    private final Map<Long, Request> requests = new TreeMap<>();
    private final Map<NodeId, Long> peerRuns = new TreeMap<>();
    private final TreeSet<NodeId> silent = new TreeSet<>();
    private final TreeSet<ReplicaId> reportedDoubts = new TreeSet<>();
    private final Deque<Parked> parked = new ArrayDeque<>();
    private ClusterState state;
    private boolean stopped;

    private record Parked(NodeId from, long run, ReplicaMessage message) {}

    PartitionLane(Node node, Lane lane, int index) {
        this.node = node;
        this.index = index;
        this.unguarded = lane;
        this.lane = new GuardedLane(lane, task -> node.guarded(() -> unlessStopped(task)));
        this.random = node.ports().random().fork("lane-" + index);
        NodeOptions options = node.options();
        this.durableLine = new DurableLine(this.lane, node.ports().storage(), options.syncInterval(), node::fail);
        this.antiEntropy = new AntiEntropy(
                this,
                node::nextRequest,
                options.repairInterval(),
                options.repairBatchBytes(),
                options.dotLogLimit(),
                options.plantedBug().orElse(null));
        this.service = new ReplicaService(this, antiEntropy);
    }

    private void unlessStopped(Runnable task) {
        if (!stopped) {
            try {
                task.run();
            } catch (InDoubtException e) {
                reportDoubts();
            }
        }
    }

    /** Says once of every replica in doubt what is the matter with it. */
    void reportDoubts() {
        for (Replica replica : replicas.values()) {
            if (replica.doubt().isPresent() && reportedDoubts.add(replica.id())) {
                LOG.error(
                        "Node {}: {}. This replica answers nothing from now on; its peers serve its keys. Replace this node with an"
                                + " empty one when convenient",
                        node.id(),
                        replica.doubt().get());
            }
        }
    }

    /** There is a new cluster state: opens the replicas of new buckets, and goes on with what waited for it. */
    void adopt(ClusterState newer) {
        if (stopped) {
            return;
        }
        boolean first = state == null;
        state = newer;
        for (BucketDefinition bucket : newer.buckets()) {
            for (int partition = index; partition < newer.ring().partitions(); partition += node.laneCount()) {
                open(bucket, partition);
            }
        }
        reportDoubts();
        if (first) {
            scheduleRound();
        }
        List<Parked> waiting = new ArrayList<>(parked);
        parked.clear();
        waiting.forEach(each -> received(each.from, each.run, newer.epoch(), each.message));
    }

    private void open(BucketDefinition bucket, int partition) {
        ReplicaId id = new ReplicaId(bucket.number(), partition);
        int copies = bucket.options().replicas();
        if (replicas.containsKey(id) || !state.ring().isPrimary(node.id(), partition, copies)) {
            return;
        }
        Actor actor = new Actor(node.run(), 0, Role.REPLICA);
        Replica replica = Replica.open(
                id, bucket, node.ports().storage(), actor, node.options().plantedBug());
        replicas.put(id, replica);
        antiEntropy.add(replica);
        if (!replica.seen().isEmpty()) {
            // What was recovered counts as durable only after a sync of this run.
            durableLine.touched(replica);
        }
    }

    private void scheduleRound() {
        long interval = node.options().repairInterval();
        long jitter = random.nextInt((int) Math.min(Integer.MAX_VALUE, 1 + interval / 4));
        lane.schedule(interval + jitter, () -> {
            scheduleRound();
            antiEntropy.round();
            reportDoubts();
        });
    }

    void connected(NodeId peer, long run) {
        if (stopped) {
            return;
        }
        Long before = peerRuns.put(peer, run);
        silent.remove(peer);
        if (before != null && before != run) {
            lost(peer);
        }
        antiEntropy.connected(peer);
    }

    void disconnected(NodeId peer, long run) {
        Long known = peerRuns.get(peer);
        if (!stopped && known != null && known == run) {
            lost(peer);
        }
    }

    /** What was asked of a run that is gone will not be answered. */
    private void lost(NodeId peer) {
        for (Request request : new ArrayList<>(requests.values())) {
            request.disconnected(peer);
        }
    }

    void received(NodeId from, long run, long epoch, ReplicaMessage message) {
        Long known = peerRuns.get(from);
        if (stopped || (known != null && known != run)) {
            return;
        }
        silent.remove(from);
        if (state == null
                || (epoch > state.epoch()
                        && state.bucket(message.replica().bucket()).isEmpty())) {
            if (parked.size() < MOST_PARKED) {
                parked.add(new Parked(from, run, message));
            }
            return;
        }
        try {
            dispatch(from, run, message);
        } catch (InDoubtException e) {
            reportDoubts();
        }
    }

    private void dispatch(NodeId from, long run, ReplicaMessage message) {
        if (message instanceof ReplicaMessage.PullAnswer || message instanceof ReplicaMessage.StreamAnswer) {
            antiEntropy.answered(from, message);
        } else if (message instanceof ReplicaMessage.ReadAnswer answer) {
            answered(from, answer.request(), message);
        } else if (message instanceof ReplicaMessage.Acknowledge answer) {
            answered(from, answer.request(), message);
        } else if (message instanceof ReplicaMessage.ForwardDone answer) {
            answered(from, answer.request(), message);
        } else if (message instanceof ReplicaMessage.ForwardFailed answer) {
            answered(from, answer.request(), message);
        } else if (message instanceof ReplicaMessage.Refuse answer) {
            answered(from, answer.request(), message);
            antiEntropy.answered(from, message);
        } else {
            service.serve(from, run, message);
        }
    }

    private void answered(NodeId from, long number, ReplicaMessage answer) {
        Request request = requests.get(number);
        if (request != null) {
            request.answered(from, answer);
        }
    }

    /** A caller's read. */
    void read(
            BucketDefinition bucket,
            int partition,
            byte[] key,
            int quorum,
            long timeoutNanos,
            Callback<ReadResult> callback) {
        if (!admits(bucket, callback)) {
            return;
        }
        Slots slots = Slots.of(bucket.options(), state.members().size());
        int required = quorum == 0 ? slots.readQuorum() : slots.capped(quorum);
        Get.begin(this, new ReplicaId(bucket.number(), partition), bucket, key, required, timeoutNanos, callback);
    }

    /** A caller's write: coordinated here when this node holds the key, else handed to one that does. */
    void write(
            BucketDefinition bucket,
            int partition,
            byte[] key,
            Write write,
            int quorum,
            long timeoutNanos,
            Callback<WriteResult> callback) {
        if (!admits(bucket, callback)) {
            return;
        }
        ReplicaId id = new ReplicaId(bucket.number(), partition);
        Slots slots = Slots.of(bucket.options(), state.members().size());
        int required = quorum == 0 ? slots.writeQuorum() : slots.capped(quorum);
        Callback<WriteResult> observed = new Acknowledging(callback);
        Optional<Replica> replica = replica(id);
        if (replica.isPresent()) {
            try {
                long floor = timestamps().returned();
                Put.begin(this, replica.get(), key, write, required, timeoutNanos, floor, observed);
                return;
            } catch (InDoubtException e) {
                reportDoubts();
            }
        }
        Forwarding.begin(this, id, bucket, key, write, required, timeoutNanos, observed);
    }

    private boolean admits(BucketDefinition bucket, Callback<?> callback) {
        if (stopped) {
            callback.failed(Failures.closed(Outcome.NOT_APPLIED));
            return false;
        }
        if (isFull()) {
            callback.failed(Failures.overloaded(requests.size() + " requests are under way on this partition's lane"));
            return false;
        }
        Optional<BucketDefinition> known = state.bucket(bucket.number());
        if (known.isPresent() && !known.get().equals(bucket)) {
            callback.failed(Failures.mismatch("this node knows " + known.get() + ", the request assumes " + bucket));
            return false;
        }
        return true;
    }

    boolean isFull() {
        return requests.size() >= node.options().maxPending();
    }

    /** Takes note of the timestamp of every write that this node acknowledges to a caller. */
    private final class Acknowledging implements Callback<WriteResult> {
        private final Callback<WriteResult> callback;

        Acknowledging(Callback<WriteResult> callback) {
            this.callback = callback;
        }

        @Override
        public void succeeded(WriteResult result) {
            timestamps().returning(result.timestamp(), lane.wallMillis());
            callback.succeeded(result);
        }

        @Override
        public void failed(Failure failure) {
            callback.failed(failure);
        }
    }

    /** Ends every request with what is known of it; nothing is done afterwards. */
    void stop(Failure.Kind kind, String detail) {
        if (stopped) {
            return;
        }
        stopped = true;
        parked.clear();
        for (Request request : new ArrayList<>(requests.values())) {
            request.abort(kind, detail);
        }
        requests.clear();
    }

    List<ReplicaSnapshot> snapshots() {
        List<ReplicaSnapshot> snapshots = new ArrayList<>();
        for (Replica replica : replicas.values()) {
            List<ReplicaSnapshot.KeyedRecord> records = new ArrayList<>();
            try {
                replica.section(null, Integer.MAX_VALUE)
                        .entries()
                        .forEach(entry -> records.add(new ReplicaSnapshot.KeyedRecord(entry.key(), entry.record())));
            } catch (InDoubtException e) {
                reportDoubts();
            }
            snapshots.add(new ReplicaSnapshot(
                    replica.id(),
                    replica.seen(),
                    replica.durable(),
                    replica.logged(),
                    records,
                    replica.doubt().isPresent()));
        }
        return snapshots;
    }

    /** This node's replica even when it is in doubt. */
    Replica held(ReplicaId id) {
        return replicas.get(id);
    }

    @Override
    public NodeId self() {
        return node.id();
    }

    @Override
    public ClusterState state() {
        return state;
    }

    @Override
    public Lane lane() {
        return lane;
    }

    /** The lane for tasks that have to run, and answer, after a stop too. */
    Lane unguarded() {
        return unguarded;
    }

    @Override
    public Optional<Replica> replica(ReplicaId id) {
        return Optional.ofNullable(replicas.get(id))
                .filter(replica -> replica.doubt().isEmpty());
    }

    @Override
    public boolean isReachable(NodeId peer) {
        return node.isReachable(peer);
    }

    @Override
    public SendResult send(NodeId to, ReplicaMessage message) {
        return node.send(to, message);
    }

    @Override
    public SendResult answer(NodeId to, long run, ReplicaMessage message) {
        return node.answer(to, run, message);
    }

    @Override
    public DurableLine durableLine() {
        return durableLine;
    }

    @Override
    public long enter(Request request) {
        long number = node.nextRequest();
        requests.put(number, request);
        return number;
    }

    @Override
    public long enterForward(Request request) {
        long number = node.nextForward();
        requests.put(number, request);
        return number;
    }

    @Override
    public void leave(long number) {
        requests.remove(number);
    }

    @Override
    public Timestamps timestamps() {
        return node.timestamps();
    }

    @Override
    public int maxRecordBytes() {
        return node.options().maxRecordBytes();
    }

    @Override
    public void unanswered(NodeId peer) {
        silent.add(peer);
    }

    @Override
    public boolean isSilent(NodeId peer) {
        return silent.contains(peer);
    }
}
