package io.whorl.core.agreement;

import io.whorl.core.message.AgreementMessage.Consent;
import io.whorl.core.message.AgreementMessage.Outbid;
import io.whorl.core.message.AgreementMessage.Prepare;
import io.whorl.core.message.AgreementMessage.Promise;
import io.whorl.core.message.AgreementMessage.Propose;
import io.whorl.core.message.Ballot;
import io.whorl.core.message.ClusterMessage;
import io.whorl.core.ring.ClusterState;
import io.whorl.core.ring.NodeId;
import java.util.Optional;

/**
 * One node's voice in the agreement on the next epoch.
 *
 * <p>It has a say in one decree only, that of the epoch which follows the newest that it knows durably, and only if that one lists it
 * among its voters. What is older was decided; it answers with the newest state. What is younger it cannot judge, not knowing who
 * votes; it fetches what it lacks.
 *
 * @param self which node
 * @param known the newest state that it knows durably
 * @param acceptor what it has promised and accepted for the epoch after that
 */
public record Voter(NodeId self, ClusterState known, Acceptor acceptor) {

    /**
     * Checks that the parts agree.
     *
     * @throws IllegalArgumentException if the acceptor is of another epoch than the one after the known
     */
    public Voter {
        if (acceptor.epoch() != known.epoch() + 1) {
            throw new IllegalArgumentException("what was promised for epoch " + acceptor.epoch()
                    + " has nothing to do with the epoch after " + known.epoch());
        }
    }

    /** One that knows this state and has heard nothing about the next. */
    public static Voter of(NodeId self, ClusterState known) {
        return new Voter(self, known, Acceptor.of(known.epoch() + 1));
    }

    /** This voter with what it has stored about its decree. */
    public Voter keeping(Acceptor kept) {
        return new Voter(self, known, kept);
    }

    /** Whether this node votes on the epoch after the one that it knows. */
    public boolean votes() {
        return known.voters().contains(self);
    }

    /** The lowest ballot for a new attempt of this node: above all that it has promised, and above all that it was told of. */
    public Ballot nextBallot(Optional<Ballot> heard) {
        long promised = acceptor.promised().map(Ballot::round).orElse(0L);
        return new Ballot(1 + Math.max(promised, heard.map(Ballot::round).orElse(0L)), self);
    }

    /** Answers phase 1 of an attempt. */
    public Reaction on(Prepare prepare) {
        Optional<Reaction> elsewhere = elsewhere(prepare.epoch());
        if (elsewhere.isPresent()) {
            return elsewhere.get();
        }
        if (acceptor.outbids(prepare.ballot())) {
            return outbid(prepare.ballot());
        }
        return new Reaction.Pledge(
                acceptor.promise(prepare.ballot()),
                new Promise(prepare.epoch(), prepare.ballot(), acceptor.accepted()));
    }

    /** Answers phase 2 of an attempt. */
    public Reaction on(Propose propose) {
        Optional<Reaction> elsewhere = elsewhere(propose.epoch());
        if (elsewhere.isPresent()) {
            return elsewhere.get();
        }
        if (acceptor.outbids(propose.ballot())) {
            return outbid(propose.ballot());
        }
        return new Reaction.Pledge(
                acceptor.accept(propose.ballot(), propose.state()), new Consent(propose.epoch(), propose.ballot()));
    }

    /** What there is to say about an epoch that this node does not vote on now; empty if it does. */
    private Optional<Reaction> elsewhere(long epoch) {
        if (epoch <= known.epoch()) {
            return Optional.of(new Reaction.Answer(new ClusterMessage.State(known)));
        }
        if (epoch > acceptor.epoch()) {
            return Optional.of(new Reaction.Answer(new ClusterMessage.FetchState()));
        }
        return votes() ? Optional.empty() : Optional.of(new Reaction.Silence());
    }

    private Reaction outbid(Ballot ballot) {
        return new Reaction.Answer(
                new Outbid(acceptor.epoch(), ballot, acceptor.promised().orElseThrow()));
    }
}
