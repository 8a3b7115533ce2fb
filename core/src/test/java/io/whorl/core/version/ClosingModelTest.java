package io.whorl.core.version;

import static org.assertj.core.api.Assertions.assertThat;

import io.whorl.core.version.ClosingModel.View;
import io.whorl.core.version.ClosingModelNode.Broken;
import io.whorl.core.version.ClosingModelNode.Report;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** Closing old runs loses nothing and parts no replicas; and the model notices when one of its rules is broken. */
class ClosingModelTest {
    private static final int SEEDS = 200;
    private static final int SEEDS_TO_CATCH = 3_000;

    @Test
    void nothing_is_lost_nothing_comes_back_and_replicas_agree() {
        int closings = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            ClosingModel model = new ClosingModel(seed, Broken.NOTHING);
            assertThat(model.run()).as("seed %d", seed).isEmpty();
            closings += model.closings();
        }
        assertThat(closings).isGreaterThan(2 * SEEDS);
    }

    @ParameterizedTest
    @EnumSource(
            mode = Mode.EXCLUDE,
            names = {"NOTHING", "REMNANTS_NOT_ASKED"})
    void a_broken_rule_is_caught(Broken rule) {
        List<String> wrong = new ArrayList<>();
        for (int seed = 0; seed < SEEDS_TO_CATCH && wrong.isEmpty(); seed++) {
            wrong = new ClosingModel(seed, rule).run();
        }
        assertThat(wrong)
                .as("violations within %d seeds of %s", SEEDS_TO_CATCH, rule)
                .isNotEmpty();
    }

    /**
     * B was repaired by a delete that A then lost: it has a remnant that names what nobody has seen. Were the run closed now, B's remnant
     * would vanish, and nobody could tell any more why B has no value.
     */
    @Test
    void a_remnant_that_only_one_replica_has_prevents_a_closing() {
        assertThat(closesOverARemnant(Broken.NOTHING)).isEmpty();
        assertThat(closesOverARemnant(Broken.REMNANTS_NOT_ASKED)).isEqualTo(Optional.of(false));
    }

    /** Whether the replicas agree after the closing; empty if nothing is closed. */
    private static Optional<Boolean> closesOverARemnant(Broken broken) {
        ClosingModelNode a = new ClosingModelNode("A", 1, true, broken);
        ClosingModelNode b = new ClosingModelNode("B", 2, true, broken);
        Dot put = a.write("k", DotSet.empty(), new byte[1], 1);
        b.receive("k", a.filled("k"), DotSet.of(put));
        a.sync();
        long run = a.run();
        a.write("k", null, null, 2);
        b.receive("k", a.filled("k"), DotSet.empty());
        b.sync();
        a.crashTo(0);
        List<Report> reports = new ArrayList<>();
        for (ClosingModelNode node : List.of(a, b)) {
            node.learn(new View(2, ClosedRuns.none(), 2, Set.of(run)));
            reports.add(node.report().orElseThrow());
        }
        if (!reports.get(0).equals(reports.get(1))) {
            return Optional.empty();
        }
        ClosedRuns closed = ClosedRuns.none().with(2, List.of(run));
        a.learn(new View(3, closed, 0, Set.of()));
        b.learn(new View(3, closed, 0, Set.of()));
        return Optional.of(a.filled("k").equals(b.filled("k")));
    }
}
