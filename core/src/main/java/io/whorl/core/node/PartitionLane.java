package io.whorl.core.node;

import io.whorl.api.NodeEvent;
import io.whorl.core.coordinate.Deadlines;
import io.whorl.core.coordinate.KeySlots;
import io.whorl.core.coordinate.Latencies;
import io.whorl.core.coordinate.Request;
import io.whorl.core.coordinate.RequestLane;
import io.whorl.core.coordinate.Timestamps;
import io.whorl.core.handoff.Handover;
import io.whorl.core.handoff.HintService;
import io.whorl.core.handoff.HintStore;
import io.whorl.core.message.Failure;
import io.whorl.core.message.Message;
import io.whorl.core.message.MoveMessage;
import io.whorl.core.message.RepairMessage;
import io.whorl.core.message.ReplicaMessage;
import io.whorl.core.meter.Gauges;
import io.whorl.core.meter.Meters;
import io.whorl.core.repair.AntiEntropy;
import io.whorl.core.repair.Recovery;
import io.whorl.core.repair.RepairSettings;
import io.whorl.core.replica.DurableLine;
import io.whorl.core.replica.GroupCommit;
import io.whorl.core.replica.InDoubtException;
import io.whorl.core.replica.PlantedBug;
import io.whorl.core.replica.Replica;
import io.whorl.core.ring.BucketDefinition;
import io.whorl.core.ring.Change;
import io.whorl.core.ring.ClusterState;
import io.whorl.core.ring.NodeId;
import io.whorl.core.ring.ReplicaId;
import io.whorl.core.spi.Lane;
import io.whorl.core.spi.RandomSource;
import io.whorl.core.spi.Transport.SendResult;
import io.whorl.core.transfer.TransferLane;
import io.whorl.core.transfer.Transfers;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.IntPredicate;

/**
 * Everything of one lane: its partitions' replicas, the requests under way on them, and their anti-entropy. All methods but
 * {@link #lane} and {@link #unguarded} are called on the lane.
 */
final class PartitionLane implements RequestLane, TransferLane {
    /** From here on anti-entropy is refused, and nobody should be asked who need not be. */
    private static final double BUSY = 0.5;

    private final Node node;
    private final int index;
    private final Lane unguarded;
    private final Lane lane;
    private final RandomSource random;
    private final GroupCommit commits;
    private final DurableLine durableLine;
    private final AntiEntropy antiEntropy;
    private final HintStore hints;
    private final Handover handover;
    private final Recovery recovery;
    private final ReplicaService service;
    private final PeerInbox inbox;
    private final Admission admission;
    private final HeldReplicas replicas;
    private final LaneClosings closings;
    private final DirectReads directReads;
    private final Roster roster;
    private final Transfers transfers;
    private final Callers callers = new Callers(this);
    private final LaneReport report;
    private final RoundPace rounds;
    private final UnderWay requests;
    private final LanePeers peers;
    private final ParkedMessages parked;
    private final Dispatch dispatch;
    private final StateNews news;
    private final KeySlots.Table slots = new KeySlots.Table();
    private ClusterState state;
    private boolean stopped;

    PartitionLane(Node node, Lane lane, int index) {
        this.node = node;
        this.index = index;
        this.replicas = new HeldReplicas();
        Gauges gauges = node.meters().lane(index);
        this.unguarded = lane;
        this.lane = new GuardedLane(lane, task -> node.guarded(() -> unlessStopped(task)));
        this.requests = new UnderWay(gauges, this.lane);
        this.random = node.ports().random().fork("lane-" + index);
        NodeOptions options = node.options();
        this.durableLine = new DurableLine(this.lane, node.ports().storage(), options.syncInterval(), node::fail);
        this.commits = new GroupCommit(this.lane, node.ports().storage(), this::noticeDoubt);
        this.antiEntropy = new AntiEntropy(
                this,
                node::nextRequest,
                new RepairSettings(
                        options.repairInterval(),
                        options.repairBatchBytes(),
                        options.repairBytesPerSecond() / node.ports().lanes().size(),
                        options.dotLogLimit()));
        this.recovery = new Recovery(this, antiEntropy);
        int lanes = node.ports().lanes().size();
        IntPredicate mine = partition -> partition % lanes == index;
        this.transfers = new Transfers(this, antiEntropy, node.ports().storage(), mine, options.excludeAfter());
        this.hints = HintStore.open(
                node.ports().storage(), node.hintBudget(), node.run(), mine, node.meters(), options.plantedBug());
        this.closings = new LaneClosings(replicas, hints, options.plantedBug());
        this.directReads = new DirectReads(node, lane);
        this.roster = new Roster(node, this, mine, replicas, antiEntropy, recovery, closings);
        this.handover = new Handover(this, hints, node::nextRequest, options.hints(), random.fork("handover"));
        HintService hintService = new HintService(this, hints, options.hints().batchBytes(), this::load);
        this.service = new ReplicaService(this, antiEntropy, hintService);
        this.dispatch = new Dispatch(this, requests, antiEntropy, recovery, handover, hintService, service);
        this.news = new StateNews(node);
        this.parked = new ParkedMessages(options.inbox().bytes());
        this.inbox = new PeerInbox(node, this, options.inbox());
        this.admission = new Admission(lane, options.admission());
        this.report = new LaneReport(index, replicas, antiEntropy, gauges);
        this.rounds = new RoundPace(this.lane, random, options.repairInterval(), this::round);
        this.peers = new LanePeers(this, rounds, requests, antiEntropy, handover);
    }

