package io.whorl.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class OptionsTest {
    @Test
    void a_bucket_keeps_three_copies_and_asks_for_two_unless_told_otherwise() {
        assertThat(BucketOptions.defaults())
                .isEqualTo(new BucketOptions(3, 2, 2, Conflicts.SIBLINGS, Durability.ASYNC, Quorums.SLOPPY));
    }

    @Test
    void quorums_that_are_not_set_are_majorities() {
        for (int n = 1; n <= BucketOptions.MAX_REPLICAS; n++) {
            BucketOptions options = BucketOptions.builder().replicas(n).build();
            assertThat(options.readQuorum()).isEqualTo(n / 2 + 1);
            assertThat(options.writeQuorum()).isEqualTo(n / 2 + 1);
        }
    }

    @Test
    void numbers_out_of_their_bounds_are_refused_in_words() {
        refused(BucketOptions.builder().replicas(0), "replicas must be from 1 to 16, was 0");
        refused(BucketOptions.builder().replicas(17), "replicas must be from 1 to 16, was 17");
        refused(BucketOptions.builder().readQuorum(0), "readQuorum must be from 1 to replicas (3), was 0");
        refused(BucketOptions.builder().readQuorum(4), "readQuorum must be from 1 to replicas (3), was 4");
        refused(BucketOptions.builder().writeQuorum(0), "writeQuorum must be from 1");
        refused(
                BucketOptions.builder().replicas(2).writeQuorum(3),
                "writeQuorum must be from 1 to replicas (2), was 3");
        assertThatThrownBy(() -> new BucketOptions(3, 2, 2, null, Durability.ASYNC, Quorums.SLOPPY))
                .isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> new BucketOptions(3, 2, 2, Conflicts.SIBLINGS, null, Quorums.SLOPPY))
                .isInstanceOf(NullPointerException.class);
    }

    private static void refused(BucketOptions.Builder builder, String message) {
        assertThatThrownBy(builder::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @Test
    void what_a_request_does_not_set_is_empty() {
        assertThat(ReadOptions.defaults().quorum()).isEmpty();
        assertThat(ReadOptions.defaults().timeout()).isEmpty();
        assertThat(WriteOptions.defaults().quorum()).isEmpty();
        assertThat(WriteOptions.defaults().timeout()).isEmpty();
    }

    @Test
    void a_requests_quorum_is_one_at_least_and_its_timeout_up_to_an_hour() {
        assertThat(ReadOptions.quorum(1).quorum()).hasValue(1);
        assertThat(WriteOptions.quorum(7).timeout(Duration.ofHours(1)).timeout())
                .contains(Duration.ofHours(1));
        assertThat(ReadOptions.quorum(2).timeout(Duration.ofNanos(1)).quorum()).hasValue(2);
        assertThatThrownBy(() -> ReadOptions.quorum(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> WriteOptions.quorum(-1)).isInstanceOf(IllegalArgumentException.class);
        for (Duration wrong : new Duration[] {
            Duration.ZERO, Duration.ofNanos(-1), Duration.ofHours(1).plusNanos(1)
        }) {
            assertThatThrownBy(() -> ReadOptions.defaults().timeout(wrong))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("timeout must be positive");
            assertThatThrownBy(() -> WriteOptions.defaults().timeout(wrong))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
