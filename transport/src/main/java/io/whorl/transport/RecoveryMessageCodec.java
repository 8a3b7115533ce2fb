package io.whorl.transport;

import io.whorl.core.message.RecoveryMessage;
import io.whorl.core.message.RecoveryMessage.Agree;
import io.whorl.core.message.RecoveryMessage.Objection;
import io.whorl.core.message.RecoveryMessage.Propose;
import io.whorl.core.message.RecoveryMessage.Recovered;
import io.whorl.core.ring.NodeId;
import io.whorl.transport.wire.Wire;

/** The messages among survivors, to the wire and back; {@link MessageCodec} is the entry. */
final class RecoveryMessageCodec {
    private RecoveryMessageCodec() {}

    static void encode(RecoveryMessage message, Wire.Envelope.Builder out) {
        if (message instanceof Propose m) {
            Wire.ProposeRecovery.Builder propose =
                    Wire.ProposeRecovery.newBuilder().setRequest(m.request()).setLine(m.line());
            m.survivors().forEach(survivor -> propose.addSurvivors(survivor.value()));
            out.setProposeRecovery(propose);
        } else if (message instanceof Agree m) {
            out.setAgreeRecovery(
                    Wire.AgreeRecovery.newBuilder().setRequest(m.request()).setState(Parts.state(m.state())));
        } else if (message instanceof Objection m) {
            out.setObjectRecovery(
                    Wire.ObjectRecovery.newBuilder().setRequest(m.request()).setReason(m.reason()));
        } else {
            Recovered m = (Recovered) message;
            out.setRecovered(
                    Wire.Recovered.newBuilder().setPrevious(m.previous()).setState(Parts.state(m.state())));
        }
    }

    /** Decodes one of the cases that {@link MessageCodec#decode} hands here. */
    static RecoveryMessage decode(Wire.Envelope wire) {
        return switch (wire.getMessageCase()) {
            case PROPOSE_RECOVERY ->
                new Propose(
                        wire.getProposeRecovery().getRequest(),
                        wire.getProposeRecovery().getLine(),
                        wire.getProposeRecovery().getSurvivorsList().stream()
                                .map(NodeId::new)
                                .toList());
            case AGREE_RECOVERY ->
                new Agree(
                        wire.getAgreeRecovery().getRequest(),
                        Parts.state(wire.getAgreeRecovery().getState()));
            case OBJECT_RECOVERY ->
                new Objection(
                        wire.getObjectRecovery().getRequest(),
                        wire.getObjectRecovery().getReason());
            case RECOVERED ->
                new Recovered(
                        wire.getRecovered().getPrevious(),
                        Parts.state(wire.getRecovered().getState()));
            default -> throw new AssertionError(wire.getMessageCase() + " is not about a recovery");
        };
    }
}
