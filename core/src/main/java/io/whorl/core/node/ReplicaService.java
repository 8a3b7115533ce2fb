package io.whorl.core.node;

import io.whorl.core.coordinate.Callback;
import io.whorl.core.coordinate.ForwardWindow;
import io.whorl.core.coordinate.Order;
import io.whorl.core.coordinate.Put;
import io.whorl.core.coordinate.WriteResult;
import io.whorl.core.handoff.HintService;
import io.whorl.core.message.Failure;
import io.whorl.core.message.Refusal;
import io.whorl.core.message.RepairMessage;
import io.whorl.core.message.ReplicaMessage;
import io.whorl.core.meter.Counter;
import io.whorl.core.repair.AntiEntropy;
import io.whorl.core.replica.Arrival;
import io.whorl.core.replica.Excerpt;
import io.whorl.core.replica.GroupCommit;
import io.whorl.core.replica.InDoubtException;
import io.whorl.core.replica.PlantedBug;
import io.whorl.core.replica.Replica;
import io.whorl.core.replica.Standing;
import io.whorl.core.ring.NodeId;
import io.whorl.core.ring.ReplicaId;
import io.whorl.core.spi.StorageException;
import io.whorl.core.version.Record;
import java.util.List;

/** Does what other nodes ask of this lane's replicas, or refuses it with the reason. */
final class ReplicaService {
    private final PartitionLane lane;
    private final AntiEntropy antiEntropy;
    private final HintService hints;
    private final ForwardWindow forwards = new ForwardWindow();

    ReplicaService(PartitionLane lane, AntiEntropy antiEntropy, HintService hints) {
        this.lane = lane;
        this.antiEntropy = antiEntropy;
        this.hints = hints;
    }

    /** @param epoch the newest that the asker knew when it asked; not newer than the lane's */
    void serve(NodeId from, long run, long epoch, ReplicaMessage message) {
        if (message instanceof ReplicaMessage.Read) {
            lane.commits().afterwards(() -> {
                // A stop lets go who waited; a peer's question is then left unanswered, as all that come later are.
                if (!lane.isStopped()) {
                    serveNow(from, run, epoch, message);
                }
            });
        } else {
            serveNow(from, run, epoch, message);
        }
    }

    private void serveNow(NodeId from, long run, long epoch, ReplicaMessage message) {
        if (message instanceof ReplicaMessage.Read read && isStale(epoch, read.replica())) {
            refuseStale(from, run, epoch, read.request(), read.replica());
        } else if (message instanceof ReplicaMessage.Replicate replicate && isStale(epoch, replicate.replica())) {
            refuseStale(from, run, epoch, replicate.request(), replicate.replica());
        } else if (message instanceof ReplicaMessage.Read read && !isReader(read.replica())) {
            hints.read(from, run, read);
        } else if (message instanceof ReplicaMessage.Read read
                && lane.hasStopped(read.replica().partition())) {
            refuseMoving(from, run, read.request(), read.replica());
        } else if (message instanceof ReplicaMessage.Read read) {
            asked(
                    from,
                    run,
                    read.request(),
                    read.replica(),
                    read.fingerprint(),
                    read.strict() ? Standing.SOUND : Standing.BEHIND,
                    replica -> read(from, run, replica, read));
        } else if (message instanceof ReplicaMessage.Replicate replicate) {
            asked(
                    from,
                    run,
                    replicate.request(),
                    replicate.replica(),
                    replicate.fingerprint(),
                    Standing.BEHIND,
                    replica -> replicate(from, run, replica, replicate));
        } else if (message instanceof ReplicaMessage.Forward forward) {
            forwarded(from, run, epoch, forward);
        } else if (message instanceof ReplicaMessage.Pull pull && isStale(epoch, pull.replica())) {
            refuseStale(from, run, epoch, pull.request(), pull.replica());
        } else if (message instanceof ReplicaMessage.Stream stream && isStale(epoch, stream.replica())) {
            refuseStale(from, run, epoch, stream.request(), stream.replica());
        } else if (message instanceof ReplicaMessage.Pull pull) {
            asked(
                    from,
                    run,
                    pull.request(),
                    pull.replica(),
                    pull.fingerprint(),
                    Standing.SALVAGED,
                    replica -> antiEntropy.serve(from, run, replica, pull));
        } else if (message instanceof ReplicaMessage.Stream stream) {
            asked(
                    from,
                    run,
                    stream.request(),
                    stream.replica(),
                    stream.fingerprint(),
                    Standing.SALVAGED,
                    replica -> antiEntropy.serve(from, run, replica, stream));
        }
    }