    /** Where peers' messages arrive; it may be used on any thread. */
    PeerInbox inbox() {
        return inbox;
    }

    /** Where callers' requests are let in; it may be used on any thread. */
    Admission admission() {
        return admission;
    }

    /** What callers read without this lane; it may be used on any thread. */
    DirectReads directReads() {
        return directReads;
    }

    void refuseForward(long run, long forward, Runnable refusal) {
        if (!stopped) {
            service.refuse(run, forward, refusal);
        }
    }

    /** Something stored could not be read: the replica that it belongs to is in doubt. */
    void noticeDoubt() {
        rounds.happened();
        recovery.notice();
    }

    /** Gives up what this lane's replicas in doubt of a bucket, or of one partition of it, have lost; how many there were. */
    int acceptLoss(BucketDefinition bucket, OptionalInt partition) {
        rounds.happened();
        return recovery.acceptLoss(bucket, partition);
    }

    private void unlessStopped(Runnable task) {
        if (!stopped) {
            commits.flush();
            try {
                task.run();
            } catch (InDoubtException e) {
                noticeDoubt();
            }
        }
    }

    /** There is a new cluster state: opens the replicas of new buckets, and goes on with what waited for it. */
    void adopt(ClusterState newer) {
        if (stopped) {
            return;
        }
        boolean first = state == null;
        directReads.adopting();
        state = newer;
        slots.adopted();
        rounds.happened();
        closings.learn(newer.closings(), durableLine);
        roster.adopt(newer);
        transfers.adopted();
        directReads.adopted(newer, transfers::hasStopped);
        requests.slotsChanged(newer);
        noticeDoubt();
        report.publish();
        if (first) {
            rounds.start();
        }
        handover.adopted();
        news.adopted();
        for (ParkedMessages.Parked each : parked.takeAll()) {
            each.trace()
                    .run(() -> inbox.serve(
                            each.from(), each.run(), each.epoch(), each.asOf(), each.message(), each.since()));
        }
    }

    private boolean round() {
        boolean busy = antiEntropy.round() | recovery.round();
        report.publish();
        return busy;
    }

    /** What this lane knows of its peers; used on the lane. */
    LanePeers peers() {
        return peers;
    }

    /**
     * A message of a peer. A request of an epoch that this lane does not know yet waits for it; an answer does not.
     *
     * @param since when it arrived
     */
    void received(NodeId from, long run, long epoch, long asOf, ReplicaMessage said, long since) {
        if (stopped || peers.isOther(from, run)) {
            return;
        }
        rounds.happened();
        peers.heard(from);
        node.cluster().liveness().heard(from);
        boolean early = state == null || (epoch > state.epoch() && Urgency.of(said) != Urgency.ANSWER);
        if (early || closings.isAhead(said)) {
            if (!parked.park(
                    new ParkedMessages.Parked(from, run, epoch, asOf, said, since, lane.trace()), lane.nanoTime())) {
                inbox.refuse(from, run, said);
            }
            news.await(from, epoch, lane.nanoTime());
            return;
        }
        try {
            closings.admit(from, run, epoch, asOf, said, dispatch, inbox);
        } catch (InDoubtException e) {
            noticeDoubt();
        }
    }

    void received(NodeId from, long run, MoveMessage message) {
        if (!stopped && state != null && !peers.isOther(from, run) && !closings.isAhead(message)) {
            rounds.happened();
            unlessStopped(() -> transfers.received(from, run, closings.resolved(message)));
        }
    }

