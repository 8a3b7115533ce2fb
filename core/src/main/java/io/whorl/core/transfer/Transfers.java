package io.whorl.core.transfer;

import io.whorl.core.message.MoveMessage;
import io.whorl.core.repair.AntiEntropy;
import io.whorl.core.replica.PlantedBug;
import io.whorl.core.replica.Replica;
import io.whorl.core.replica.Standing;
import io.whorl.core.ring.BucketDefinition;
import io.whorl.core.ring.Change;
import io.whorl.core.ring.ClusterState;
import io.whorl.core.ring.Layout;
import io.whorl.core.ring.Move;
import io.whorl.core.ring.NodeId;
import io.whorl.core.ring.ReplicaId;
import io.whorl.core.ring.Retiring;
import io.whorl.core.spi.StorageEngine;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.IntPredicate;

/** The moves of one lane's partitions: those that this node drives, those that it is asked about, and what it has to drop. */
public final class Transfers {
    private static final long TICK_NANOS = 50_000_000L;
    /** Who carries a move out gets more time to come back than an outgoing holder, which others can stand in for. */
    private static final int PATIENCE_WITH_DRIVER = 2;

    private final TransferLane lane;
    private final AntiEntropy antiEntropy;
    private final Stops stops;
    private final Proofreading proofreading;
    private final IntPredicate mine;
    private final long excludeAfter;
    private final Map<Integer, DrivenMove> driven = new TreeMap<>();
    private final Map<Integer, Departure> departures = new TreeMap<>();
    private final Map<Integer, Absence> absences = new TreeMap<>();
    private boolean first = true;
    private boolean ticking;

    /**
     * @param mine which partitions are this lane's
     * @param excludeAfter nanoseconds that an outgoing holder has to be unreachable before its slot is rebuilt without it
     */
    public Transfers(
            TransferLane lane, AntiEntropy antiEntropy, StorageEngine storage, IntPredicate mine, long excludeAfter) {
        this.lane = lane;
        this.antiEntropy = antiEntropy;
        this.stops = new Stops(storage, mine, lane::stopped);
        this.proofreading = new Proofreading(lane);
        this.mine = mine;
        this.excludeAfter = excludeAfter;
    }

    /** There is a newer state, and the lane's replicas are opened accordingly. */
    public void adopted() {
        Layout layout = lane.state().layout();
        stops.adopted(layout, lane.self(), first);
        first = false;
        driven.entrySet()
                .removeIf(entry -> layout.move(entry.getKey())
                        .filter(move -> entry.getValue().isOf(move, layout.changed(entry.getKey())))
                        .isEmpty());
        for (Move move : layout.moves()) {
            if (mine.test(move.partition())
                    && lane.state().driver(move).filter(lane.self()::equals).isPresent()) {
                driven.computeIfAbsent(
                        move.partition(),
                        each -> new DrivenMove(lane, antiEntropy, stops, move, layout.changed(each), excludeAfter));
            }
        }
        adoptDepartures(layout);
        proofreading.keep(id -> layout.move(id.partition()).isPresent());
        tick();
    }

    private void adoptDepartures(Layout layout) {
        Map<Integer, Departure> before = new TreeMap<>(departures);
        departures.clear();
        for (Retiring each : layout.retiring()) {
            int partition = each.partition();
            if (mine.test(partition) && each.node().equals(lane.self())) {
                long changed = layout.changed(partition);
                Departure known = before.get(partition);
                departures.put(
                        partition,
                        known != null && known.isOf(changed)
                                ? known
                                : new Departure(lane, antiEntropy, partition, changed));
            }
        }
    }

    private void tick() {
        boolean active = !driven.isEmpty() || !departures.isEmpty() || watches();
        if (active && !ticking) {
            ticking = true;
            lane.lane().schedule(TICK_NANOS, () -> {
                ticking = false;
                step();
                tick();
            });
        }
    }

    private void step() {
        new ArrayList<>(driven.values()).forEach(DrivenMove::step);
        new ArrayList<>(departures.values()).forEach(Departure::step);
        watch();
    }

    /** Whether this node watches a move that somebody else has to carry out. */
    private boolean watches() {
        return lane.state().layout().moves().stream().anyMatch(this::mayWatch);
    }

    private boolean mayWatch(Move move) {
        return mine.test(move.partition())
                && awaited(move).filter(node -> !node.equals(lane.self())).isPresent()
                && watchers(move).contains(lane.self());
    }

    /** Without whom a move cannot end, and its slots take no write or one less; empty if it has to be finished, or the node removed. */
    private static Optional<NodeId> awaited(Move move) {
        return switch (move.phase()) {
            case TAKING, ADDING -> move.incoming();
            case REMOVING -> move.outgoing();
            case EXCLUDED, REMOVING_LOST -> Optional.empty();
        };
    }

