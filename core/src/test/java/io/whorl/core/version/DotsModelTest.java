package io.whorl.core.version;

import static org.assertj.core.api.Assertions.assertThat;

import io.whorl.core.version.DotsModelNode.Broken;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** The values keep the promises of a replica built from them; and the model notices when a rule is broken. */
class DotsModelTest {
    private static final int SEEDS = 150;
    private static final int SEEDS_TO_CATCH = 1_500;

    @Test
    void nothing_is_lost_nothing_comes_back_and_replicas_agree() {
        for (int seed = 0; seed < SEEDS; seed++) {
            assertThat(new DotsModel(seed, Broken.NOTHING).run())
                    .as("seed %d", seed)
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "NOTHING")
    void a_broken_rule_is_caught(Broken rule) {
        List<String> wrong = new ArrayList<>();
        for (int seed = 0; seed < SEEDS_TO_CATCH && wrong.isEmpty(); seed++) {
            wrong = new DotsModel(seed, rule).run();
        }
        assertThat(wrong)
                .as("violations within %d seeds of %s", SEEDS_TO_CATCH, rule)
                .isNotEmpty();
    }

    @Test
    void a_seed_gives_the_same_run_again() {
        for (int seed = 0; seed < 20; seed++) {
            assertThat(new DotsModel(seed, Broken.NO_FILL).run())
                    .as("seed %d", seed)
                    .isEqualTo(new DotsModel(seed, Broken.NO_FILL).run());
        }
    }
}
