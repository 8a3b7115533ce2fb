package io.whorl.core.transfer;

import io.whorl.core.message.MoveMessage;
import io.whorl.core.repair.AntiEntropy;
import io.whorl.core.replica.PlantedBug;
import io.whorl.core.replica.Replica;
import io.whorl.core.ring.BucketDefinition;
import io.whorl.core.ring.Change;
import io.whorl.core.ring.ClusterState;
import io.whorl.core.ring.Move;
import io.whorl.core.ring.NodeId;
import io.whorl.core.ring.ReplicaId;
import io.whorl.core.ring.ReplicaSlots;
import io.whorl.core.version.DotSet;
import java.util.List;
import java.util.Optional;

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
    private long unreachableSince = -1;
    private boolean syncing;

    DrivenMove(TransferLane lane, AntiEntropy antiEntropy, Move move, long changed, long excludeAfter) {
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
        ClusterState state = lane.state();
        List<BucketDefinition> buckets = state.concerned(move);
        boolean done = switch (move.phase()) {
            case TAKING -> takes(buckets, move.outgoing().orElseThrow());
            case EXCLUDED, ADDING -> buckets.stream().filter(this::lacksSources).count() == 0;
            case REMOVING, REMOVING_LOST ->
                buckets.stream().filter(this::lacksWitnesses).count() == 0;
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
        if (!told || buckets.isEmpty() && !stopped) {
            questions.ask(outgoing, buckets.isEmpty());
            return false;
        }
        if (all && !stopped) {
            // Most of it is here, so that the slot is not read for a moment only.
            questions.askAnew(outgoing);
            questions.ask(outgoing, true);
        }
        return all && stopped;
    }

    /** An old holder that stays away is excluded: the slot is rebuilt from the others. */
    private void watch(NodeId outgoing) {
        long now = lane.lane().nanoTime();
        if (lane.isReachable(outgoing)) {
            unreachableSince = -1;
        } else if (unreachableSince < 0) {
            unreachableSince = now;
        } else if (now - unreachableSince >= excludeAfter) {
            lane.propose(new Change.ExcludeHolder(new Change.MoveId(move.partition(), move.begun())));
        }
    }

    /** Whether fewer of the complete holders than are needed have been taken from, or refuse the older epoch. */
    private boolean lacksSources(BucketDefinition bucket) {
        ReplicaSlots slots = lane.state().slots(bucket, move.partition());
        List<NodeId> sources = slots.readers().stream()
                .filter(node -> !node.equals(lane.self()))
                .toList();
        int taken = 0;
        for (NodeId source : sources) {
            if (questions.seen(source, bucket.number()).isEmpty()) {
                questions.ask(source, false);
            } else if (has(bucket, source)) {
                taken++;
            }
        }
        int needed = slots.sourcesOfAnExcluded(sources.size());
        return taken < (lane.has(PlantedBug.TOO_FEW_SOURCES) ? Math.min(1, needed) : needed);
    }

    private boolean lacksWitnesses(BucketDefinition bucket) {
        ReplicaSlots slots = lane.state().slots(bucket, move.partition());
        int witnesses = 0;
        for (NodeId holder : slots.readers()) {
            if (holder.equals(lane.self())
                    || questions.seen(holder, bucket.number()).isPresent()) {
                witnesses++;
            } else {
                questions.ask(holder, false);
            }
        }
        return witnesses < slots.witnessesOfAChange(true);
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
