package io.whorl.core.handoff;

import io.whorl.api.Durability;
import io.whorl.core.message.HintMessage;
import io.whorl.core.message.Refusal;
import io.whorl.core.message.ReplicaMessage;
import io.whorl.core.meter.Counter;
import io.whorl.core.replica.Arrival;
import io.whorl.core.replica.InDoubtException;
import io.whorl.core.replica.PlantedBug;
import io.whorl.core.replica.Replica;
import io.whorl.core.replica.ReplicaLane;
import io.whorl.core.ring.BucketDefinition;
import io.whorl.core.ring.Member;
import io.whorl.core.ring.NodeId;
import io.whorl.core.ring.ReplicaId;
import io.whorl.core.spi.StorageException;
import io.whorl.core.version.DotSet;
import io.whorl.core.version.Record;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleSupplier;

/**
 * Does what other nodes ask of this node as a fallback, and takes over what fallbacks have kept for it; or refuses with the reason.
 */
public final class HintService {
    private final ReplicaLane lane;
    private final HintStore hints;
    private final int batchBytes;
    private final DoubleSupplier load;
    private int open;

    /**
     * @param batchBytes how many bytes a batch may have at the most, about, when nothing else is to be done
     * @param load how busy this lane is, from 0 to 1
     */
    public HintService(ReplicaLane lane, HintStore hints, int batchBytes, DoubleSupplier load) {
        this.lane = lane;
        this.hints = hints;
        this.batchBytes = batchBytes;
        this.load = load;
    }

    /**
     * Serves a request that is for a fallback, or for the target of hints.
     *
     * @throws InDoubtException once it has refused because something stored cannot be read
     */
    public void serve(NodeId from, long run, HintMessage message) {
        if (message instanceof HintMessage.Keep keep) {
            asked(
                    from,
                    run,
                    keep.request(),
                    keep.replica(),
                    keep.fingerprint(),
                    bucket -> keep(from, run, bucket, keep));
        } else if (message instanceof HintMessage.HandOver handed) {
            asked(
                    from,
                    run,
                    handed.request(),
                    handed.replica(),
                    handed.fingerprint(),
                    bucket -> takeOver(from, run, bucket, handed));
        }
    }

    /**
     * Answers a read at a node that does not hold the replica: from the hints it keeps, unless the read is strict. What it says of a
     * key of which it keeps nothing is an empty record, which claims nothing.
     */
    public void read(NodeId from, long run, ReplicaMessage.Read read) {
        if (read.strict()) {
            String detail = "node " + lane.self() + " does not hold replica " + read.replica();
            refuse(from, run, read.request(), read.replica(), Refusal.NOT_A_HOLDER, detail);
            return;
        }
        asked(from, run, read.request(), read.replica(), read.fingerprint(), bucket -> {
            Record held = hints.held(read.replica(), read.key());
            lane.meters().add(Counter.HINT_READS);
            Record told = read.values() ? held : held.withheld();
            lane.answer(from, run, new ReplicaMessage.ReadAnswer(read.request(), read.replica(), told, DotSet.empty()));
        });
    }

    private interface Work {
        void on(BucketDefinition bucket);
    }

    private void asked(NodeId from, long run, long request, ReplicaId id, long fingerprint, Work work) {
        Optional<BucketDefinition> bucket = lane.state().bucket(id.bucket());
        if (bucket.isEmpty()) {
            refuse(from, run, request, id, Refusal.UNKNOWN_BUCKET, "no bucket has the number " + id.bucket());
            return;
        }
        if (bucket.get().fingerprint() != fingerprint) {
            String detail = "bucket '" + bucket.get().name() + "' is known here with "
                    + bucket.get().options() + ", not with what the request assumes";
            refuse(from, run, request, id, Refusal.BUCKET_MISMATCH, detail);
            return;
        }
        try {
            work.on(bucket.get());
        } catch (InDoubtException e) {
            refuse(from, run, request, id, Refusal.IN_DOUBT, e.getMessage());
            throw e;
        } catch (StorageException e) {
            if (!e.isFull()) {
                throw e;
            }
            refuse(from, run, request, id, Refusal.STORAGE_FULL, e.getMessage());
        }
    }

