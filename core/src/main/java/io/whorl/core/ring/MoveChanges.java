package io.whorl.core.ring;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** Begins, carries on and ends moves in a {@link Draft}. */
final class MoveChanges {
    private final Draft draft;

    MoveChanges(Draft draft) {
        this.draft = draft;
    }

    // ---- begin

    /**
     * The next moves of which a node is the driver, until it takes part in so many; the slots of lost holders first, then those of
     * leaving ones. A source too takes part in so many at the most.
     */
    Change.Judgement begin(Change.BeginMoves begin) {
        if (begin.most() < 1) {
            return Draft.refused(Change.Why.INVALID, "at least one move at a time, not " + begin.most());
        }
        settle();
        List<Move> candidates = new ArrayList<>();
        for (int partition = 0; partition < draft.lists.size(); partition++) {
            next(partition)
                    .filter(move -> driver(move).filter(begin.driver()::equals).isPresent())
                    .ifPresent(candidates::add);
        }
        candidates.sort((a, b) -> Integer.compare(urgency(a), urgency(b)));
        boolean begun = false;
        for (Move move : candidates) {
            if (movesOf(begin.driver()) >= begin.most()) {
                break;
            }
            // Nothing is asked of a lost holder, so that any number of its slots can be rebuilt at a time.
            Optional<NodeId> source = move.outgoing().filter(node -> !draft.has(node, Member.Status.REMOVED));
            if (source.isEmpty() || movesOf(source.get()) < begin.most()) {
                start(move);
                begun = true;
            }
        }
        return begun ? Change.DONE : Change.ALREADY;
    }

    void start(Move move) {
        if (move.bucket() == 0 && move.incoming().isEmpty()) {
            // The holder to be given up comes last; which changes nothing else.
            List<NodeId> list = new ArrayList<>(draft.lists.get(move.partition()));
            NodeId outgoing = move.outgoing().orElseThrow();
            Collections.swap(list, list.indexOf(outgoing), list.size() - 1);
            draft.lists.set(move.partition(), List.copyOf(list));
        }
        draft.moves.add(move);
        draft.changed[move.partition()] = draft.epoch;
    }

    private long movesOf(NodeId node) {
        return draft.moves.stream().filter(move -> move.involves(node)).count();
    }

    private int urgency(Move move) {
        if (move.phase() == Move.Phase.EXCLUDED || move.phase() == Move.Phase.REMOVING_LOST) {
            return 0;
        }
        boolean leaves = move.outgoing()
                .filter(node -> draft.has(node, Member.Status.LEAVING))
                .isPresent();
        return leaves ? 1 : 2;
    }

    /**
     * The node that carries a move out: the incoming one; where a slot is given up, its holder, or while that is lost the most
     * preferred of the others.
     */
    private Optional<NodeId> driver(Move move) {
        return driver(move, draft.lists.get(move.partition()), draft.members);
    }

    static Optional<NodeId> driver(Move move, List<NodeId> list, List<Member> members) {
        List<NodeId> candidates = new ArrayList<>();
        move.incoming().ifPresent(candidates::add);
        if (candidates.isEmpty()) {
            move.outgoing().ifPresent(candidates::add);
            candidates.addAll(list);
        }
        return candidates.stream()
                .filter(node -> members.stream()
                        .anyMatch(member -> member.id().equals(node) && member.status() != Member.Status.REMOVED))
                .findFirst();
    }

    /** The move that a partition needs next and can begin now; empty if there is none. */
    Optional<Move> next(int partition) {
        if (draft.move(partition).isPresent()) {
            return Optional.empty();
        }
        List<NodeId> list = draft.lists.get(partition);
        Optional<Steps.Step> step = draft.goal.isEmpty()
                ? Optional.empty()
                : new Steps(list, draft.goal.get().preferenceList(partition), draft.copies(partition)).next();
        Optional<Move> move = step.isPresent() ? move(partition, list, step.get()) : resize(partition, list);
        return move.filter(each -> draft.retiring.stream()
                .noneMatch(entry ->
                        entry.partition() == partition && (each.bucket() != 0 || each.involves(entry.node()))));
    }

