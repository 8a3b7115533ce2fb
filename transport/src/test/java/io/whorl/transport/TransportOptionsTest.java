package io.whorl.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class TransportOptionsTest {
    private final TransportOptions defaults = TransportOptions.defaults();

    @Test
    void each_change_leaves_the_rest_as_it_was() {
        TransportOptions changed = defaults.withThreads(3)
                .withTimeouts(Duration.ofMillis(1), Duration.ofMillis(2))
                .withBackoff(Duration.ofMillis(3), Duration.ofMillis(4), Duration.ofMillis(5))
                .withLiveness(Duration.ofMillis(6), Duration.ofMillis(7), Duration.ofMillis(8))
                .withMaxInFlightBytes(9)
                .withMaxTotalInFlightBytes(10);
        assertThat(changed)
                .isEqualTo(new TransportOptions(
                        3,
                        Duration.ofMillis(1),
                        Duration.ofMillis(2),
                        Duration.ofMillis(3),
                        Duration.ofMillis(4),
                        Duration.ofMillis(5),
                        Duration.ofMillis(6),
                        Duration.ofMillis(7),
                        Duration.ofMillis(8),
                        9,
                        10));
    }

    @Test
    void what_makes_no_sense_is_refused_by_name() {
        Duration second = Duration.ofSeconds(1);
        assertThatThrownBy(() -> defaults.withThreads(0)).hasMessageContaining("threads");
        assertThatThrownBy(() -> defaults.withMaxInFlightBytes(0)).hasMessageContaining("maxInFlightBytes");
        assertThatThrownBy(() -> defaults.withMaxTotalInFlightBytes(-1)).hasMessageContaining("maxTotalInFlightBytes");
        assertThatThrownBy(() -> defaults.withTimeouts(Duration.ZERO, second)).hasMessageContaining("connectTimeout");
        assertThatThrownBy(() -> defaults.withBackoff(second, Duration.ofMillis(1), second))
                .hasMessageContaining("backoffMax");
        assertThatThrownBy(() -> defaults.withLiveness(second, second, second)).hasMessageContaining("deadAfter");
    }

    @Test
    void pauses_grow_to_the_longest_and_begin_again() {
        Backoff backoff = new Backoff(Duration.ofMillis(10), Duration.ofMillis(40));
        for (int round = 0; round < 3; round++) {
            assertThat(backoff.next()).isBetween(Duration.ofMillis(5), Duration.ofMillis(10));
            assertThat(backoff.next()).isBetween(Duration.ofMillis(10), Duration.ofMillis(20));
            for (int i = 0; i < 5; i++) {
                assertThat(backoff.next()).isBetween(Duration.ofMillis(20), Duration.ofMillis(40));
            }
            backoff.reset();
        }
    }
}
