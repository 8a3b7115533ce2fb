package io.whorl.core.ring;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** What the nodes of a {@link MovesModel} do for moves, and what operators do to its members. */
final class ModelMoves {
    private static final int MOST_NODES = 14;
    private static final int MOST_MEMBERS = 5;

    private final MovesModel model;
    /** Of how many slots an acknowledged write may be absent at the most, excluded ones aside. */
    private int lacking;
    /** The smallest R from which it was changed. */
    private int leastRead = Integer.MAX_VALUE;
    /** Of the move that began in this epoch: from whom its node took the replica, or who took it from it, and who has stopped. */
    private long begun;

    private final TreeSet<NodeId> taken = new TreeSet<>();
    private final TreeSet<NodeId> stopped = new TreeSet<>();

    ModelMoves(MovesModel model) {
        this.model = model;
        writesMayLack();
    }

    private void writesMayLack() {
        ReplicaSlots slots = model.newestSlots();
        lacking = Math.max(lacking, slots.count() - slots.writeQuorum());
    }

    /** Something about the move under way; begins one if there is none. */
    void step() {
        Optional<Move> found = model.move();
        if (found.isEmpty()) {
            begin();
            return;
        }
        Move move = found.get();
        if (move.begun() != begun) {
            begun = move.begun();
            taken.clear();
            stopped.clear();
        }
        int what = model.random.nextInt(100);
        if (what < 45) {
            take(move);
        } else if (what < 70) {
            stop(move);
        } else if (what < 97) {
            finish(move);
        } else {
            make(new Change.AbortMove(id(move)));
        }
    }

    private static Change.MoveId id(Move move) {
        return new Change.MoveId(move.partition(), move.begun());
    }

    private boolean make(Change change) {
        Change.Result result = model.newest().after(change);
        if (result.judgement() == Change.DONE) {
            model.add(result.state());
            writesMayLack();
            return true;
        }
        return false;
    }

    private MovesModel.ModelNode driver(Move move) {
        ClusterState state = model.newest();
        return model.node(MoveChanges.driver(move, state.ring().preferenceList(0), state.members())
                .orElseThrow());
    }

    private boolean reachable(MovesModel.ModelNode node, MovesModel.ModelNode by) {
        return !model.cutOff.contains(node.id) && !model.cutOff.contains(by.id);
    }

    // ---- the moves

    private void begin() {
        for (Member member : model.newest().members()) {
            if (model.cutOff.contains(member.id()) || !make(new Change.BeginMoves(member.id(), 1))) {
                continue;
            }
            MovesModel.ModelNode driver = model.node(member.id());
            Optional<Move> move = model.move();
            boolean takes =
                    move.flatMap(Move::incoming).filter(member.id()::equals).isPresent();
            if (takes) {
                driver.data.clear();
            }
            if (takes && model.broken == BrokenRule.TAKEN_BEFORE_BEGIN) {
                takeEarly(move.get(), driver);
            }
            model.learn(driver, model.states.size() - 1);
            return;
        }
        dropAndLeave();
    }

    private void takeEarly(Move move, MovesModel.ModelNode driver) {
        begun = move.begun();
        stopped.clear();
        taken.clear();
        if (move.phase() == Move.Phase.TAKING) {
            driver.data.or(model.node(move.outgoing().orElseThrow()).data);
            taken.add(move.outgoing().get());
        }
    }

    private void dropAndLeave() {
        List<Retiring> retiring = model.newest().layout().retiring();
        if (!retiring.isEmpty()) {
            MovesModel.ModelNode node = model.node(model.any(retiring).node());
            if (!model.cutOff.contains(node.id)) {
                model.learn(node, model.states.size() - 1);
                node.data.clear();
                make(RingFixtures.dropped(model.newest(), node.id, 0));
            }
            return;
        }
        for (Member member : model.newest().members()) {
            if (member.status() == Member.Status.LEAVING) {
                make(new Change.Left(member.id()));
            }
        }
    }

    private void take(Move move) {
        MovesModel.ModelNode driver = driver(move);
        switch (move.phase()) {
            case TAKING -> takeFrom(model.node(move.outgoing().orElseThrow()), driver, move);
            case ADDING, EXCLUDED -> {
                for (NodeId holder : model.newestSlots().readers()) {
                    if (taken.size() < enough(move) && model.random.nextBoolean()) {
                        takeFrom(model.node(holder), driver, move);
                    }
                }
            }
            case REMOVING -> {
                for (NodeId holder : model.newestSlots().readers()) {
                    MovesModel.ModelNode taker = model.node(holder);
                    if (taker != driver && taken.size() < enough(move) && model.random.nextBoolean()) {
                        takeBy(taker, driver, move);
                    }
                }
            }
            case REMOVING_LOST -> {}
        }
    }

    private void takeFrom(MovesModel.ModelNode source, MovesModel.ModelNode driver, Move move) {
        if (reachable(source, driver)) {
            model.learnAtLeast(source, move.begun());
            model.learnAtLeast(driver, move.begun());
            driver.data.or(source.data);
            taken.add(source.id);
        }
    }

    private void takeBy(MovesModel.ModelNode taker, MovesModel.ModelNode outgoing, Move move) {
        if (reachable(taker, outgoing)) {
            model.learnAtLeast(outgoing, move.begun());
            model.learnAtLeast(taker, move.begun());
            taker.data.or(outgoing.data);
            taken.add(taker.id);
        }
    }

