package io.whorl.core.agreement;

import io.whorl.core.message.Acceptance;
import io.whorl.core.message.AgreementMessage.Consent;
import io.whorl.core.message.AgreementMessage.Outbid;
import io.whorl.core.message.AgreementMessage.Prepare;
import io.whorl.core.message.AgreementMessage.Promise;
import io.whorl.core.message.AgreementMessage.Propose;
import io.whorl.core.message.Ballot;
import io.whorl.core.ring.ClusterState;
import io.whorl.core.ring.NodeId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * One attempt of a proposer to have an epoch decided: first the promises of a majority of the voters, then their consent.
 *
 * <p>If one of that majority has accepted a state before, the one of the highest ballot is proposed instead of its own: it may be chosen
 * already.
 *
 * @param ballot which attempt
 * @param own what its proposer wants, a state of the epoch to be decided
 * @param voters who decides: the voters of the epoch before
 * @param majority how many of them it takes
 * @param phase how far it has come
 * @param answered the voters that have answered in this phase as they should, by id
 * @param accepted of what those voters had accepted, what was so in the highest ballot
 */
public record Proposal(
        Ballot ballot,
        ClusterState own,
        List<NodeId> voters,
        int majority,
        Phase phase,
        List<NodeId> answered,
        Optional<Acceptance> accepted) {

    /** How far an attempt has come. */
    public enum Phase {
        /** It waits for promises. */
        PREPARING,
        /** A majority has promised; it waits for consent. */
        PROPOSING,
        /** A majority has accepted: {@link Proposal#value} is the state of the epoch, for ever. */
        CHOSEN,
        /** A voter obeys a higher ballot: another attempt is needed. */
        OUTBID
    }

    /** Copies the lists. */
    public Proposal {
        Objects.requireNonNull(phase, "phase");
        voters = List.copyOf(voters);
        answered = List.copyOf(answered);
    }

    /** A new attempt, in a ballot that its proposer has promised itself durably. */
    public static Proposal of(Ballot ballot, ClusterState own, List<NodeId> voters) {
        return new Proposal(ballot, own, voters, voters.size() / 2 + 1, Phase.PREPARING, List.of(), Optional.empty());
    }

    /** The question of its first phase. */
    public Prepare prepare() {
        return new Prepare(own.epoch(), ballot);
    }

    /** The question of its second phase. */
    public Propose propose() {
        return new Propose(ballot, value());
    }

    /** What it proposes, as far as is known yet: its own state, or one that was accepted before. */
    public ClusterState value() {
        return accepted.map(Acceptance::state).orElse(own);
    }

    /** Whether it proposes what its proposer wants. */
    public boolean isOwn() {
        return value().equals(own);
    }

    /** The voters that have not answered in this phase. */
    public List<NodeId> missing() {
        return voters.stream().filter(voter -> !answered.contains(voter)).toList();
    }

    /** After a promise; anything that is none of this attempt's changes nothing. */
    public Proposal on(NodeId from, Promise promise) {
        if (phase != Phase.PREPARING || !concerns(from, promise.epoch(), promise.ballot())) {
            return this;
        }
        Optional<Acceptance> highest = accepted;
        if (promise.accepted().isPresent()
                && (highest.isEmpty()
                        || highest.get()
                                        .ballot()
                                        .compareTo(promise.accepted().get().ballot())
                                < 0)) {
            highest = promise.accepted();
        }
        List<NodeId> all = with(from);
        return isMajority(all)
                ? new Proposal(ballot, own, voters, majority, Phase.PROPOSING, List.of(), highest)
                : new Proposal(ballot, own, voters, majority, phase, all, highest);
    }

    /** After a consent; anything that is none of this attempt's changes nothing. */
    public Proposal on(NodeId from, Consent consent) {
        if (phase != Phase.PROPOSING || !concerns(from, consent.epoch(), consent.ballot())) {
            return this;
        }
        List<NodeId> all = with(from);
        return new Proposal(ballot, own, voters, majority, isMajority(all) ? Phase.CHOSEN : phase, all, accepted);
    }

    /** After a refusal; anything that is none of this attempt's, or comes when it is decided, changes nothing. */
    public Proposal on(NodeId from, Outbid outbid) {
        boolean waiting = phase == Phase.PREPARING || phase == Phase.PROPOSING;
        return waiting && concerns(from, outbid.epoch(), outbid.ballot())
                ? new Proposal(ballot, own, voters, majority, Phase.OUTBID, answered, accepted)
                : this;
    }

    private boolean concerns(NodeId from, long epoch, Ballot of) {
        return epoch == own.epoch() && of.equals(ballot) && voters.contains(from) && !answered.contains(from);
    }

    private List<NodeId> with(NodeId voter) {
        List<NodeId> all = new ArrayList<>(answered);
        all.add(voter);
        all.sort(Comparator.naturalOrder());
        return all;
    }

    private boolean isMajority(List<NodeId> some) {
        return some.size() >= majority;
    }
}