    private Optional<Move> move(int partition, List<NodeId> list, Steps.Step step) {
        if (step instanceof Steps.Replace replace) {
            NodeId outgoing = list.get(replace.rank());
            boolean lost = draft.has(outgoing, Member.Status.REMOVED);
            Move.Phase phase = lost ? Move.Phase.EXCLUDED : Move.Phase.TAKING;
            return Optional.of(move(partition, 0, replace.rank(), phase, outgoing, replace.incoming()));
        } else if (step instanceof Steps.Add add) {
            return Optional.of(move(partition, 0, list.size(), Move.Phase.ADDING, null, add.incoming()));
        } else if (step instanceof Steps.Remove remove) {
            int rank = list.size() - 1;
            return Optional.of(move(
                    partition,
                    0,
                    rank,
                    removal(remove.list().get(rank)),
                    remove.list().get(rank),
                    null));
        }
        return Optional.empty();
    }

    private Move.Phase removal(NodeId outgoing) {
        return draft.has(outgoing, Member.Status.REMOVED) ? Move.Phase.REMOVING_LOST : Move.Phase.REMOVING;
    }

    private Move move(int partition, long bucket, int rank, Move.Phase phase, NodeId outgoing, NodeId incoming) {
        return new Move(
                partition,
                bucket,
                rank,
                phase,
                Optional.ofNullable(outgoing),
                Optional.ofNullable(incoming),
                draft.epoch);
    }

    /** The next slot of a bucket whose N changes. */
    private Optional<Move> resize(int partition, List<NodeId> list) {
        for (Resizing each : draft.resizings) {
            int copies = each.copies().get(partition);
            int wanted = bucket(each.bucket()).options().replicas();
            if (copies < wanted && copies < list.size()) {
                return Optional.of(move(partition, each.bucket(), copies, Move.Phase.ADDING, null, list.get(copies)));
            } else if (copies > wanted && copies <= list.size()) {
                NodeId outgoing = list.get(copies - 1);
                return Optional.of(move(partition, each.bucket(), copies - 1, removal(outgoing), outgoing, null));
            }
        }
        return Optional.empty();
    }

    private BucketDefinition bucket(long number) {
        return draft.buckets.stream()
                .filter(bucket -> bucket.number() == number)
                .findFirst()
                .orElseThrow();
    }

    // ---- exclude, finish, abort

    private Optional<Move> find(Change.MoveId id) {
        return draft.move(id.partition()).filter(move -> move.begun() == id.begun());
    }

    Change.Judgement exclude(Change.MoveId id) {
        Optional<Move> move = find(id).filter(each -> each.phase() == Move.Phase.TAKING);
        if (move.isEmpty()) {
            return Change.ALREADY;
        }
        draft.moves.remove(move.get());
        draft.moves.add(move.get().excluded(draft.epoch));
        draft.changed[id.partition()] = draft.epoch;
        return Change.DONE;
    }

    Change.Judgement finish(List<Change.MoveId> ids) {
        boolean finished = false;
        for (Change.MoveId id : ids) {
            Optional<Move> move = find(id);
            move.ifPresent(this::finish);
            finished |= move.isPresent();
        }
        return finished ? Change.DONE : Change.ALREADY;
    }

    void finish(Move move) {
        draft.moves.remove(move);
        draft.changed[move.partition()] = draft.epoch;
        List<NodeId> list = new ArrayList<>(draft.lists.get(move.partition()));
        switch (move.phase()) {
            case TAKING, EXCLUDED -> {
                NodeId incoming = move.incoming().orElseThrow();
                int upTo = list.contains(incoming) ? list.indexOf(incoming) : Integer.MAX_VALUE;
                retire(move, move.outgoing().orElseThrow(), move.rank(), upTo);
                draft.lists.set(move.partition(), Steps.replaced(list, move.rank(), incoming));
            }
            case ADDING -> {
                if (move.bucket() == 0) {
                    list.add(move.incoming().orElseThrow());
                    draft.lists.set(move.partition(), List.copyOf(list));
                } else {
                    resized(move, move.rank() + 1);
                }
            }
            case REMOVING, REMOVING_LOST -> {
                retire(move, move.outgoing().orElseThrow(), move.rank(), Integer.MAX_VALUE);
                if (move.bucket() == 0) {
                    list.remove(move.rank());
                    draft.lists.set(move.partition(), List.copyOf(list));
                } else {
                    resized(move, move.rank());
                }
            }
        }
    }