    private int enough(Move move) {
        ReplicaSlots slots = model.newestSlots();
        int others = slots.readers().size();
        return switch (move.phase()) {
            case TAKING -> 1;
            case EXCLUDED -> model.broken == BrokenRule.TOO_FEW_SOURCES ? 1 : slots.sourcesOfAnExcluded(others);
            case ADDING -> model.broken == BrokenRule.ADDED_FROM_ONE_SOURCE ? 1 : slots.sourcesOfAnAdded();
            case REMOVING -> model.broken == BrokenRule.REMOVED_WITHOUT_TAKERS ? 0 : slots.takersOfARemoved();
            case REMOVING_LOST -> 0;
        };
    }

    private void stop(Move move) {
        if (move.phase() == Move.Phase.TAKING || move.phase() == Move.Phase.REMOVING) {
            MovesModel.ModelNode outgoing = model.node(move.outgoing().orElseThrow());
            if (reachable(outgoing, driver(move))) {
                stop(outgoing, move);
            } else if (move.phase() == Move.Phase.TAKING
                    && model.broken != BrokenRule.FINISHED_WITHOUT_STOP
                    && !model.cutOff.contains(driver(move).id)
                    && canBeLost(outgoing.id)) {
                make(new Change.ExcludeHolder(id(move)));
            }
        } else if (move.phase() == Move.Phase.ADDING && stopped.size() < witnesses()) {
            MovesModel.ModelNode holder =
                    model.node(model.any(model.newestSlots().readers()));
            if (reachable(holder, driver(move))) {
                stop(holder, move);
            }
        }
    }

    private void stop(MovesModel.ModelNode holder, Move move) {
        model.learnAtLeast(holder, move.begun());
        if (model.broken != BrokenRule.FINISHED_WITHOUT_STOP) {
            holder.stopped = move.begun();
        }
        stopped.add(holder.id);
    }

    private int witnesses() {
        return model.broken == BrokenRule.ADDED_WITHOUT_WITNESS
                ? 0
                : model.newestSlots().witnessesOfAnAdded();
    }

    private void finish(Move move) {
        MovesModel.ModelNode driver = driver(move);
        boolean stops = move.phase() == Move.Phase.TAKING || move.phase() == Move.Phase.REMOVING;
        int fewer = move.phase() == Move.Phase.REMOVING ? 1 : 0;
        int witnesses = stops && model.broken != BrokenRule.FINISHED_WITHOUT_STOP
                ? 1
                : move.phase() == Move.Phase.ADDING ? witnesses() : 0;
        if (!model.cutOff.contains(driver.id)
                && taken.size() >= enough(move)
                && stopped.size() >= witnesses
                && make(new Change.FinishMoves(List.of(id(move))))) {
            model.learn(driver, model.states.size() - 1);
            lacking -= Math.min(fewer, lacking);
            writesMayLack();
        }
    }

    // ---- members and quorums

    /**
     * Whether reads still see everything without this holder, which may go on answering those of older epochs: what remains has to
     * have every write, and to be enough to refuse any read that the lost one takes part in.
     */
    private boolean canBeLost(NodeId node) {
        ReplicaSlots slots = model.newestSlots();
        if (!slots.isReader(node)) {
            return true;
        }
        int left = slots.readers().size() - 1;
        return left > lacking && left > slots.places() - Math.min(leastRead, slots.readQuorum());
    }

    /** While a bucket shrinks, a slot that is lost is given up without anybody having taken what it held. */
    private boolean canBeRemoved(NodeId node) {
        return canBeLost(node) && model.newest().layout().resizings().isEmpty();
    }

    /** A change that nodes do not make by themselves. */
    void changeMembers() {
        ClusterState state = model.newest();
        NodeId member = model.any(state.members()).id();
        int what = model.random.nextInt(100);
        if (what < 40) {
            aimAnywhere(state);
        } else if (what < 60 && state.members().size() < MOST_MEMBERS && model.nodes.size() < MOST_NODES) {
            boolean replaces = model.random.nextInt(3) == 0 && canBeRemoved(member);
            Member joining = model.newMember(model.states.size() - 1);
            make(new Change.Admit(joining, replaces ? Optional.of(member) : Optional.empty()));
        } else if (what < 75) {
            make(new Change.Leave(member));
        } else if (what < 88) {
            if (canBeRemoved(member)) {
                make(new Change.Remove(member));
            }
        } else {
            changeQuorums();
        }
    }

    /** Only so that reads of the new quorum see what was acknowledged under the former ones, and the other way round. */
    private void changeQuorums() {
        ClusterState state = model.newest();
        ReplicaSlots slots = model.newestSlots();
        ModelQuorums next = ModelQuorums.any(model.random);
        int after = Math.min(slots.count(), next.copies());
        int lack = Math.max(lacking - (slots.count() - after), after - next.write());
        if (next.read() > lack
                && slots.readQuorum() + next.write() > slots.count()
                && state.layout().moves().isEmpty()
                && !hasLost(state)) {
            leastRead = Math.min(leastRead, slots.readQuorum());
            make(new Change.ChangeBucket("bucket", next.options()));
        }
    }

    private static boolean hasLost(ClusterState state) {
        return state.members().stream().anyMatch(member -> member.status() == Member.Status.REMOVED);
    }

    /** Another order of the members, so that slots move from any node to any other. */
    private void aimAnywhere(ClusterState state) {
        if (state.layout().goal().isPresent()) {
            return;
        }
        List<NodeId> order = new ArrayList<>();
        for (Member member : state.members()) {
            if (member.status() == Member.Status.ACTIVE) {
                order.add(model.random.nextInt(order.size() + 1), member.id());
            }
        }
        Layout now = state.layout();
        Layout next = new Layout(
                now.ring(),
                Optional.of(Ring.of(List.of(order))),
                now.moves(),
                now.retiring(),
                now.resizings(),
                now.changes());
        model.add(new ClusterState(
                state.id(),
                state.line(),
                state.name(),
                state.epoch() + 1,
                state.members(),
                state.removed(),
                state.buckets(),
                next,
                state.voters()));
    }
}
