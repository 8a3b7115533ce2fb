package io.whorl.testkit.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.whorl.core.message.ClusterMessage;
import io.whorl.core.message.Envelope;
import io.whorl.core.message.Hello;
import io.whorl.core.ring.NodeId;
import io.whorl.core.spi.Transport;
import io.whorl.core.spi.Transport.SendResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SimulatedNetworkTest {
    private final Kernel kernel = new Kernel(new Draws(1));
    private final Violations violations = new Violations(kernel);
    private final SimulatedNetwork network = new SimulatedNetwork(kernel, new Draws(2), 2, Kernel.MILLI);
    private final End a = new End(0, 100);
    private final End b = new End(1, 200);

    /** One end, which notes what it is told. */
    private final class End implements Transport.Sink {
        final SimulatedHost host;
        final SimulatedTransport transport;
        final long run;
        final List<String> told = new ArrayList<>();
        String cluster = "simulated";

        End(int index, long run) {
            this.run = run;
            History history = new History(kernel, violations, new Fleet());
            host = new SimulatedHost(kernel, network, history, violations, index, 1, new Draws(index));
            transport = new SimulatedTransport(network, new SimulatedProcess(kernel, host), new Draws(10 + index));
        }

        NodeId id() {
            return new NodeId(host.index() + 1);
        }

        @Override
        public Hello hello() {
            return new Hello(cluster, Optional.empty(), id(), run, 0, host.address());
        }

        @Override
        public Optional<String> refusal(Hello peer) {
            return hello().refusal(peer);
        }

        @Override
        public void connected(NodeId peer, long peerRun) {
            told.add("connected " + peerRun);
        }

        @Override
        public void disconnected(NodeId peer, long peerRun) {
            told.add("disconnected " + peerRun);
        }

        @Override
        public void received(NodeId from, long fromRun, Envelope envelope) {
            told.add("epoch " + envelope.epoch() + " from " + fromRun);
        }

        SendResult send(End to, long epoch) {
            return transport.send(to.id(), new Envelope(0, epoch, new ClusterMessage.Beat()));
        }
    }

    @BeforeEach
    void connect() {
        a.transport.start(a);
        b.transport.start(b);
        a.transport.learn(b.id(), b.host.address());
        kernel.runUntil(Kernel.SECOND);
    }

    @Test
    void both_ends_learn_of_a_connection_and_messages_keep_their_order_in_calm_weather() {
        for (int i = 1; i <= 20; i++) {
            assertThat(a.send(b, i)).isEqualTo(SendResult.SENT);
        }
        kernel.runUntil(2 * Kernel.SECOND);

        assertThat(a.told).containsExactly("connected 200");
        assertThat(b.told)
                .hasSize(21)
                .startsWith("connected 100", "epoch 1 from 100")
                .endsWith("epoch 20 from 100");
    }

    @Test
    void those_who_refuse_each_other_are_not_connected() {
        b.cluster = "another";
        a.transport.drop(a.transport.connectionTo(b.transport));
        kernel.runUntil(10 * Kernel.SECOND);

        assertThat(a.told).containsExactly("connected 200", "disconnected 200");
        assertThat(a.send(b, 1)).isEqualTo(SendResult.UNREACHABLE);
    }

    @Test
    void a_cut_loses_messages_is_noticed_in_time_and_mends() {
        network.cut(List.of(a.host), List.of(b.host));
        assertThat(a.send(b, 1)).isEqualTo(SendResult.SENT);
        kernel.runUntil(kernel.now() + SimulatedNetwork.SLOWEST_DETECTION + 2 * Kernel.SECOND);

        assertThat(a.told).containsExactly("connected 200", "disconnected 200");
        assertThat(b.told).containsExactly("connected 100", "disconnected 100");
        assertThat(a.send(b, 2)).isEqualTo(SendResult.UNREACHABLE);

        network.heal();
        kernel.runUntil(kernel.now() + 3 * SimulatedTransport.LONGEST_BACKOFF);
        a.send(b, 3);
        kernel.runUntil(kernel.now() + Kernel.SECOND);

        assertThat(b.told).endsWith("connected 100", "epoch 3 from 100");
    }

    @Test
    void a_dead_process_is_reported_and_gets_nothing() {
        a.send(b, 1);
        b.transport.die(true);
        kernel.runUntil(kernel.now() + Kernel.SECOND);

        assertThat(b.told).containsExactly("connected 100");
        assertThat(a.told).containsExactly("connected 200", "disconnected 200");
    }

    @Test
    void a_clogged_link_delivers_everything_afterwards() {
        network.clog(a.host, b.host, kernel.now() + 5 * Kernel.SECOND);
        a.send(b, 1);
        kernel.runUntil(kernel.now() + 4 * Kernel.SECOND);
        assertThat(b.told).containsExactly("connected 100");
        kernel.runUntil(kernel.now() + 2 * Kernel.SECOND);

        assertThat(b.told).endsWith("epoch 1 from 100");
    }

    @Test
    void rough_weather_loses_repeats_and_reorders() {
        network.weather().loss = 0.2;
        network.weather().repeat = 0.2;
        network.weather().reorder = 0.2;
        for (int i = 1; i <= 200; i++) {
            a.send(b, i);
            kernel.runUntil(kernel.now() + Kernel.MILLI);
        }
        kernel.runUntil(kernel.now() + Kernel.SECOND);
        List<Long> epochs = b.told.stream()
                .filter(each -> each.startsWith("epoch"))
                .map(each -> Long.parseLong(each.split(" ")[1]))
                .toList();

        assertThat(epochs.stream().distinct().count()).isBetween(120L, 190L);
        assertThat(epochs).hasSizeGreaterThan((int) epochs.stream().distinct().count());
        assertThat(epochs).isNotEqualTo(epochs.stream().sorted().toList());
        assertThat(network.fired()).containsKeys(FaultClass.LOSS, FaultClass.REPEAT, FaultClass.REORDER);
    }

    @Test
    void a_link_refuses_more_than_its_bytes_under_way() {
        network.weather().bytesInFlight = 10;
        assertThat(a.send(b, 1)).isEqualTo(SendResult.SENT);
        while (a.send(b, 2) == SendResult.SENT) {
            assertThat(network.messages()).isLessThan(10);
        }
        kernel.runUntil(kernel.now() + Kernel.SECOND);

        assertThat(a.send(b, 3)).isEqualTo(SendResult.SENT);
    }
}