    void serve(NodeId from, long run, RepairMessage.Push push) {
        asked(
                from,
                run,
                push.request(),
                push.replica(),
                push.fingerprint(),
                Standing.SALVAGED,
                replica -> antiEntropy.serve(from, run, replica, push));
    }

    /**
     * Whether a request was made before the last change of its slots: its asker may take others for their holders, and what this
     * replica does for it would count for a slot that it does not have, or has anew.
     */
    private boolean isStale(long epoch, ReplicaId id) {
        boolean stale = id.partition() < lane.state().ring().partitions()
                && epoch < lane.state().layout().changed(id.partition());
        return stale && !lane.has(PlantedBug.STALE_EPOCH_ACCEPTED);
    }

    private void refuseStale(NodeId from, long run, long epoch, long request, ReplicaId id) {
        refuse(
                from,
                run,
                request,
                id,
                Refusal.STALE_EPOCH,
                "the slots of partition " + id.partition() + " have changed in epoch "
                        + lane.state().layout().changed(id.partition()) + ", the request is of epoch " + epoch);
        lane.isBehind(from, epoch);
    }

    private void refuseMoving(NodeId from, long run, long request, ReplicaId id) {
        refuse(
                from,
                run,
                request,
                id,
                Refusal.MOVING,
                "node " + lane.self() + " is about to give up its slot of partition " + id.partition());
    }

    /** Whether this node is a complete holder, who is read and coordinates; one that is still taking the replica is none. */
    private boolean isReader(ReplicaId id) {
        Replica replica = lane.held(id);
        return replica != null && lane.slots(id, replica.bucket()).slots().isReader(lane.self());
    }

    private boolean isWriter(Replica replica) {
        return lane.slots(replica.id(), replica.bucket()).slots().isWriter(lane.self());
    }

    private interface Work {
        void on(Replica replica);
    }

    /**
     * Finds the replica and works on it, or refuses: a node that cannot answer says so, and never that a key is absent.
     *
     * @param worst how little the replica may be counted on for this work
     */
    private void asked(NodeId from, long run, long request, ReplicaId id, long fingerprint, Standing worst, Work work) {
        Replica replica = lane.held(id);
        if (replica == null) {
            refuseUnheld(from, run, request, id);
            return;
        }
        if (replica.fingerprint() != fingerprint) {
            refuse(
                    from,
                    run,
                    request,
                    id,
                    Refusal.BUCKET_MISMATCH,
                    "bucket '" + replica.bucket().name() + "' is known here with "
                            + replica.bucket().options() + ", not with what the request assumes");
            return;
        }
        try {
            if (replica.standing().compareTo(worst) <= 0 || (worst == Standing.SOUND && replica.answersStrictReads())) {
                work.on(replica);
            } else if (replica.doubt().isPresent()) {
                refuse(from, run, request, id, Refusal.IN_DOUBT, replica.doubt().get());
            } else {
                refuse(from, run, request, id, Refusal.NOT_CAUGHT_UP, replica.reason());
            }
        } catch (InDoubtException e) {
            refuse(from, run, request, id, Refusal.IN_DOUBT, e.getMessage());
            lane.noticeDoubt();
        } catch (StorageException e) {
            if (!e.isFull()) {
                throw e;
            }
            refuse(from, run, request, id, Refusal.STORAGE_FULL, e.getMessage());
        }
    }

    private void refuseUnheld(NodeId from, long run, long request, ReplicaId id) {
        if (lane.state().bucket(id.bucket()).isEmpty()) {
            refuse(from, run, request, id, Refusal.UNKNOWN_BUCKET, "no bucket has the number " + id.bucket());
        } else {
            refuse(
                    from,
                    run,
                    request,
                    id,
                    Refusal.NOT_A_HOLDER,
                    "node " + lane.self() + " does not hold replica " + id);
        }
    }

    private void refuse(NodeId from, long run, long request, ReplicaId id, Refusal reason, String detail) {
        switch (reason) {
            case IN_DOUBT -> lane.meters().add(Counter.REFUSED_IN_DOUBT);
            case NOT_CAUGHT_UP -> lane.meters().add(Counter.REFUSED_NOT_CAUGHT_UP);
            case STORAGE_FULL -> lane.meters().add(Counter.REFUSED_STORAGE_FULL);
            case STALE_EPOCH -> lane.meters().add(Counter.REFUSED_STALE_EPOCH);
            default -> {}
        }
        lane.answer(from, run, new ReplicaMessage.Refuse(request, id, reason, detail));
    }

