package io.whorl.core.transfer;

import io.whorl.core.message.MoveMessage;
import io.whorl.core.repair.AntiEntropy;
import io.whorl.core.replica.PlantedBug;
import io.whorl.core.replica.Replica;
import io.whorl.core.ring.BucketDefinition;
import io.whorl.core.ring.Change;
import io.whorl.core.ring.Move;
import io.whorl.core.ring.NodeId;
import io.whorl.core.ring.ReplicaId;
import io.whorl.core.ring.ReplicaSlots;
import io.whorl.core.version.DotSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToIntFunction;

/**
 * A move that this node carries out. Steps are taken again and again until it ends, and each looks at everything anew: nothing but
 * answers is remembered, so that a restart costs nothing but questions.
 *
 * <p>What a source had seen when it was asked is the measure: once all of it is durable here, so is every write that was
 * acknowledged before, since the source refuses whatever was asked in an older epoch.
 */
final class DrivenMove {
    private final TransferLane lane;
    private final AntiEntropy antiEntropy;
    private final Move move;
    private final Questions questions;
    private final long excludeAfter;
    private final long since;
    private final Stops stops;
    private final Set<NodeId> stopAsked = new TreeSet<>();
    /** By bucket what this node had when it learnt that its slot is given up. */
    private final Map<Long, DotSet> atFirst = new TreeMap<>();

    private long unreachableSince = -1;
    private boolean syncing;
    private boolean stopped;

    DrivenMove(TransferLane lane, AntiEntropy antiEntropy, Stops stops, Move move, long changed, long excludeAfter) {
        this.stops = stops;
        this.lane = lane;
        this.antiEntropy = antiEntropy;
        this.move = move;
        this.questions = new Questions(lane, move.partition(), changed);
        this.excludeAfter = excludeAfter;
        this.since = lane.lane().nanoTime();
    }

    Move move() {
        return move;
    }

    long sinceNanos() {
        return since;
    }

    /** Whether this is the move as the newest state has it. */
    boolean isOf(Move newest, long changed) {
        return move.equals(newest) && questions.changed() == changed;
    }

    void told(NodeId from, MoveMessage.Told answer) {
        if (questions.take(from, answer)) {
            step();
        }
    }

    void step() {
        List<BucketDefinition> buckets = lane.state().concerned(move);
        boolean done = switch (move.phase()) {
            case TAKING -> takes(buckets, move.outgoing().orElseThrow());
            case EXCLUDED ->
                hasSources(
                        buckets,
                        slots -> slots.sourcesOfAnExcluded(sources(slots).size()));
            case ADDING -> hasSources(buckets, ReplicaSlots::sourcesOfAnAdded) && hasWitness(buckets);
            case REMOVING -> isTaken(buckets) && hasStopped();
            case REMOVING_LOST -> true;
        };
        if (done) {
            lane.finished(new Change.MoveId(move.partition(), move.begun()));
        }
    }

    private boolean takes(List<BucketDefinition> buckets, NodeId outgoing) {
        watch(outgoing);
        boolean stopped = questions.hasStopped(outgoing) || lane.has(PlantedBug.FINISHED_WITHOUT_STOP);
        boolean all = true;
        boolean told = true;
        for (BucketDefinition bucket : buckets) {
            told &= questions.seen(outgoing, bucket.number()).isPresent();
            all &= has(bucket, outgoing);
        }
        if (!told) {
            questions.ask(outgoing, false);
            return false;
        }
        if (all && !stopped) {
            // Most of it is here, so that the slot is not read for a moment only.
            stop(outgoing);
        }
        return all && stopped;
    }

    /**
     * An old holder that stays away is excluded, and the slot is rebuilt from the others; but only where there are enough of these to
     * have every acknowledged write. Else the holder is waited for: only an operator can know that it is lost for good.
     */
    private void watch(NodeId outgoing) {
        long now = lane.lane().nanoTime();
        if (lane.isReachable(outgoing)) {
            unreachableSince = -1;
        } else if (unreachableSince < 0) {
            unreachableSince = now;
        } else if (now - unreachableSince >= excludeAfter && isRebuildable(outgoing)) {
            lane.propose(new Change.ExcludeHolder(new Change.MoveId(move.partition(), move.begun())));
        }
    }