    void received(NodeId from, long run, long epoch, long asOf, RepairMessage said) {
        if (stopped || state == null || peers.isOther(from, run) || closings.isAhead(said)) {
            return;
        }
        rounds.happened();
        try {
            closings.admit(from, run, epoch, asOf, said, dispatch, inbox);
        } catch (InDoubtException e) {
            noticeDoubt();
        }
    }

    LaneClosings closings() {
        return closings;
    }

    Callers callers() {
        return callers;
    }

    boolean isFull() {
        return requests.size() >= node.options().maxPending();
    }

    boolean isStopped() {
        return stopped;
    }

    /** Ends every request with what is known of it; nothing is done afterwards. */
    void stop(Failure.Kind kind, String detail) {
        if (stopped) {
            return;
        }
        stopped = true;
        parked.takeAll();
        requests.abort(kind, detail);
        commits.abandon();
    }

    /** How this lane's replicas are. */
    LaneStatus status() {
        return report.status(transfers.status());
    }

    List<ReplicaSnapshot> snapshots() {
        return replicas.snapshots();
    }

    @Override
    public Replica held(ReplicaId id) {
        return replicas.held(id);
    }

    @Override
    public Collection<Replica> allHeld() {
        return replicas.all();
    }

    @Override
    public void erase(ReplicaId id) {
        roster.erase(id);
    }

    @Override
    public void stopped(int partition) {
        directReads.stopped(partition);
    }

    @Override
    public void finished(Change.MoveId move) {
        node.moves().finished(move);
    }

    @Override
    public void dropped(int partition, long changed) {
        node.moves().dropped(partition, changed);
    }

    @Override
    public void propose(Change change) {
        node.moves().propose(change);
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
        return replicas.serving(id);
    }

    @Override
    public boolean isReachable(NodeId peer) {
        return node.isReachable(peer);
    }

    /** The newest epoch that this lane knows, 0 while it knows none. */
    private long epoch() {
        return state == null ? 0 : state.epoch();
    }

    @Override
    public SendResult send(NodeId to, Message message) {
        return node.send(to, epoch(), message);
    }

    @Override
    public SendResult answer(NodeId to, long run, Message message) {
        return node.answer(to, run, epoch(), message);
    }

    @Override
    public GroupCommit commits() {
        return commits;
    }

    @Override
    public DurableLine durableLine() {
        return durableLine;
    }

    @Override
    public HintStore hints() {
        return hints;
    }

    @Override
    public int underWay() {
        return requests.size();
    }

    @Override
    public double load() {
        return Math.max(inbox.load(), (double) requests.size() / node.options().maxPending());
    }

    @Override
    public void replicationFailed(NodeId peer, ReplicaId replica) {
        antiEntropy.replicationFailed(peer, replica);
    }

    @Override
    public boolean hasSpace() {
        return !node.space().isFull();
    }

    @Override
    public Meters meters() {
        return node.meters();
    }

    @Override
    public boolean has(PlantedBug bug) {
        return node.options().plantedBug().filter(bug::equals).isPresent();
    }

    @Override
    public void happened(NodeEvent event) {
        node.happened(event);
    }

    @Override
    public long enter(Request request) {
        rounds.happened();
        return requests.enter(node.nextRequest(), request, lane.trace());
    }

    @Override
    public long enterForward(Request request) {
        rounds.happened();
        return requests.enter(node.nextForward(), request, lane.trace());
    }

    @Override
    public void leave(long number) {
        requests.leave(number, lane.nanoTime());
    }

    /** After how many nanoseconds one in eight of the requests under way will have ended. */
    long roomAfterNanos() {
        return requests.roomAfterNanos(lane.nanoTime());
    }

    @Override
    public Deadlines deadlines() {
        return requests.deadlines();
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
        peers.unanswered(peer);
        node.cluster().liveness().doubt(peer);
    }

    @Override
    public boolean isSilent(NodeId peer) {
        return peers.isSilent(peer) || node.cluster().liveness().isDoubtful(peer);
    }

    @Override
    public KeySlots slots(ReplicaId id, BucketDefinition assumed) {
        return slots.of(state, id, assumed);
    }

    @Override
    public boolean hasStopped(int partition) {
        return transfers.hasStopped(partition);
    }

    /** A peer is held up by an epoch that it does not know. */
    void isBehind(NodeId peer, long epoch) {
        news.exchange(peer, epoch, lane.nanoTime());
    }

    @Override
    public Latencies readLatencies() {
        return requests.reads();
    }

    @Override
    public Latencies writeLatencies() {
        return requests.writes();
    }

    @Override
    public boolean isBusy() {
        return load() >= BUSY;
    }
}
