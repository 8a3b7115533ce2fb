package io.whorl.testkit.simulation;

import io.whorl.core.ring.ClusterState;
import io.whorl.core.ring.Move;
import java.util.Optional;

/** What becomes of moves from one epoch to the next, for the probes. */
final class MoveProbes {
    private MoveProbes() {}

    static void passed(Probes probes, ClusterState before, ClusterState after) {
        for (Move move : before.layout().moves()) {
            Optional<Move> next = after.layout().move(move.partition());
            boolean goesOn = next.filter(move::equals).isPresent();
            boolean excluded =
                    next.filter(each -> each.phase() == Move.Phase.EXCLUDED).isPresent();
            boolean changed = !before.ring()
                    .preferenceList(move.partition())
                    .equals(after.ring().preferenceList(move.partition()));
            boolean taking = move.phase() == Move.Phase.TAKING;
            probes.sometimes(Probe.MOVE_FINISHED, !goesOn && taking && changed);
            probes.sometimes(Probe.HOLDER_EXCLUDED, !goesOn && taking && excluded);
            probes.sometimes(Probe.SLOT_REBUILT, !goesOn && move.phase() == Move.Phase.EXCLUDED && changed);
            boolean retires = move.incoming()
                    .filter(node -> after.layout().retiring().stream()
                            .anyMatch(each -> each.node().equals(node)))
                    .isPresent();
            probes.sometimes(Probe.SLOT_ADDED, !goesOn && move.phase() == Move.Phase.ADDING && !retires);
            probes.sometimes(Probe.SLOT_REMOVED, !goesOn && move.phase() == Move.Phase.REMOVING);
        }
        probes.sometimes(Probe.VOTERS_CHANGED, !before.voters().equals(after.voters()));
        probes.sometimes(
                Probe.REPLICA_DROPPED,
                after.layout().retiring().size() < before.layout().retiring().size());
    }
}