    private boolean isRebuildable(NodeId without) {
        for (BucketDefinition bucket : lane.state().concerned(move)) {
            ReplicaSlots slots = slots(bucket);
            long others = sources(slots).stream()
                    .filter(node -> !node.equals(without))
                    .count();
            if (others < slots.sourcesOfAnExcluded(Integer.MAX_VALUE)) {
                return false;
            }
        }
        return true;
    }

    private ReplicaSlots slots(BucketDefinition bucket) {
        return lane.state().slots(bucket, move.partition());
    }

    private List<NodeId> sources(ReplicaSlots slots) {
        return slots.readers().stream()
                .filter(node -> !node.equals(lane.self()))
                .toList();
    }

    /** Whether enough complete holders of each bucket, which know of the move, have given all that they had. */
    private boolean hasSources(List<BucketDefinition> buckets, ToIntFunction<ReplicaSlots> enough) {
        boolean all = true;
        for (BucketDefinition bucket : buckets) {
            ReplicaSlots slots = slots(bucket);
            int taken = 0;
            for (NodeId source : sources(slots)) {
                if (questions.seen(source, bucket.number()).isEmpty()) {
                    questions.ask(source, false);
                } else if (has(bucket, source)) {
                    taken++;
                }
            }
            int needed = enough.applyAsInt(slots);
            boolean few = lane.has(PlantedBug.TOO_FEW_SOURCES) && move.phase() == Move.Phase.EXCLUDED;
            all &= taken >= (few ? Math.min(1, needed) : needed);
        }
        return all;
    }

    /** Where a write could be acknowledged by the added holder alone, one of the others has to stop being read first. */
    private boolean hasWitness(List<BucketDefinition> buckets) {
        boolean all = true;
        for (BucketDefinition bucket : buckets) {
            ReplicaSlots slots = slots(bucket);
            List<NodeId> readers = sources(slots);
            boolean needed = slots.witnessesOfAnAdded() > 0 && !readers.isEmpty();
            if (needed && readers.stream().noneMatch(questions::hasStopped)) {
                all = false;
                stop(readers.get(0));
            }
        }
        return all;
    }

    private void stop(NodeId holder) {
        if (stopAsked.add(holder)) {
            questions.askAnew(holder);
        }
        questions.ask(holder, true);
    }

    /** Whether enough of the holders that stay have durably what this one had when it learnt of the move. */
    private boolean isTaken(List<BucketDefinition> buckets) {
        boolean all = true;
        for (BucketDefinition bucket : buckets) {
            Replica replica = lane.held(new ReplicaId(bucket.number(), move.partition()));
            if (replica == null || !replica.exchanges()) {
                return false;
            }
            DotSet had = atFirst.computeIfAbsent(bucket.number(), each -> replica.seen());
            ReplicaSlots slots = slots(bucket);
            int takers = 0;
            for (NodeId holder : sources(slots)) {
                boolean has = questions
                        .durable(holder, bucket.number())
                        .filter(durable -> durable.containsAll(had))
                        .isPresent();
                takers += has ? 1 : 0;
                if (!has) {
                    questions.ask(holder, false);
                }
            }
            all &= takers >= slots.takersOfARemoved();
        }
        return all;
    }

    /** This node, whose slot is given up, is read no more, durably, before it says that the move can end. */
    private boolean hasStopped() {
        if (lane.has(PlantedBug.FINISHED_WITHOUT_STOP)) {
            return true;
        }
        if (!stops.has(lane.state().layout(), move.partition())) {
            stops.stop(move);
        }
        if (!stopped && !syncing) {
            syncing = true;
            lane.durableLine().afterSync(() -> {
                syncing = false;
                stopped = true;
                step();
            });
        }
        return stopped;
    }

    /** Whether all that the source had seen is durable here; what is not is asked for. */
    private boolean has(BucketDefinition bucket, NodeId source) {
        ReplicaId id = new ReplicaId(bucket.number(), move.partition());
        Replica replica = lane.held(id);
        Optional<DotSet> seen = questions.seen(source, bucket.number());
        if (replica == null || seen.isEmpty() || !replica.exchanges() || replica.isUnsettled()) {
            return false;
        }
        if (!replica.seen().containsAll(seen.get())) {
            antiEntropy.lacks(id, source, seen.get());
            return false;
        }
        if (!replica.durable().containsAll(seen.get())) {
            sync(replica);
            return false;
        }
        return true;
    }

    private void sync(Replica replica) {
        if (!syncing) {
            syncing = true;
            lane.durableLine().touched(replica);
            lane.durableLine().afterSync(() -> {
                syncing = false;
                step();
            });
        }
    }
}
