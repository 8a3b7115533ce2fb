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
import java.util.List;
import java.util.Optional;

/** A node of the model: the production values, and around them what their package demands of whoever runs them, or a flaw. */
final class ModelNode {
    private final AgreementModel.Scope scope;
    private final Flaw flaw;

    /** What a node has in memory. While it stores a newer state, it is silent about agreement. */
    record Memory(Voter voter, boolean adopting, Optional<Proposal> proposal, Optional<Ballot> heard) {

        /** Just started from its disk. */
        static Memory of(Voter disk) {
            return new Memory(disk, false, Optional.empty(), Optional.empty());
        }

        Memory with(Voter other) {
            return new Memory(other, adopting, proposal, heard);
        }

        Memory with(Proposal other) {
            return new Memory(voter, adopting, Optional.of(other), heard);
        }
    }

    /** What was stored and waits for its sync: the disk as it then is, what is sent then, whether a state is known then. */
    record Waiting(Voter disk, List<Packet> sends, boolean adopts) {}

    /** A message on its way; without a sender it is what anybody could have sent, without a receiver it goes to all. */
    record Packet(NodeId from, NodeId to, ClusterMessage message) {}

    /** What a step leads to: the node's memory, what it stores, what it sends at once. */
    record Effect(Memory memory, List<Waiting> stores, List<Packet> sends) {
        static Effect of(Memory memory) {
            return new Effect(memory, List.of(), List.of());
        }

        Effect sending(Packet... packets) {
            return new Effect(memory, stores, List.of(packets));
        }

        Effect storing(Waiting... waiting) {
            return new Effect(memory, List.of(waiting), sends);
        }
    }

    ModelNode(AgreementModel.Scope scope, Flaw flaw) {
        this.scope = scope;
        this.flaw = flaw;
    }

    /** Whether this node can begin an attempt. */
    boolean mayBegin(Memory memory) {
        Voter voter = memory.voter();
        return voter.known().epoch() < scope.lastEpoch() && voter.votes() && !memory.adopting();
    }

    /** Begins the node's next attempt. */
    Effect begin(int node, int begun, Memory memory) {
        Voter voter = memory.voter();
        NodeId self = voter.self();
        ClusterState own = scope.wishes().wish(voter.known(), node, begun);
        Proposal proposal = flaw.proposal(
                Proposal.of(voter.nextBallot(memory.heard()), own, voter.known().voters()));
        Reaction.Pledge pledge = (Reaction.Pledge) voter.on(proposal.prepare());
        Voter promised = voter.keeping(pledge.keep());
        Packet prepare = new Packet(self, null, proposal.prepare());
        Packet promise = new Packet(self, self, pledge.message());
        Effect effect = Effect.of(memory.with(promised).with(proposal));
        if (flaw == Flaw.PREPARED_BEFORE_OWN_PROMISE) {
            return effect.storing(new Waiting(promised, List.of(promise), false))
                    .sending(prepare);
        }
        return effect.storing(new Waiting(promised, List.of(prepare, promise), false));
    }

    /** Takes a packet that arrived. */
    Effect delivered(Memory memory, Packet packet) {
        Effect nothing = Effect.of(memory);
        ClusterMessage message = packet.message();
        if (memory.adopting()) {
            return nothing;
        }
        if (message instanceof ClusterMessage.State told) {
            return told.state().epoch() > memory.voter().known().epoch() ? adopt(memory, told.state()) : nothing;
        }
        if (message instanceof Prepare prepare) {
            boolean own = packet.from().equals(memory.voter().self());
            return own ? nothing : react(memory, packet.from(), memory.voter().on(prepare));
        }
        if (message instanceof Propose propose) {
            return react(memory, packet.from(), memory.voter().on(propose));
        }
        return memory.proposal()
                .map(proposal -> answered(memory, proposal, packet))
                .orElse(nothing);
    }

    private Effect react(Memory memory, NodeId asker, Reaction reaction) {
        NodeId self = memory.voter().self();
        if (reaction instanceof Reaction.Pledge pledge) {
            Voter kept = memory.voter().keeping(pledge.keep());
            Packet answer = new Packet(self, asker, pledge.message());
            Effect effect = Effect.of(memory.with(kept));
            if (flaw == Flaw.PROMISE_NOT_STORED && pledge.message() instanceof Promise) {
                return effect.sending(answer);
            }
            if (flaw == Flaw.ANSWERED_BEFORE_SYNC) {
                return effect.storing(new Waiting(kept, List.of(), false)).sending(answer);
            }
            return effect.storing(new Waiting(kept, List.of(answer), false));
        }
        if (reaction instanceof Reaction.Answer answer) {
            if (answer.message() instanceof ClusterMessage.State) {
                return Effect.of(memory).sending(new Packet(null, null, answer.message()));
            }
            if (answer.message() instanceof Outbid) {
                return Effect.of(memory).sending(new Packet(self, asker, answer.message()));
            }
        }
        return Effect.of(memory);
    }

    private Effect answered(Memory memory, Proposal proposal, Packet packet) {
        NodeId self = memory.voter().self();
        if (packet.message() instanceof Outbid outbid) {
            boolean over = proposal.on(packet.from(), outbid).phase() == Proposal.Phase.OUTBID;
            return over
                    ? Effect.of(new Memory(memory.voter(), false, Optional.empty(), Optional.of(outbid.promised())))
                    : Effect.of(memory);
        }
        Proposal next = packet.message() instanceof Promise promise
                ? proposal.on(packet.from(), promise)
                : proposal.on(packet.from(), (Consent) packet.message());
        if (next.phase() == Proposal.Phase.CHOSEN) {
            return adopt(memory, flaw.value(next));
        }
        Effect effect = Effect.of(memory.with(next));
        boolean proposes = next.phase() == Proposal.Phase.PROPOSING && proposal.phase() == Proposal.Phase.PREPARING;
        return proposes ? effect.sending(new Packet(self, null, new Propose(next.ballot(), flaw.value(next)))) : effect;
    }

    private Effect adopt(Memory memory, ClusterState newer) {
        NodeId self = memory.voter().self();
        Memory adopting = new Memory(memory.voter(), true, Optional.empty(), Optional.empty());
        Waiting known = new Waiting(
                Voter.of(self, newer), List.of(new Packet(null, null, new ClusterMessage.State(newer))), true);
        Effect effect = Effect.of(adopting);
        if (flaw == Flaw.FORGOTTEN_BEFORE_KNOWN) {
            Voter forgotten = Voter.of(self, memory.voter().known());
            return effect.storing(new Waiting(forgotten, List.of(), false), known);
        }
        return effect.storing(known);
    }
}
