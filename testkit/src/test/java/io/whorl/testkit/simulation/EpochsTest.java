package io.whorl.testkit.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.whorl.core.ring.Change;
import io.whorl.core.ring.ClusterState;
import io.whorl.core.ring.NodeId;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EpochsTest {
    private final Kernel kernel = new Kernel(new Draws(1));
    private final Violations violations = new Violations(kernel);
    private final Fleet fleet = new Fleet();
    private final History history = new History(kernel, violations, fleet);
    private final Epochs epochs = history.epochs();
    private SimulatedHost voter;
    private SimulatedHost other;
    private ClusterState known;

    @BeforeEach
    void a_cluster_with_one_voter() {
        SimulatedNetwork network = new SimulatedNetwork(kernel, new Draws(2), 2, Kernel.MILLI);
        voter = new SimulatedHost(kernel, network, history, violations, 0, 1, new Draws(3));
        other = new SimulatedHost(kernel, network, history, violations, 1, 1, new Draws(5));
        fleet.add(voter);
        fleet.add(other);
        voter.enter(SimulationOptions.draw(new Draws(4), OptionalInt.of(1)).node(0, Optional.empty()));
        voter.startIfDown();
        kernel.runUntil(voter::isReady, 60 * Kernel.SECOND);
        known = voter.node().state().orElseThrow();
    }

    private ClusterState next(int weight) {
        NodeId id = voter.id();
        return known.after(new Change.Reweigh(id, weight)).state();
    }

    @Test
    void what_a_sole_voter_loses_before_its_sync_was_never_decided() {
        epochs.stored(voter, next(2));
        assertThat(epochs.undone(voter, known.epoch())).isTrue();
        epochs.stored(voter, next(3));

        assertThat(violations.found()).isEmpty();
        assertThat(epochs.newest()).contains(next(3));
    }

    @Test
    void what_is_on_its_disk_still_stands() {
        epochs.stored(voter, next(2));
        assertThat(epochs.undone(voter, known.epoch() + 1)).isFalse();
        epochs.stored(voter, next(3));

        assertThat(forked()).hasSize(1);
    }

    @Test
    void what_it_has_published_stands_whatever_its_disk_loses() {
        epochs.stored(voter, next(2));
        epochs.published(voter, known.epoch() + 1);
        assertThat(epochs.undone(voter, known.epoch())).isFalse();
        epochs.stored(voter, next(3));

        assertThat(forked()).hasSize(1);
    }

    @Test
    void what_another_host_has_stored_stands_whatever_its_disk_loses() {
        epochs.stored(voter, next(2));
        epochs.stored(other, next(2));
        assertThat(epochs.undone(voter, known.epoch())).isFalse();
        epochs.stored(voter, next(3));

        assertThat(forked()).hasSize(1);
    }

    @Test
    void what_one_who_is_not_the_sole_voter_stores_was_decided_by_others() {
        epochs.stored(other, next(2));
        assertThat(epochs.undone(other, known.epoch())).isFalse();
        epochs.stored(voter, next(3));

        assertThat(forked()).hasSize(1);
    }

    private List<Violation> forked() {
        return violations.found().stream()
                .filter(each -> each.checker() == Checker.FORKED_EPOCH)
                .toList();
    }
}
