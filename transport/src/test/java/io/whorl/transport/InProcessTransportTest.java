package io.whorl.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.whorl.core.message.ClusterMessage.Beat;
import io.whorl.core.ring.Address;
import io.whorl.core.spi.Transport;
import io.whorl.core.spi.Transport.SendResult;
import io.whorl.core.spi.TransportCounters;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class InProcessTransportTest extends TransportContract {
    private final InProcessNetwork network = new InProcessNetwork(7);

    @AfterEach
    void close_the_network() {
        network.close();
    }

    @Override
    protected Transport open(Address bind, TransportOptions options) {
        return new InProcessTransport(network, bind, options);
    }

    @Override
    protected Address anyAddress() {
        return new Address("node", 0);
    }

    @Override
    protected TransportCounters counters(Transport transport) {
        return ((InProcessTransport) transport).counters();
    }

    @Test
    void a_link_cut_in_one_direction_ends_the_connection_until_it_is_healed() {
        RecordingNode a = node(1, 11);
        RecordingNode b = node(2, 22).learn(a);
        a.learn(b);
        a.awaitUp(b);
        b.awaitUp(a);
        network.cut(a.address(), b.address());
        a.awaitDown(b);
        b.awaitDown(a);
        assertThat(b.send(a, new Beat())).isEqualTo(SendResult.UNREACHABLE);
        network.healBoth(a.address(), b.address());
        a.awaitLinks(b.asUp(), b.asDown(), b.asUp());
        b.awaitLinks(a.asUp(), a.asDown(), a.asUp());
    }

    @Test
    void a_split_separates_the_sides_and_nothing_else() {
        RecordingNode a = node(1, 11);
        RecordingNode b = node(2, 22).learn(a);
        RecordingNode c = node(3, 33).learn(a).learn(b);
        a.awaitUp(b);
        a.awaitUp(c);
        b.awaitUp(c);
        network.split(List.of(a.address(), b.address()), List.of(c.address()));
        a.awaitDown(c);
        b.awaitDown(c);
        assertThat(a.send(b, text(1))).isEqualTo(SendResult.SENT);
        network.healAll();
        a.awaitUp(c);
        b.awaitUp(c);
        assertThat(a.links()).doesNotContain(b.asDown());
    }

    @Test
    void a_slow_link_keeps_the_order() {
        RecordingNode a = node(1, 11);
        RecordingNode b = node(2, 22).learn(a);
        b.awaitUp(a);
        network.slow(b.address(), a.address(), Duration.ofMillis(50));
        AtomicLong arrived = new AtomicLong();
        a.onMessage(envelope -> arrived.compareAndSet(0, System.nanoTime()));
        long sent = System.nanoTime();
        for (int i = 0; i < 100; i++) {
            b.sendWhenUp(a, text(i));
        }
        network.heal(b.address(), a.address());
        b.sendWhenUp(a, text(100));
        a.awaitMessages(101);
        for (int i = 0; i <= 100; i++) {
            assertThat(a.messages().get(i)).isEqualTo(text(i));
        }
        assertThat(arrived.get() - sent).isGreaterThanOrEqualTo(50_000_000L);
    }

    @Test
    void a_lossy_link_loses_some_messages_and_no_connection() {
        RecordingNode a = node(1, 11);
        RecordingNode b = node(2, 22).learn(a);
        b.awaitUp(a);
        network.lose(b.address(), a.address(), 0.5);
        for (int i = 0; i < 1_000; i++) {
            b.sendWhenUp(a, text(i));
        }
        network.heal(b.address(), a.address());
        b.sendWhenUp(a, new Beat());
        a.awaitMessages(1);
        await().until(() -> a.messages().contains(new Beat()));
        assertThat(a.messages()).hasSizeBetween(350, 650);
        assertThat(a.links()).containsExactly(b.asUp());
    }

    @Test
    void on_a_silenced_link_everything_vanishes_while_the_connection_stands() {
        RecordingNode a = node(1, 11);
        RecordingNode b = node(2, 22).learn(a);
        b.awaitUp(a);
        network.silence(b.address(), a.address());
        b.sendWhenUp(a, text(1));
        network.heal(b.address(), a.address());
        b.sendWhenUp(a, text(2));
        a.awaitMessages(1);
        assertThat(a.messages()).containsExactly(text(2));
    }

    @Test
    void a_crashed_endpoint_is_silent_and_its_address_free() {
        RecordingNode a = node(1, 11);
        RecordingNode b = node(2, 22).learn(a);
        b.awaitUp(a);
        a.awaitUp(b);
        network.crash(a.address());
        b.awaitDown(a);
        RecordingNode again = node(a.address(), "cluster", 1, 12, options());
        b.awaitUp(again);
        assertThat(a.links()).containsExactly(b.asUp());
    }

    @Test
    void nothing_can_be_attached_to_a_closed_network() {
        network.close();
        assertThatThrownBy(() -> open(anyAddress(), options()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
    }

    @Test
    void faults_out_of_bounds_are_refused() {
        Address one = new Address("a", 1);
        assertThatThrownBy(() -> network.lose(one, one, 1.5)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> network.lose(one, one, Double.NaN)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> network.slow(one, one, Duration.ofMillis(-1)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
