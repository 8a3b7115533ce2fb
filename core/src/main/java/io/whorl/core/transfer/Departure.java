package io.whorl.core.transfer;

import io.whorl.core.message.MoveMessage;
import io.whorl.core.repair.AntiEntropy;
import io.whorl.core.replica.Replica;
import io.whorl.core.ring.BucketDefinition;
import io.whorl.core.ring.ClusterState;
import io.whorl.core.ring.NodeId;
import io.whorl.core.ring.ReplicaId;
import io.whorl.core.version.DotSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A partition of which this node is no holder any more, but has something still: it goes once every complete holder has durably all
 * that was seen here, and knows the epoch in which it changed.
 */
final class Departure {
    private final TransferLane lane;
    private final AntiEntropy antiEntropy;
    private final int partition;
    private final Questions questions;
    private boolean syncing;
    private boolean gone;

    Departure(TransferLane lane, AntiEntropy antiEntropy, int partition, long changed) {
        this.lane = lane;
        this.antiEntropy = antiEntropy;
        this.partition = partition;
        this.questions = new Questions(lane, partition, changed);
    }

    /** Whether it goes by the newest change of the partition's slots. */
    boolean isOf(long changed) {
        return questions.changed() == changed;
    }

    void told(NodeId from, MoveMessage.Told answer) {
        if (questions.take(from, answer)) {
            step();
        }
    }

    void step() {
        if (gone) {
            lane.dropped(partition, questions.changed());
            return;
        }
        for (Replica replica : retired()) {
            if (isDrained(replica)) {
                lane.erase(replica.id());
            }
        }
        if (retired().isEmpty() && !syncing) {
            syncing = true;
            lane.durableLine().afterSync(() -> {
                gone = true;
                lane.dropped(partition, questions.changed());
            });
        }
    }

    private List<Replica> retired() {
        ClusterState state = lane.state();
        List<Replica> retired = new ArrayList<>();
        for (Replica replica : lane.allHeld()) {
            ReplicaId id = replica.id();
            Optional<BucketDefinition> bucket = state.bucket(id.bucket());
            if (id.partition() == partition
                    && bucket.isPresent()
                    && !state.slots(bucket.get(), partition).isWriter(lane.self())) {
                retired.add(replica);
            }
        }
        return retired;
    }

    private boolean isDrained(Replica replica) {
        ReplicaId id = replica.id();
        BucketDefinition bucket = lane.state().bucket(id.bucket()).orElseThrow();
        List<NodeId> holders = lane.state().slots(bucket, partition).readers();
        boolean drained = replica.exchanges() && !holders.isEmpty();
        for (NodeId holder : holders) {
            Optional<DotSet> durable = questions.durable(holder, id.bucket());
            if (durable.isEmpty() || !drained || !durable.get().containsAll(replica.seen())) {
                drained = false;
                questions.ask(holder, false);
            }
        }
        return drained && !antiEntropy.hasToPush(id, holders);
    }
}
