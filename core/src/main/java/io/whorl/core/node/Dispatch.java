package io.whorl.core.node;

import io.whorl.core.handoff.Handover;
import io.whorl.core.handoff.HintService;
import io.whorl.core.message.HintMessage;
import io.whorl.core.message.Refusal;
import io.whorl.core.message.RepairMessage;
import io.whorl.core.message.ReplicaMessage;
import io.whorl.core.repair.AntiEntropy;
import io.whorl.core.repair.Recovery;
import io.whorl.core.ring.ClusterState;
import io.whorl.core.ring.NodeId;
import io.whorl.core.ring.ReplicaId;

/** Takes a peer's message to the part of a lane that it is for. */
final class Dispatch {
    private final PartitionLane lane;
    private final UnderWay requests;
    private final AntiEntropy antiEntropy;
    private final Recovery recovery;
    private final Handover handover;
    private final HintService hints;
    private final ReplicaService service;

    Dispatch(
            PartitionLane lane,
            UnderWay requests,
            AntiEntropy antiEntropy,
            Recovery recovery,
            Handover handover,
            HintService hints,
            ReplicaService service) {
        this.lane = lane;
        this.requests = requests;
        this.antiEntropy = antiEntropy;
        this.recovery = recovery;
        this.handover = handover;
        this.hints = hints;
        this.service = service;
    }

    /** @param epoch the newest that the sender knew; not newer than the lane's, unless it is an answer */
    void take(NodeId from, long run, long epoch, ReplicaMessage message) {
        if (message instanceof ReplicaMessage.PullAnswer || message instanceof ReplicaMessage.StreamAnswer) {
            antiEntropy.answered(from, isStale(epoch, message.replica()) ? refused(message) : message);
            recovery.answered(message.replica());
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
            recovery.answered(message.replica());
            handover.refused(answer);
        } else if (message instanceof HintMessage.HandedOver answer) {
            handover.answered(answer);
        } else if (message instanceof HintMessage hint) {
            hints.serve(from, run, hint);
        } else {
            service.serve(from, run, epoch, message);
        }
    }

    /**
     * Whether it was said before the last change of the slots: then it may be about what its sender has given up since, or come to hold
     * anew.
     */
    private boolean isStale(long epoch, ReplicaId id) {
        ClusterState state = lane.state();
        return id.partition() < state.ring().partitions()
                && epoch < state.layout().changed(id.partition());
    }

    /** What such an answer is taken for: the question is asked again. */
    private static ReplicaMessage.Refuse refused(ReplicaMessage answer) {
        long request = answer instanceof ReplicaMessage.PullAnswer pulled
                ? pulled.request()
                : ((ReplicaMessage.StreamAnswer) answer).request();
        return new ReplicaMessage.Refuse(
                request, answer.replica(), Refusal.STALE_EPOCH, "the slots have changed since this was answered");
    }

    void take(NodeId from, long run, long epoch, RepairMessage message) {
        if (message instanceof RepairMessage.Summary summary) {
            antiEntropy.heard(from, run, epoch, summary);
        } else if (message instanceof RepairMessage.SummaryAnswer answer) {
            antiEntropy.answered(from, epoch, answer);
        } else if (message instanceof RepairMessage.Push push) {
            service.serve(from, run, push);
        } else if (message instanceof RepairMessage.PushAnswer answer) {
            antiEntropy.answered(from, answer);
        }
    }

    private void answered(NodeId from, long number, ReplicaMessage answer) {
        requests.answered(from, number, answer, lane.lane().nanoTime());
    }
}
