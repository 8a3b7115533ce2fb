package io.whorl.core.node;

import io.whorl.core.handoff.Handover;
import io.whorl.core.handoff.HintService;
import io.whorl.core.message.HintMessage;
import io.whorl.core.message.RepairMessage;
import io.whorl.core.message.ReplicaMessage;
import io.whorl.core.repair.AntiEntropy;
import io.whorl.core.repair.Recovery;
import io.whorl.core.ring.NodeId;
import io.whorl.core.spi.Lane;

/** Takes what peers say of one lane's replicas to whoever on the lane it concerns. */
record Delivery(
        Lane lane,
        UnderWay requests,
        AntiEntropy antiEntropy,
        Recovery recovery,
        Handover handover,
        HintService hintService,
        ReplicaService service) {

    void deliver(NodeId from, long run, ReplicaMessage message) {
        if (message instanceof ReplicaMessage.PullAnswer || message instanceof ReplicaMessage.StreamAnswer) {
            antiEntropy.answered(from, message);
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
            handover.refused(from, answer);
        } else if (message instanceof HintMessage.HandedOver answer) {
            handover.answered(from, answer);
        } else if (message instanceof HintMessage hint) {
            hintService.serve(from, run, hint);
        } else {
            service.serve(from, run, message);
        }
    }

    void deliver(NodeId from, long run, long epoch, RepairMessage message) {
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
        requests.answered(from, number, answer, lane.nanoTime());
    }
}
