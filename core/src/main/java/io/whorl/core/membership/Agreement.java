package io.whorl.core.membership;

import io.whorl.core.agreement.Acceptor;
import io.whorl.core.agreement.AgreementStore;
import io.whorl.core.agreement.Proposal;
import io.whorl.core.agreement.Reaction;
import io.whorl.core.agreement.Voter;
import io.whorl.core.message.AgreementMessage;
import io.whorl.core.message.AgreementMessage.Consent;
import io.whorl.core.message.AgreementMessage.Outbid;
import io.whorl.core.message.AgreementMessage.Prepare;
import io.whorl.core.message.AgreementMessage.Promise;
import io.whorl.core.message.AgreementMessage.Propose;
import io.whorl.core.message.Ballot;
import io.whorl.core.message.ClusterMessage;
import io.whorl.core.ring.ClusterState;
import io.whorl.core.ring.NodeId;
import io.whorl.core.spi.Lane;
import io.whorl.core.spi.StorageException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * This node's part in deciding the next epoch, as a voter and as a proposer: runs the values of {@code agreement} as their package
 * demands. Runs on the cluster's lane.
 */
final class Agreement {
    private final ClusterLane lane;
    private final Knowledge knowledge;
    private final AgreementStore store;
    private final NodeId self;
    private final Listener listener;
    private Voter voter;
    private Proposal proposal;
    private Lane.Timer timer;
    private Optional<Ballot> heard = Optional.empty();
    private Optional<ClusterState> chosen = Optional.empty();
    /** The latest question of each node about an epoch that this one does not vote on yet. */
    private final Map<NodeId, AgreementMessage> early = new TreeMap<>();

    /** Learns how this node's own attempts go on. */
    interface Listener {
        /** The state of this attempt may be accepted from now on, whatever becomes of the attempt. */
        void proposing();

        /** The attempt has ended, and this node knows of no decision; another can be begun. */
        void undecided();

        /** The attempt has ended because fewer voters than a majority can be reached; not these. */
        void unreachable(List<NodeId> missing);
    }

    Agreement(ClusterLane lane, Knowledge knowledge, AgreementStore store, NodeId self, Listener listener) {
        this.lane = lane;
        this.knowledge = knowledge;
        this.store = store;
        this.self = self;
        this.listener = listener;
    }

    /** There is a new known state: its successor is what is decided next. */
    void known(ClusterState state) {
        voter = voter == null && !knowledge.isAdopting() ? store.voter(self, state) : Voter.of(self, state);
        heard = Optional.empty();
        end();
        Map<NodeId, AgreementMessage> waited = new TreeMap<>(early);
        early.clear();
        waited.forEach(this::received);
    }

    /** Whether this node can begin an attempt now. */
    boolean mayPropose() {
        return voter != null && voter.votes() && proposal == null && !knowledge.isAdopting();
    }

    /** Whether this node brought about that this state was chosen. */
    boolean hasChosen(ClusterState state) {
        return chosen.filter(state::equals).isPresent();
    }

    /** Begins an attempt to make this the next state, which ends after this time; only when it {@linkplain #mayPropose may}. */
    void propose(ClusterState next, long timeout) {
        List<NodeId> voters = voter.known().voters();
        if (voters.size() == 1) {
            // That a sole voter has stored a state is the consent of all.
            listener.proposing();
            choose(next);
            return;
        }
        Proposal begun = Proposal.of(voter.nextBallot(heard), next, voters);
        Reaction.Pledge own = (Reaction.Pledge) voter.on(begun.prepare());
        if (!keep(own.keep())) {
            listener.undecided();
            return;
        }
        proposal = begun;
        timer = lane.lane().schedule(timeout, () -> timedOut(begun.ballot()));
        knowledge.afterSync(() -> {
            if (isCurrent(begun.ballot()) && asksMajority(begun.prepare())) {
                received(self, own.message());
            }
        });
    }

    /** Handles a message about agreement. */
    void received(NodeId from, ClusterMessage message) {
        boolean question = message instanceof Prepare || message instanceof Propose;
        if (question && isEarly(((AgreementMessage) message).epoch())) {
            early.put(from, (AgreementMessage) message);
        }
        if (voter == null || knowledge.isAdopting()) {
            return;
        }
        if (message instanceof Prepare prepare) {
            react(from, voter.on(prepare));
        } else if (message instanceof Propose propose) {
            react(from, voter.on(propose));
        } else if (proposal != null && message instanceof AgreementMessage answer) {
            answered(from, answer);
        }
    }

    /** Whether this node will perhaps vote on that epoch soon: then the question waits, so that the asker need not come again. */
    private boolean isEarly(long epoch) {
        return voter == null || epoch > voter.acceptor().epoch() || knowledge.isAdopting();
    }

    private void react(NodeId asker, Reaction reaction) {
        if (reaction instanceof Reaction.Answer answer) {
            say(asker, answer.message());
        } else if (reaction instanceof Reaction.Pledge pledge && keep(pledge.keep())) {
            knowledge.afterSync(() -> say(asker, pledge.message()));
        }
    }

    private void say(NodeId to, ClusterMessage message) {
        if (to.equals(self)) {
            received(self, message);
        } else {
            lane.send(to, message);
        }
    }

    /** Stores what was promised or accepted; a full disk refuses it, and then nothing was. */
    private boolean keep(Acceptor acceptor) {
        try {
            store.keep(acceptor);
        } catch (StorageException e) {
            if (e.isFull()) {
                return false;
            }
            throw e;
        }
        voter = voter.keeping(acceptor);
        return true;
    }

    private void answered(NodeId from, AgreementMessage answer) {
        Proposal before = proposal;
        if (answer instanceof Promise promise) {
            proposal = before.on(from, promise);
        } else if (answer instanceof Consent consent) {
            proposal = before.on(from, consent);
        } else if (answer instanceof Outbid outbid) {
            proposal = before.on(from, outbid);
            if (proposal.phase() == Proposal.Phase.OUTBID) {
                heard = Optional.of(outbid.promised());
            }
        }
        if (proposal.phase() == before.phase()) {
            return;
        }
        switch (proposal.phase()) {
            case PROPOSING -> {
                listener.proposing();
                Propose propose = proposal.propose();
                if (asksMajority(propose)) {
                    received(self, propose);
                }
            }
            case CHOSEN -> choose(proposal.value());
            case OUTBID -> undecided();
            default -> throw new IllegalStateException("an attempt went back to " + proposal.phase());
        }
    }

    private void choose(ClusterState state) {
        chosen = Optional.of(state);
        if (!knowledge.adopt(state)) {
            undecided();
        }
    }

    /** Asks the other voters; if fewer than a majority can be reached, the attempt ends. */
    private boolean asksMajority(AgreementMessage question) {
        List<NodeId> missing = new ArrayList<>();
        for (NodeId each : proposal.voters()) {
            if (!each.equals(self) && !lane.send(each, question)) {
                missing.add(each);
            }
        }
        if (proposal.voters().size() - missing.size() >= proposal.majority()) {
            return true;
        }
        end();
        listener.unreachable(missing);
        return false;
    }

    private boolean isCurrent(Ballot ballot) {
        return proposal != null && proposal.ballot().equals(ballot);
    }

    private void timedOut(Ballot ballot) {
        if (isCurrent(ballot)) {
            undecided();
        }
    }

    private void undecided() {
        end();
        listener.undecided();
    }

    private void end() {
        proposal = null;
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
    }
}
