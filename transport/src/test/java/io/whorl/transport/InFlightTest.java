package io.whorl.transport;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class InFlightTest {
    private final InFlight.Total total = new InFlight.Total(100);
    private final InFlight one = new InFlight(60, total);
    private final InFlight other = new InFlight(60, total);

    @Test
    void a_connection_has_its_limit() {
        assertThat(one.reserve(40)).isTrue();
        assertThat(one.reserve(21)).isFalse();
        assertThat(one.reserve(20)).isTrue();
        one.release(40);
        assertThat(one.reserve(40)).isTrue();
        assertThat(total.bytes()).isEqualTo(60);
    }

    @Test
    void all_connections_together_have_one_too() {
        assertThat(one.reserve(60)).isTrue();
        assertThat(other.reserve(30)).isTrue();
        assertThat(other.reserve(20)).isFalse();
        assertThat(total.bytes()).isEqualTo(90);
        one.release(60);
        assertThat(other.reserve(20)).isTrue();
        assertThat(total.bytes()).isEqualTo(50);
    }

    @Test
    void a_single_message_is_taken_whatever_its_size_if_nothing_else_is_under_way_there() {
        assertThat(one.reserve(1_000)).isTrue();
        assertThat(one.reserve(1)).isFalse();
        assertThat(other.reserve(500)).isTrue();
        assertThat(total.bytes()).isEqualTo(1_500);
        one.release(1_000);
        other.release(500);
        assertThat(total.bytes()).isZero();
    }

    @Test
    void what_a_connection_had_under_way_ends_with_it() {
        one.reserve(50);
        other.reserve(20);
        one.end();
        assertThat(total.bytes()).isEqualTo(20);

        // The socket fails the writes that it still had.
        one.release(50);
        one.end();
        assertThat(one.reserve(10)).isTrue();
        assertThat(total.bytes()).isEqualTo(20);
        other.release(20);
        assertThat(total.bytes()).isZero();
    }
}