    private void read(NodeId from, long run, Replica replica, ReplicaMessage.Read read) {
        Excerpt excerpt = replica.excerpt(read.key());
        lane.answer(
                from,
                run,
                new ReplicaMessage.ReadAnswer(
                        read.request(),
                        replica.id(),
                        read.values() ? excerpt.record() : excerpt.record().withheld(),
                        excerpt.bases()));
    }

    private void replicate(NodeId from, long run, Replica replica, ReplicaMessage.Replicate message) {
        if (!isWriter(replica)) {
            refuseUnheld(from, run, message.request(), replica.id());
            return;
        }
        lane.commits().take(new Replicated(from, run, replica, message));
    }

    /** A record of another coordinator, to be stored here and acknowledged. */
    private final class Replicated implements GroupCommit.Step {
        private final NodeId from;
        private final long run;
        private final Replica replica;
        private final ReplicaMessage.Replicate message;
        private boolean changed;

        Replicated(NodeId from, long run, Replica replica, ReplicaMessage.Replicate message) {
            this.from = from;
            this.run = run;
            this.replica = replica;
            this.message = message;
        }

        @Override
        public void change() {
            Record filled = message.record().fill(message.bases());
            changed = replica.receive(List.of(new Arrival(message.key(), filled, message.announced())));
        }

        @Override
        public void committed() {
            if (changed) {
                lane.durableLine().touched(replica);
            }
            if (replica.syncsEveryWrite() && !lane.has(PlantedBug.DURABLE_BEFORE_SYNC)) {
                // Also when nothing changed: what is here already need not be on disk yet.
                lane.durableLine().afterSync(this::acknowledge);
            } else {
                acknowledge();
            }
        }

        private void acknowledge() {
            lane.answer(from, run, new ReplicaMessage.Acknowledge(message.request(), replica.id()));
        }

        @Override
        public void refused(RuntimeException cause) {
            Refusal reason = cause instanceof StorageException ? Refusal.STORAGE_FULL : Refusal.IN_DOUBT;
            refuse(from, run, message.request(), replica.id(), reason, cause.getMessage());
        }
    }

    /** Takes the number of a forward up, so that no repeat of it is executed; then it can be refused. */
    void refuse(long run, long forward, Runnable refusal) {
        if (forwards.take(run, forward) == ForwardWindow.Judgement.NEW) {
            refusal.run();
        }
    }

    private void forwarded(NodeId from, long run, long epoch, ReplicaMessage.Forward forward) {
        ForwardWindow.Judgement judgement = forwards.take(run, forward.request());
        if (judgement == ForwardWindow.Judgement.TOO_LATE) {
            refuse(
                    from,
                    run,
                    forward.request(),
                    forward.replica(),
                    Refusal.TOO_LATE,
                    "the forward is too old to be told from a repeat");
        } else if (judgement == ForwardWindow.Judgement.NEW || lane.has(PlantedBug.FORWARD_EXECUTED_TWICE)) {
            if (isStale(epoch, forward.replica())) {
                refuseStale(from, run, epoch, forward.request(), forward.replica());
                return;
            }
            if (lane.isFull()) {
                lane.meters().add(Counter.REFUSED_OVERLOADED);
                refuse(
                        from,
                        run,
                        forward.request(),
                        forward.replica(),
                        Refusal.OVERLOADED,
                        "too many requests are under way");
                return;
            }
            asked(
                    from,
                    run,
                    forward.request(),
                    forward.replica(),
                    forward.fingerprint(),
                    Standing.BEHIND,
                    replica -> coordinate(from, run, replica, forward));
        }
    }

    private void coordinate(NodeId from, long run, Replica replica, ReplicaMessage.Forward forward) {
        if (!isReader(replica.id())) {
            refuseUnheld(from, run, forward.request(), replica.id());
            return;
        }
        if (lane.hasStopped(replica.id().partition())) {
            refuseMoving(from, run, forward.request(), replica.id());
            return;
        }
        long deadline = lane.lane().nanoTime() + forward.timeoutNanos();
        Order order = new Order(
                replica.id(),
                replica.bucket(),
                forward.key(),
                forward.quorum(),
                forward.strict(),
                forward.zones(),
                deadline);
        Put.begin(lane, replica, order, forward.write(), forward.latestTimestamp(), new Callback<WriteResult>() {
            @Override
            public void succeeded(WriteResult result) {
                lane.answer(
                        from,
                        run,
                        new ReplicaMessage.ForwardDone(
                                forward.request(), replica.id(), result.history(), result.timestamp()));
            }

            @Override
            public void failed(Failure failure) {
                lane.answer(from, run, new ReplicaMessage.ForwardFailed(forward.request(), replica.id(), failure));
            }
        });
    }
}