    /** Who sees to it that it is not awaited for ever, whoever can be reached first. */
    private List<NodeId> watchers(Move move) {
        return move.phase() == Move.Phase.TAKING
                ? move.outgoing().map(List::of).orElseThrow()
                : lane.state().ring().preferenceList(move.partition());
    }

    private boolean isFirstWatcher(Move move, NodeId awaited) {
        return watchers(move).stream()
                .filter(node -> !node.equals(awaited) && lane.isReachable(node))
                .findFirst()
                .filter(lane.self()::equals)
                .isPresent();
    }

    /** A move that waits for a node that stays away goes back to where it began: until then writes have to do without it, or cannot. */
    private void watch() {
        long now = lane.lane().nanoTime();
        for (Move move : lane.state().layout().moves()) {
            if (!mayWatch(move)) {
                continue;
            }
            NodeId awaited = awaited(move).orElseThrow();
            Absence known = absences.get(move.partition());
            if (lane.isReachable(awaited)) {
                absences.remove(move.partition());
            } else if (known == null || known.begun != move.begun()) {
                absences.put(move.partition(), new Absence(move.begun(), now));
            } else if (now - known.since >= PATIENCE_WITH_DRIVER * excludeAfter && isFirstWatcher(move, awaited)) {
                lane.propose(new Change.AbortMove(new Change.MoveId(move.partition(), move.begun())));
            }
        }
    }

    /** Since when a node stays away without which the move that began in this epoch cannot end. */
    private record Absence(long begun, long since) {}

    /** Whether this node, as the outgoing holder of a moving slot, is read no more. */
    public boolean hasStopped(int partition) {
        return stops.has(lane.state().layout(), partition);
    }

    /** Another node asks about, or answers about, one of this lane's partitions. */
    public void received(NodeId from, long run, MoveMessage message) {
        if (message instanceof MoveMessage.Ask ask) {
            asked(from, run, ask);
        } else if (message instanceof MoveMessage.Told answer) {
            Optional.ofNullable(driven.get(answer.partition())).ifPresent(move -> move.told(from, answer));
            Optional.ofNullable(departures.get(answer.partition())).ifPresent(each -> each.told(from, answer));
        }
    }

    /** A question about an epoch that is not known here yet is asked again when it is. */
    private void asked(NodeId from, long run, MoveMessage.Ask ask) {
        Layout layout = lane.state().layout();
        boolean early = lane.has(PlantedBug.TAKEN_BEFORE_BEGIN) && layout.changed(ask.partition()) < ask.changed();
        if (layout.changed(ask.partition()) != ask.changed() && !early) {
            return;
        }
        Optional<Move> move = layout.move(ask.partition()).filter(this::stopsThisNode);
        if (!ask.stop()) {
            tell(from, run, ask, false);
        } else if (move.isPresent()) {
            if (!stops.has(layout, ask.partition())) {
                stops.stop(move.get());
            }
            lane.durableLine().afterSync(() -> {
                if (lane.state().layout().changed(ask.partition()) == ask.changed()) {
                    tell(from, run, ask, true);
                }
            });
        }
    }

    /** Whether this node may be told to be read no more for this move. */
    private boolean stopsThisNode(Move move) {
        return switch (move.phase()) {
            case TAKING -> move.outgoing().filter(lane.self()::equals).isPresent();
            case ADDING -> true;
            case EXCLUDED, REMOVING, REMOVING_LOST -> false;
        };
    }

    private void tell(NodeId to, long run, MoveMessage.Ask ask, boolean stopped) {
        ClusterState state = lane.state();
        boolean givesUp = state.layout()
                .move(ask.partition())
                .filter(move -> move.phase() == Move.Phase.REMOVING)
                .flatMap(Move::outgoing)
                .filter(to::equals)
                .isPresent();
        List<MoveMessage.Held> replicas = new ArrayList<>();
        for (BucketDefinition bucket : state.buckets()) {
            Replica replica = lane.held(new ReplicaId(bucket.number(), ask.partition()));
            if (replica != null
                    && replica.standing() == Standing.SOUND
                    && state.slots(bucket, ask.partition()).isReader(lane.self())
                    && (!givesUp || proofreading.isRead(replica, ask.changed()))) {
                replicas.add(new MoveMessage.Held(bucket.number(), replica.seen(), replica.durable()));
            }
        }
        lane.answer(to, run, new MoveMessage.Told(ask.partition(), ask.changed(), stopped, replicas));
    }

    /** What this node drives, by partition. */
    public List<MoveStatus> status() {
        long now = lane.lane().nanoTime();
        List<MoveStatus> all = new ArrayList<>();
        for (DrivenMove each : driven.values()) {
            all.add(new MoveStatus(each.move(), now - each.sinceNanos()));
        }
        return all;
    }
}
