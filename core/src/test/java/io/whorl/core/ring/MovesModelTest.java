package io.whorl.core.ring;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Promise P5 while slots move, are added and are removed: the rules keep it, and each of them is needed. */
class MovesModelTest {
    private static final int SEEDS = Integer.getInteger("seeds", 2_000);
    private static final int SEEDS_TO_CATCH = 3_000;

    @Test
    void a_read_sees_every_write_that_was_acknowledged_before_it_began() {
        int reads = 0;
        int writes = 0;
        int epochs = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            MovesModel model = new MovesModel(seed, BrokenRule.NONE);
            model.run();
            assertThat(model.wrong).as("seed " + seed).isEmpty();
            reads += model.reads;
            writes += model.acknowledgedWrites();
            epochs += model.states.size();
        }
        assertThat(reads).isGreaterThan(SEEDS);
        assertThat(writes).isGreaterThan(SEEDS);
        assertThat(epochs).isGreaterThan(10 * SEEDS);
    }

    @ParameterizedTest
    @EnumSource(value = BrokenRule.class, mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void a_read_misses_a_write_where_a_rule_is_left_out(BrokenRule rule) {
        int seed = 0;
        while (seed < SEEDS_TO_CATCH && isSound(seed, rule)) {
            seed++;
        }
        assertThat(seed).as(rule + " is caught").isLessThan(SEEDS_TO_CATCH);
    }

    private static boolean isSound(int seed, BrokenRule rule) {
        MovesModel model = new MovesModel(seed, rule);
        model.run();
        return model.wrong.isEmpty();
    }
}
