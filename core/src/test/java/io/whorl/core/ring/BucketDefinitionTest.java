package io.whorl.core.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whorl.api.BucketOptions;
import io.whorl.api.Conflicts;
import io.whorl.api.Durability;
import io.whorl.api.Quorums;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BucketDefinitionTest {
    private static final BucketOptions DEFAULTS = BucketOptions.defaults();

    @ParameterizedTest
    @ValueSource(strings = {"a", "0", "_", "carts", "User.sessions-v2", "A_b"})
    void takes_names_of_letters_digits_dashes_dots_and_underscores(String name) {
        assertThat(new BucketDefinition(1, name, DEFAULTS).name()).isEqualTo(name);
    }

    @Test
    void a_name_has_at_most_128_characters() {
        String longest = "x".repeat(BucketDefinition.MAX_NAME_LENGTH);
        assertThat(new BucketDefinition(1, longest, DEFAULTS).name()).hasSize(128);
        assertThatThrownBy(() -> new BucketDefinition(1, longest + "x", DEFAULTS))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a b", "a/b", ".", "..", ".a", "-a", "käse", "a\n", "a:b", "\u0000"})
    void refuses_other_names(String name) {
        assertThatThrownBy(() -> new BucketDefinition(1, name, DEFAULTS))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("bucket name");
    }

    @Test
    void refuses_a_number_that_is_no_epoch() {
        assertThatThrownBy(() -> new BucketDefinition(0, "a", DEFAULTS))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not 0");
    }

    @Test
    void the_fingerprint_tells_apart_what_never_changes() {
        BucketDefinition base = new BucketDefinition(1, "a", DEFAULTS);
        List<BucketDefinition> others = List.of(
                base,
                new BucketDefinition(2, "a", DEFAULTS),
                new BucketDefinition(1, "b", DEFAULTS),
                new BucketDefinition(
                        1,
                        "a",
                        new BucketOptions(3, 2, 2, Conflicts.LAST_WRITE_WINS, Durability.ASYNC, Quorums.SLOPPY)),
                new BucketDefinition(
                        1, "a", new BucketOptions(3, 2, 2, Conflicts.SIBLINGS, Durability.FSYNC, Quorums.SLOPPY)));
        assertThat(others.stream().map(BucketDefinition::fingerprint)).doesNotHaveDuplicates();
        BucketOptions resized = new BucketOptions(5, 3, 2, Conflicts.SIBLINGS, Durability.ASYNC, Quorums.STRICT);
        assertThat(new BucketDefinition(1, "a", resized).fingerprint()).isEqualTo(base.fingerprint());
    }

    @Test
    void the_fingerprint_is_the_same_in_every_release() {
        assertThat(Long.toHexString(new BucketDefinition(1, "carts", DEFAULTS).fingerprint()))
                .isEqualTo("7f1fdba02998a56b");
    }
}
