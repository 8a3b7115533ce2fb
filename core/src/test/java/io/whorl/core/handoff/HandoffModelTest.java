package io.whorl.core.handoff;

import static org.assertj.core.api.Assertions.assertThat;

import io.whorl.core.replica.PlantedBug;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Three real replicas and three real fallbacks through random writes, lost, late and repeated replication, hints and
 * acknowledgements, writes that a fallback coordinates, and crashes that undo a suffix of the batches. In the end all replicas hold
 * exactly what the history of all writes demands, and with a sync before every acknowledgement nothing at all is missing.
 */
class HandoffModelTest {
    private static final int SEEDS = 150;
    private static final int STEPS = 300;

    @Test
    void hints_lose_and_resurrect_nothing() {
        long handedOver = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            HandoffModel model = new HandoffModel(seed, Optional.empty());
            assertThat(model.run(STEPS)).as("seed %d", seed).isEmpty();
            handedOver += model.handedOver();
        }
        assertThat(handedOver).as("hints that were handed over before the end").isGreaterThan(10L * SEEDS);
    }

    @TestFactory
    List<DynamicTest> every_planted_bug_is_noticed() {
        return List.of(
                        PlantedBug.HINT_ACK_DELETES_NEWER,
                        PlantedBug.HINTS_FORGOTTEN_ON_RESTART,
                        PlantedBug.ROUNDED_FALLBACK,
                        PlantedBug.HINT_DELETED_BEFORE_DURABLE)
                .stream()
                .map(bug -> DynamicTest.dynamicTest(
                        bug.name(),
                        () -> assertThat(isNoticed(bug))
                                .as("%s within %d seeds", bug, SEEDS)
                                .isTrue()))
                .toList();
    }

    private static boolean isNoticed(PlantedBug bug) {
        for (int seed = 0; seed < SEEDS; seed++) {
            if (!new HandoffModel(seed, Optional.of(bug)).run(STEPS).isEmpty()) {
                return true;
            }
        }
        return false;
    }
}