    private void resized(Move move, int copies) {
        draft.resizings.replaceAll(each -> each.bucket() == move.bucket() ? each.with(move.partition(), copies) : each);
    }

    /** A holder that is none any more, but has a replica to be dropped, of buckets with so many copies. */
    private void retire(Move move, NodeId node, int above, int upTo) {
        if (upTo <= above || draft.has(node, Member.Status.REMOVED)) {
            return;
        }
        Retiring entry = new Retiring(move.partition(), node, move.bucket(), above, upTo);
        boolean has = draft.buckets.stream()
                .anyMatch(bucket -> entry.concerns(bucket.number(), draft.copies(bucket, move.partition())));
        if (has) {
            draft.retiring.removeIf(each -> each.compareTo(entry) == 0);
            draft.retiring.add(entry);
        }
    }

    /** A slot that was excluded cannot go back to its holder as if nothing had been: it is to be rebuilt. */
    Change.Judgement abort(Change.MoveId id) {
        Optional<Move> found = find(id);
        if (found.isEmpty()) {
            return Change.ALREADY;
        }
        Move move = found.get();
        List<NodeId> list = draft.lists.get(move.partition());
        switch (move.phase()) {
            case TAKING -> {
                NodeId incoming = move.incoming().orElseThrow();
                int upTo = list.contains(incoming) ? list.indexOf(incoming) : Integer.MAX_VALUE;
                retire(move, incoming, move.rank(), upTo);
            }
            case ADDING -> retire(move, move.incoming().orElseThrow(), move.rank(), Integer.MAX_VALUE);
            case REMOVING -> {}
            case EXCLUDED, REMOVING_LOST -> {
                return Draft.refused(
                        Change.Why.NOT_POSSIBLE,
                        "the move of partition " + move.partition() + " is " + move.phase()
                                + ": its former holder has missed writes, so it can only be finished; or remove the incoming node");
            }
        }
        draft.moves.remove(move);
        draft.changed[move.partition()] = draft.epoch;
        return Change.DONE;
    }

    Change.Judgement dropped(Change.Dropped dropped) {
        boolean any = draft.retiring.removeIf(each -> each.node().equals(dropped.node())
                && dropped.slots().stream().anyMatch(slot -> isOf(slot, each.partition())));
        return any ? Change.DONE : Change.ALREADY;
    }

    private boolean isOf(Change.Retired slot, int partition) {
        return slot.partition() == partition && (slot.changed() == 0 || slot.changed() == draft.changed[partition]);
    }

    // ---- what costs nothing

    /** Goes toward the goal as far as no replica has to move, and forgets the goal when it is reached. */
    void settle() {
        boolean reached = draft.moves.stream().allMatch(move -> move.bucket() != 0);
        for (int partition = 0; partition < draft.lists.size() && draft.goal.isPresent(); partition++) {
            List<NodeId> goal = draft.goal.get().preferenceList(partition);
            if (draft.move(partition).isEmpty()
                    && new Steps(draft.lists.get(partition), goal, draft.copies(partition))
                                    .next()
                                    .orElse(null)
                            instanceof Steps.Free free) {
                draft.lists.set(partition, free.list());
            }
            reached &= draft.lists.get(partition).equals(goal);
        }
        if (reached) {
            draft.goal = Optional.empty();
        }
        settleSizes();
    }

    /** Which buckets a retiring holder has something of follows from their numbers of slots, which so have to stay as they are. */
    private boolean isRetiring(int partition) {
        return draft.retiring.stream().anyMatch(each -> each.partition() == partition);
    }

    private void settleSizes() {
        for (Resizing each : List.copyOf(draft.resizings)) {
            int wanted = bucket(each.bucket()).options().replicas();
            Resizing next = each;
            for (int partition = 0; partition < draft.lists.size(); partition++) {
                int listed = draft.lists.get(partition).size();
                int copies = next.copies().get(partition);
                if (draft.move(partition).isPresent() || isRetiring(partition)) {
                    continue;
                }
                if (copies != wanted && copies >= listed && wanted >= listed) {
                    next = next.with(partition, wanted);
                } else if (copies > listed && wanted < listed) {
                    next = next.with(partition, listed);
                }
            }
            draft.resizings.remove(each);
            if (!next.isDone(wanted)) {
                draft.resizings.add(next);
            }
        }
    }
}
