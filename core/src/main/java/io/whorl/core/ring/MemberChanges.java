package io.whorl.core.ring;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Takes members in and lets them go in a {@link Draft}, and sets the goal of the ring accordingly. */
final class MemberChanges {
    private final Draft draft;

    MemberChanges(Draft draft) {
        this.draft = draft;
    }

    Change.Judgement apply(Change change) {
        if (change instanceof Change.Admit admit) {
            return admit(admit);
        } else if (change instanceof Change.Relocate relocate) {
            return relocate(relocate);
        } else if (change instanceof Change.Reweigh reweigh) {
            return reweigh(reweigh);
        } else if (change instanceof Change.Leave leave) {
            return leave(leave.node());
        } else if (change instanceof Change.Left left) {
            return left(left.node());
        } else if (change instanceof Change.Remove remove) {
            return remove(remove.node(), Optional.empty());
        } else if (change instanceof Change.Replace replace) {
            return replace(replace);
        }
        throw new IllegalArgumentException("a change of no known kind: " + change);
    }

    private Change.Judgement admit(Change.Admit admit) {
        Member member = admit.member().with(Member.Status.ACTIVE);
        NodeId id = member.id();
        if (draft.wasRemoved(id) || draft.has(id, Member.Status.REMOVED)) {
            return Draft.refused(
                    Change.Why.NOT_POSSIBLE,
                    "node " + id + " at " + member.address()
                            + " was a member and has left or was removed; start it with an empty data directory, as another node");
        }
        if (draft.member(id).isPresent()) {
            return Change.ALREADY;
        }
        if (draft.members.size() >= ClusterState.MAX_MEMBERS) {
            return notPossible("the cluster has " + ClusterState.MAX_MEMBERS
                    + " members, the most there can be; remove one first");
        }
        Optional<Member> there = at(member.address());
        if (there.isPresent() && !there.map(Member::id).equals(admit.replaced())) {
            return notPossible("the address " + member.address() + " of node " + id + " is that of the member "
                    + there.get().id()
                    + ": give the node another address, or remove that member if it is lost for good");
        }
        draft.put(member);
        // One that another proposer has removed meanwhile has its slots given away already.
        Optional<Member> replaced =
                admit.replaced().flatMap(draft::member).filter(lost -> lost.status() != Member.Status.REMOVED);
        if (replaced.isPresent()) {
            return remove(replaced.get().id(), Optional.of(id));
        }
        aim(previous());
        return Change.DONE;
    }

    private Optional<Member> at(Address address) {
        return draft.members.stream()
                .filter(member -> member.status() != Member.Status.REMOVED)
                .filter(member -> member.address().equals(address))
                .findFirst();
    }

    private Change.Judgement relocate(Change.Relocate relocate) {
        Optional<Member> member = draft.member(relocate.node());
        if (member.isEmpty()) {
            return noMember(relocate.node());
        }
        Member now = member.get();
        if (now.address().equals(relocate.address())) {
            return Change.ALREADY;
        }
        Optional<Member> there = at(relocate.address());
        if (there.isPresent()) {
            return notPossible("the address " + relocate.address() + " is that of the member "
                    + there.get().id() + " already, so node " + now.id() + " cannot move there");
        }
        draft.put(new Member(now.id(), relocate.address(), now.zone(), now.weight(), now.status()));
        return Change.DONE;
    }

    private Change.Judgement reweigh(Change.Reweigh reweigh) {
        if (reweigh.weight() < 1 || reweigh.weight() > Member.MAX_WEIGHT) {
            return Draft.refused(
                    Change.Why.INVALID, "a weight is between 1 and " + Member.MAX_WEIGHT + ", not " + reweigh.weight());
        }
        Optional<Member> member = draft.member(reweigh.node());
        if (member.isEmpty()) {
            return noMember(reweigh.node());
        }
        Member now = member.get();
        if (now.weight() == reweigh.weight()) {
            return Change.ALREADY;
        }
        draft.put(new Member(now.id(), now.address(), now.zone(), reweigh.weight(), now.status()));
        aim(previous());
        return Change.DONE;
    }

    private Change.Judgement leave(NodeId node) {
        if (draft.wasRemoved(node) || draft.has(node, Member.Status.LEAVING)) {
            return Change.ALREADY;
        }
        Optional<Member> member = draft.member(node);
        if (member.isEmpty() || member.get().status() == Member.Status.REMOVED) {
            return noMember(node);
        }
        if (draft.active().size() < 2) {
            return notPossible("node " + node + " is the last member that stays: its data would be nowhere;"
                    + " close it instead, or let another node join first");
        }
        draft.put(member.get().with(Member.Status.LEAVING));
        aim(previous());
        return Change.DONE;
    }

