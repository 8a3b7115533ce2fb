package io.whorl.transport;

import com.google.protobuf.UnsafeByteOperations;
import io.whorl.core.message.Acceptance;
import io.whorl.core.message.AgreementMessage;
import io.whorl.core.message.AgreementMessage.Consent;
import io.whorl.core.message.AgreementMessage.Outbid;
import io.whorl.core.message.AgreementMessage.Prepare;
import io.whorl.core.message.AgreementMessage.Promise;
import io.whorl.core.message.AgreementMessage.Propose;
import io.whorl.core.message.Ballot;
import io.whorl.core.message.ChangeMessage;
import io.whorl.core.message.ChangeMessage.Ask;
import io.whorl.core.message.ChangeMessage.Made;
import io.whorl.core.message.ChangeMessage.Refused;
import io.whorl.core.message.ClusterMessage;
import io.whorl.core.ring.Change;
import io.whorl.core.ring.NodeId;
import io.whorl.transport.wire.Wire;
import java.util.Optional;

/** The messages by which epochs are agreed on and changes asked for, to the wire and back; {@link MessageCodec} is the entry. */
final class AgreementMessageCodec {
    private AgreementMessageCodec() {}

    static void encode(AgreementMessage message, Wire.Envelope.Builder out) {
        if (message instanceof Prepare m) {
            out.setPrepare(Wire.Prepare.newBuilder().setEpoch(m.epoch()).setBallot(ballot(m.ballot())));
        } else if (message instanceof Promise m) {
            Wire.Promise.Builder promise =
                    Wire.Promise.newBuilder().setEpoch(m.epoch()).setBallot(ballot(m.ballot()));
            m.accepted()
                    .ifPresent(accepted -> promise.setAcceptedIn(ballot(accepted.ballot()))
                            .setAccepted(Parts.state(accepted.state())));
            out.setPromise(promise);
        } else if (message instanceof Propose m) {
            out.setPropose(
                    Wire.Propose.newBuilder().setBallot(ballot(m.ballot())).setState(Parts.state(m.state())));
        } else if (message instanceof Consent m) {
            out.setConsent(Wire.Consent.newBuilder().setEpoch(m.epoch()).setBallot(ballot(m.ballot())));
        } else {
            Outbid m = (Outbid) message;
            out.setOutbid(Wire.Outbid.newBuilder()
                    .setEpoch(m.epoch())
                    .setBallot(ballot(m.ballot()))
                    .setPromised(ballot(m.promised())));
        }
    }

    static void encode(ChangeMessage message, Wire.Envelope.Builder out) {
        if (message instanceof Ask m) {
            out.setAskChange(Wire.AskChange.newBuilder()
                    .setRequest(m.request())
                    .setChange(UnsafeByteOperations.unsafeWrap(m.change().encode())));
        } else if (message instanceof Made m) {
            out.setChangeMade(
                    Wire.ChangeMade.newBuilder().setRequest(m.request()).setState(Parts.state(m.state())));
        } else {
            Refused m = (Refused) message;
            out.setChangeRefused(
                    Wire.ChangeRefused.newBuilder().setRequest(m.request()).setFailure(Parts.failure(m.failure())));
        }
    }

    /** Decodes one of the cases that {@link MessageCodec#decode} hands here. */
    static ClusterMessage decode(Wire.Envelope wire) {
        return switch (wire.getMessageCase()) {
            case PREPARE ->
                new Prepare(
                        epoch(wire.getPrepare().getEpoch()),
                        ballot(wire.getPrepare().hasBallot(), wire.getPrepare().getBallot()));
            case PROMISE -> decode(wire.getPromise());
            case PROPOSE ->
                new Propose(
                        ballot(wire.getPropose().hasBallot(), wire.getPropose().getBallot()),
                        Parts.state(wire.getPropose().getState()));
            case CONSENT ->
                new Consent(
                        epoch(wire.getConsent().getEpoch()),
                        ballot(wire.getConsent().hasBallot(), wire.getConsent().getBallot()));
            case OUTBID -> decode(wire.getOutbid());
            case ASK_CHANGE ->
                new Ask(
                        wire.getAskChange().getRequest(),
                        Change.decode(wire.getAskChange().getChange().toByteArray()));
            case CHANGE_MADE ->
                new Made(
                        wire.getChangeMade().getRequest(),
                        Parts.state(wire.getChangeMade().getState()));
            case CHANGE_REFUSED ->
                new Refused(
                        wire.getChangeRefused().getRequest(),
                        Parts.failure(
                                wire.getChangeRefused().hasFailure(),
                                wire.getChangeRefused().getFailure()));
            default -> throw new AssertionError(wire.getMessageCase() + " is not about agreement");
        };
    }

    private static Promise decode(Wire.Promise m) {
        if (!m.hasAcceptedIn() && !m.getAccepted().isEmpty()) {
            throw Parts.malformed("an accepted state without its ballot", "both or none");
        }
        Optional<Acceptance> accepted = m.hasAcceptedIn()
                ? Optional.of(new Acceptance(ballot(true, m.getAcceptedIn()), Parts.state(m.getAccepted())))
                : Optional.empty();
        return new Promise(epoch(m.getEpoch()), ballot(m.hasBallot(), m.getBallot()), accepted);
    }

    private static Outbid decode(Wire.Outbid m) {
        return new Outbid(
                epoch(m.getEpoch()), ballot(m.hasBallot(), m.getBallot()), ballot(m.hasPromised(), m.getPromised()));
    }

    private static long epoch(long epoch) {
        if (epoch < 1) {
            throw Parts.malformed("an epoch of " + Long.toUnsignedString(epoch), "1 to 2^63 - 1");
        }
        return epoch;
    }

    private static Wire.Ballot ballot(Ballot ballot) {
        return Wire.Ballot.newBuilder()
                .setRound(ballot.round())
                .setProposer(ballot.proposer().value())
                .build();
    }

    private static Ballot ballot(boolean present, Wire.Ballot wire) {
        Parts.require(present, "ballot");
        return new Ballot(wire.getRound(), new NodeId(wire.getProposer()));
    }
}
