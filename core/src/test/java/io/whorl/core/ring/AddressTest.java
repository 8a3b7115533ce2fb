package io.whorl.core.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressTest {

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1:7701, 127.0.0.1, 7701",
        "shop-1.internal:0, shop-1.internal, 0",
        "[::1]:65535, ::1, 65535",
        "[fe80::1%eth0]:1, fe80::1%eth0, 1",
        "x:00080, x, 80"
    })
    void reads_host_and_port(String text, String host, int port) {
        assertThat(Address.parse(text)).isEqualTo(new Address(host, port));
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1:7701", "[::1]:7701", "[fe80::1%Eth0]:7", "a_b.c:1"})
    void the_text_form_reads_back(String text) {
        assertThat(Address.parse(text).toString()).isEqualTo(text);
    }

    @Test
    void host_names_are_equal_in_either_case() {
        assertThat(Address.parse("Shop-1.Internal:7")).isEqualTo(Address.parse("shop-1.internal:7"));
        assertThat(Address.parse("[FE80::A]:7")).isEqualTo(Address.parse("[fe80::a]:7"));
    }

    @ParameterizedTest
    @CsvSource({
        "'', no port",
        "localhost, no port",
        "[::1], no port",
        "[::1]7701, no port",
        "']:1', a host is",
        "'[:1', no port",
        "'[', no port",
        "::1:7701, ambiguous",
        ":7701, a host is",
        "'[]:7701', a host is",
        "localhost:, is no port",
        "localhost:x, is no port",
        "localhost:-1, is no port",
        "localhost:+1, is no port",
        "localhost:123456, is no port",
        "localhost:65536, not 65536",
        "'local host:1', a host is",
        "'bücher.example:1', a host is",
        "'http://x:1', ambiguous"
    })
    void says_what_is_wrong(String text, String message) {
        assertThatThrownBy(() -> Address.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @Test
    void refuses_a_host_that_is_too_long_and_a_port_out_of_range() {
        assertThat(new Address("a".repeat(255), 1).host()).hasSize(255);
        assertThatThrownBy(() -> new Address("a".repeat(256), 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Address("a", -1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Address("a", 65_536)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void order_is_by_host_then_port() {
        assertThat(Stream.of("b:1", "a:10", "a:9").map(Address::parse).sorted())
                .extracting(Address::toString)
                .containsExactly("a:9", "a:10", "b:1");
    }
}