    private Change.Judgement left(NodeId node) {
        if (draft.wasRemoved(node)) {
            return Change.ALREADY;
        }
        if (!draft.has(node, Member.Status.LEAVING) || draft.isNamed(node)) {
            return notPossible("node " + node + " has not given all of its slots away yet");
        }
        draft.forget(node);
        return Change.DONE;
    }

    private Change.Judgement replace(Change.Replace replace) {
        if (!draft.has(replace.by(), Member.Status.ACTIVE)) {
            return noMember(replace.by());
        }
        if (replace.by().equals(replace.lost())) {
            return notPossible("node " + replace.by() + " cannot take its own place");
        }
        return remove(replace.lost(), Optional.of(replace.by()));
    }

    private Change.Judgement remove(NodeId node, Optional<NodeId> by) {
        if (draft.wasRemoved(node) || draft.has(node, Member.Status.REMOVED)) {
            return Change.ALREADY;
        }
        Optional<Member> member = draft.member(node);
        if (member.isEmpty()) {
            return noMember(node);
        }
        if (draft.active().stream().allMatch(each -> each.id().equals(node))) {
            return notPossible("node " + node + " is the last member that stays, and cannot be removed");
        }
        draft.put(member.get().with(Member.Status.REMOVED));
        draft.noteRemoved(node);
        dropWhatItDid(node);
        Ring previous = previous();
        aim(by.map(next -> substituted(previous, node, next)).orElse(previous));
        return Change.DONE;
    }

    /** Nobody waits for it, and its slots are neither read nor acknowledged, from this epoch on. */
    private void dropWhatItDid(NodeId node) {
        draft.retiring.removeIf(each -> each.node().equals(node));
        for (Move move : List.copyOf(draft.moves)) {
            if (move.involves(node)) {
                draft.moves.remove(move);
                withoutLost(move, node).ifPresent(draft.moves::add);
                draft.changed[move.partition()] = draft.epoch;
            }
        }
        for (int partition = 0; partition < draft.lists.size(); partition++) {
            if (draft.lists.get(partition).contains(node)) {
                draft.changed[partition] = draft.epoch;
                keepWhatIsRemoved(partition);
            }
        }
    }

    /** A slot that was to be given up stays, since its holder may have what the lost one alone had besides. */
    private void keepWhatIsRemoved(int partition) {
        draft.moves.removeIf(move -> move.partition() == partition && move.phase() == Move.Phase.REMOVING);
    }

    private Optional<Move> withoutLost(Move move, NodeId node) {
        boolean incoming = move.incoming().filter(node::equals).isPresent();
        return switch (move.phase()) {
            case TAKING -> incoming ? Optional.empty() : Optional.of(move.excluded(draft.epoch));
            case EXCLUDED -> incoming ? rebuiltBy(move, move.outgoing().orElseThrow()) : Optional.of(move);
            case ADDING, REMOVING, REMOVING_LOST -> Optional.empty();
        };
    }

    /** The excluded holder takes its slot back, from the others, for want of somebody else. One that is lost too waits for the next step. */
    private Optional<Move> rebuiltBy(Move move, NodeId outgoing) {
        if (draft.has(outgoing, Member.Status.REMOVED)) {
            return Optional.empty();
        }
        return Optional.of(new Move(
                move.partition(),
                move.bucket(),
                move.rank(),
                Move.Phase.EXCLUDED,
                move.outgoing(),
                move.outgoing(),
                draft.epoch));
    }

    private Ring previous() {
        return draft.goal.orElseGet(() -> Ring.of(draft.lists));
    }

    private static Ring substituted(Ring ring, NodeId node, NodeId by) {
        List<List<NodeId>> lists = new ArrayList<>();
        for (int partition = 0; partition < ring.partitions(); partition++) {
            List<NodeId> list = ring.preferenceList(partition);
            int rank = list.indexOf(node);
            boolean listed = list.contains(by);
            lists.add(rank < 0 || listed && list.indexOf(by) < rank ? list : Steps.replaced(list, rank, by));
        }
        return Ring.of(lists);
    }

    private void aim(Ring previous) {
        Ring goal = Placement.plan(draft.active(), previous.partitions(), Optional.of(previous));
        draft.goal = Optional.of(goal);
    }

    private static Change.Judgement noMember(NodeId node) {
        return notPossible("node " + node + " is no member of this cluster, or not any more");
    }

    private static Change.Judgement notPossible(String reason) {
        return Draft.refused(Change.Why.NOT_POSSIBLE, reason);
    }
}
