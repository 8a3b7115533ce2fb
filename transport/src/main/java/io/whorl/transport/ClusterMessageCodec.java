package io.whorl.transport;

import io.whorl.core.message.ClusterMessage;
import io.whorl.core.message.ClusterMessage.Beat;
import io.whorl.core.message.ClusterMessage.Deferred;
import io.whorl.core.message.ClusterMessage.FetchState;
import io.whorl.core.message.ClusterMessage.Rejected;
import io.whorl.core.message.ClusterMessage.Seek;
import io.whorl.core.message.ClusterMessage.Seeking;
import io.whorl.core.message.ClusterMessage.State;
import io.whorl.core.message.ClusterMessage.Vote;
import io.whorl.core.ring.NodeId;
import io.whorl.transport.wire.Wire;
import java.util.Optional;

/** The messages about the cluster, to the wire and back; {@link MessageCodec} is the entry. */
final class ClusterMessageCodec {
    private ClusterMessageCodec() {}

    static void encode(ClusterMessage message, Wire.Envelope.Builder out) {
        if (message instanceof Beat) {
            out.setBeat(Wire.Beat.getDefaultInstance());
        } else if (message instanceof Seek m) {
            out.setSeek(Wire.Seek.newBuilder()
                    .setMember(Parts.member(m.member()))
                    .setFirstContactPoint(m.firstContactPoint())
                    .setReplaces(m.replaces().map(NodeId::value).orElse(0L)));
        } else if (message instanceof Seeking m) {
            out.setSeeking(
                    Wire.Seeking.newBuilder().setFounder(m.founder()).setFirstContactPoint(m.firstContactPoint()));
        } else if (message instanceof Rejected m) {
            out.setRejected(Wire.Rejected.newBuilder().setReason(m.reason()));
        } else if (message instanceof Vote m) {
            out.setVote(Wire.Vote.newBuilder()
                    .setMember(Parts.member(m.member()))
                    .setFirstContactPoint(m.firstContactPoint()));
        } else if (message instanceof State m) {
            out.setState(Wire.State.newBuilder().setState(Parts.state(m.state())));
        } else if (message instanceof FetchState) {
            out.setFetchState(Wire.FetchState.getDefaultInstance());
        } else {
            Deferred m = (Deferred) message;
            out.setDeferred(Wire.Deferred.newBuilder().setReason(m.reason()));
        }
    }

    /** Decodes one of the cases that {@link MessageCodec#decode} hands here. */
    static ClusterMessage decode(Wire.Envelope wire) {
        return switch (wire.getMessageCase()) {
            case BEAT -> new Beat();
            case SEEK ->
                new Seek(
                        Parts.member(wire.getSeek().hasMember(), wire.getSeek().getMember()),
                        wire.getSeek().getFirstContactPoint(),
                        wire.getSeek().getReplaces() == 0
                                ? Optional.empty()
                                : Optional.of(new NodeId(wire.getSeek().getReplaces())));
            case SEEKING ->
                new Seeking(wire.getSeeking().getFounder(), wire.getSeeking().getFirstContactPoint());
            case REJECTED -> new Rejected(wire.getRejected().getReason());
            case VOTE ->
                new Vote(
                        Parts.member(wire.getVote().hasMember(), wire.getVote().getMember()),
                        wire.getVote().getFirstContactPoint());
            case STATE -> new State(Parts.state(wire.getState().getState()));
            case FETCH_STATE -> new FetchState();
            case DEFERRED -> new Deferred(wire.getDeferred().getReason());
            default -> throw new AssertionError(wire.getMessageCase() + " is not about the cluster");
        };
    }
}