    private void refuse(NodeId from, long run, long request, ReplicaId id, Refusal reason, String detail) {
        lane.answer(from, run, new ReplicaMessage.Refuse(request, id, reason, detail));
    }

    private void keep(NodeId from, long run, BucketDefinition bucket, HintMessage.Keep keep) {
        if (keep.target().equals(lane.self())) {
            String detail = "node " + lane.self() + " keeps no hints for itself";
            refuse(from, run, keep.request(), keep.replica(), Refusal.NOT_A_HOLDER, detail);
            return;
        }
        if (isLeaving()) {
            // It has given its last hint away, perhaps, and then nobody would wait for this one.
            String detail = "node " + lane.self() + " is leaving the cluster";
            refuse(from, run, keep.request(), keep.replica(), Refusal.CLOSING, detail);
            return;
        }
        Record filled = keep.record().fill(keep.bases());
        Optional<Refusal> refusal = hints.keep(keep.target(), keep.replica(), keep.key(), filled, keep.announced());
        if (refusal.isPresent()) {
            String detail = "node " + lane.self() + " cannot keep another hint for node " + keep.target();
            refuse(from, run, keep.request(), keep.replica(), refusal.get(), detail);
            return;
        }
        ReplicaMessage.Acknowledge acknowledge = new ReplicaMessage.Acknowledge(keep.request(), keep.replica());
        if (bucket.options().durability() == Durability.FSYNC) {
            // Also when nothing changed: what is here already need not be on disk yet.
            lane.durableLine().afterSync(() -> lane.answer(from, run, acknowledge));
        } else {
            lane.answer(from, run, acknowledge);
        }
    }

    private boolean isLeaving() {
        return lane.state()
                .member(lane.self())
                .filter(member -> member.status() == Member.Status.LEAVING)
                .isPresent();
    }

    private void takeOver(NodeId from, long run, BucketDefinition bucket, HintMessage.HandOver handed) {
        Optional<Replica> replica = lane.replica(handed.replica());
        boolean holder =
                lane.state().slots(bucket, handed.replica().partition()).isWriter(lane.self());
        if (replica.isEmpty() || !holder) {
            String detail = "node " + lane.self() + (holder ? " is in doubt about" : " does not hold") + " replica "
                    + handed.replica();
            Refusal reason = holder ? Refusal.IN_DOUBT : Refusal.NOT_A_HOLDER;
            refuse(from, run, handed.request(), handed.replica(), reason, detail);
            return;
        }
        long began = lane.lane().nanoTime();
        List<Arrival> arrivals = new ArrayList<>(handed.hints().size());
        List<Long> versions = new ArrayList<>(handed.hints().size());
        for (HintMessage.Hint hint : handed.hints()) {
            arrivals.add(new Arrival(hint.key(), hint.record(), hint.announced()));
            versions.add(hint.version());
        }
        if (replica.get().receive(arrivals)) {
            lane.durableLine().touched(replica.get());
        }
        lane.meters().add(Counter.HINTS_TAKEN_OVER, versions.size());
        open++;
        Runnable answer = () -> {
            open--;
            lane.answer(from, run, granting(handed, versions, lane.lane().nanoTime() - began));
        };
        if (lane.has(PlantedBug.HINT_DELETED_BEFORE_DURABLE)) {
            answer.run();
        } else {
            // Whatever the bucket's durability: with the answer the sender removes what may be the only durable copy.
            lane.durableLine().afterSync(answer);
        }
    }

    private HintMessage.HandedOver granting(HintMessage.HandOver handed, List<Long> versions, long tookNanos) {
        Grant grant = Grant.of(batchBytes, load.getAsDouble(), open, tookNanos);
        return new HintMessage.HandedOver(
                handed.request(), handed.replica(), versions, grant.bytes(), grant.pauseNanos());
    }
}
