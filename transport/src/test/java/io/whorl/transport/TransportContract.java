package io.whorl.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.whorl.core.message.ClusterMessage.Beat;
import io.whorl.core.message.ClusterMessage.Rejected;
import io.whorl.core.message.Envelope;
import io.whorl.core.message.Message;
import io.whorl.core.message.ReplicaMessage;
import io.whorl.core.ring.Address;
import io.whorl.core.ring.ReplicaId;
import io.whorl.core.spi.Transport;
import io.whorl.core.spi.Transport.SendResult;
import io.whorl.core.spi.TransportCounters;
import io.whorl.core.version.Actor;
import io.whorl.core.version.Dot;
import io.whorl.core.version.DotSet;
import io.whorl.core.version.Record;
import io.whorl.core.version.Role;
import io.whorl.core.version.Sibling;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every {@link Transport} does. A subclass makes the transports. */
@Timeout(60)
public abstract class TransportContract {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final List<AutoCloseable> opened = new ArrayList<>();

    /** A transport that can reach the others of the same test; port 0 for any that is free. */
    protected abstract Transport open(Address bind, TransportOptions options);

    /** What a transport of this kind has met. */
    protected abstract TransportCounters counters(Transport transport);

    /** An address that can be bound. */
    protected abstract Address anyAddress();

    /** Quick to try again, so that tests are. */
    protected static TransportOptions options() {
        return TransportOptions.defaults()
                .withBackoff(Duration.ofMillis(5), Duration.ofMillis(50), Duration.ofMillis(100));
    }

    @AfterEach
    void close_all() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
    }

    protected final RecordingNode node(long id, long run) {
        return node(anyAddress(), "cluster", id, run, options());
    }

    protected final RecordingNode node(Address bind, String cluster, long id, long run, TransportOptions options) {
        RecordingNode node = new RecordingNode(open(bind, options), cluster, id, run);
        opened.add(node);
        return node.start();
    }

    protected static Message text(int number) {
        return new Rejected("message " + number);
    }

    @Test
    void two_nodes_that_learn_each_other_are_each_connected_once() {
        for (int round = 0; round < 10; round++) {
            RecordingNode a = node(1, 11);
            RecordingNode b = node(2, 22);
            a.learn(b);
            b.learn(a);
            a.awaitLinks(b.asUp());
            b.awaitLinks(a.asUp());
            a.sendWhenUp(b, text(1));
            b.sendWhenUp(a, text(2));
            a.awaitMessages(1);
            b.awaitMessages(1);
            assertThat(a.links()).containsExactly(b.asUp());
            assertThat(b.links()).containsExactly(a.asUp());
            a.close();
            b.close();
        }
    }

    @Test
    void one_side_that_connects_is_enough_for_both() {
        RecordingNode a = node(1, 11);
        RecordingNode b = node(2, 22);
        assertThat(b.send(a, new Beat())).isEqualTo(SendResult.UNREACHABLE);
        a.learn(b);
        b.awaitUp(a);
        assertThat(b.send(a, text(7))).isEqualTo(SendResult.SENT);
        a.awaitMessages(1);
        assertThat(a.messages()).containsExactly(text(7));
        assertThat(a.senders()).containsExactly(b.id());
    }

    @Test
    void messages_of_every_kind_arrive_as_they_were_sent() {
        RecordingNode a = node(1, 11);
        RecordingNode b = node(2, 22).learn(a);
        a.awaitUp(b);
        MessageGenerator generator = new MessageGenerator(5);
        List<byte[]> sent = new ArrayList<>();
        List<byte[]> arrived = new ArrayList<>();
        a.onMessage(envelope -> {
            synchronized (arrived) {
                arrived.add(MessageCodec.encode(envelope));
            }
        });
        for (int kind = 0; kind < generator.kinds(); kind++) {
            Envelope envelope = generator.envelope(kind);
            sent.add(MessageCodec.encode(envelope));
            await().atMost(PATIENCE).until(() -> b.transport().send(a.id(), envelope) == SendResult.SENT);
        }
        a.awaitMessages(sent.size());
        assertThat(arrived).usingElementComparator(Arrays::compare).isEqualTo(sent);
    }

    @Test
    void messages_of_one_sender_stay_in_order_while_the_connection_stands() {
        RecordingNode a = node(1, 11);
        RecordingNode b = node(2, 22).learn(a);
        a.learn(b);
        a.awaitUp(b);
        b.awaitUp(a);
        int count = 5_000;
        for (int i = 0; i < count; i++) {
            assertThat(a.send(b, text(i))).isEqualTo(SendResult.SENT);
        }
        b.awaitMessages(count);
        assertThat(b.messages())
                .isEqualTo(IntStream.range(0, count)
                        .mapToObj(TransportContract::text)
                        .toList());
    }

    @Test
    void a_node_of_another_cluster_is_refused_from_either_side() {
        for (boolean strangerConnects : new boolean[] {true, false}) {
            RecordingNode a = node(1, 11);
            RecordingNode stranger = node(anyAddress(), "another", 2, 22, options());
            if (strangerConnects) {
                stranger.learn(a);
            } else {
                a.learn(stranger);
            }
            await().atMost(PATIENCE).until(() -> refusals(a.transport()) >= 2 && refusals(stranger.transport()) >= 2);
            assertThat(a.links()).isEmpty();
            assertThat(stranger.links()).isEmpty();
            assertThat(a.send(stranger, new Beat())).isEqualTo(SendResult.UNREACHABLE);
            a.close();
            stranger.close();
        }
    }

    @Test
    void a_node_is_not_taken_for_the_one_that_was_expected_at_its_address() {
        RecordingNode a = node(1, 11);
        RecordingNode b = node(2, 22);
        RecordingNode absent = new RecordingNode(b.transport(), "cluster", 3, 33);
        a.learn(absent);
        await().atMost(PATIENCE).until(() -> refusals(a.transport()) >= 2 && refusals(b.transport()) >= 2);
        assertThat(a.links()).isEmpty();
        assertThat(b.links()).isEmpty();
    }

    @Test
    void a_node_does_not_connect_to_itself() {
        RecordingNode a = node(1, 11);
        RecordingNode b = node(2, 22);
        a.transport().learn(a.id(), a.address());
        a.transport().send(a.address(), new Envelope(0, 0, new Beat()));
        a.learn(b);
        a.awaitUp(b);
        a.sendWhenUp(b, new Beat());
        b.awaitMessages(1);
        assertThat(a.links()).containsExactly(b.asUp());
        assertThat(a.messages()).isEmpty();
        assertThat(a.send(a, new Beat())).isEqualTo(SendResult.UNREACHABLE);
    }

    @Test
    void a_restarted_peer_is_found_again_under_its_new_run() {
        RecordingNode a = node(1, 11);
        RecordingNode b = node(2, 22);
        a.learn(b);
        a.awaitUp(b);
        b.close();
        a.awaitLinks(b.asUp(), b.asDown());
        assertThat(a.send(b, new Beat())).isEqualTo(SendResult.UNREACHABLE);

        RecordingNode again = node(b.address(), "cluster", 2, 23, options());
        a.awaitLinks(b.asUp(), b.asDown(), again.asUp());
        a.sendWhenUp(again, text(1));
        again.awaitMessages(1);
        assertThat(b.messages()).isEmpty();
    }

    @Test
    void another_run_replaces_the_one_before_once_its_connections_are_gone() {
        RecordingNode a = node(1, 11);
        RecordingNode b = node(2, 22).learn(a);
        a.awaitUp(b);
        // A copy of the node that is not dead: it must not be connected beside the first.
        RecordingNode copy = node(2, 23).learn(a);
        await().atMost(PATIENCE).until(() -> a.links().size() >= 3);
        assertThat(a.links().subList(0, 3)).containsExactly(b.asUp(), b.asDown(), copy.asUp());
    }

    @Test
    void a_record_of_twenty_megabytes_arrives_and_small_messages_beside_it() {
        RecordingNode a = node(1, 11);
        RecordingNode b = node(2, 22).learn(a);
        a.awaitUp(b);
        byte[] value = new byte[20 << 20];
        for (int i = 0; i < value.length; i++) {
            value[i] = (byte) (i * 31 >>> 7);
        }
        Dot dot = new Dot(new Actor(9, 0, Role.REPLICA), 1);
        Record record = new Record(List.of(new Sibling(dot, value, 1, 0)), DotSet.empty());
        ReplicaMessage large = new ReplicaMessage.ReadAnswer(1, new ReplicaId(1, 0), record, DotSet.empty());
        for (int i = 0; i < 3; i++) {
            b.sendWhenUp(a, large);
            b.sendWhenUp(a, text(i));
        }
        a.awaitMessages(6);
        List<Message> arrived = a.messages().stream()
                .filter(ReplicaMessage.ReadAnswer.class::isInstance)
                .toList();
        assertThat(arrived).containsExactly(large, large, large);
        assertThat(a.messages()).contains(text(0), text(1), text(2));
    }

    @Test
    void sending_answers_full_while_the_receiver_does_not_keep_up_and_recovers() {
        TransportOptions small = options().withMaxInFlightBytes(1 << 20);
        RecordingNode a = node(anyAddress(), "cluster", 1, 11, small);
        RecordingNode b = node(anyAddress(), "cluster", 2, 22, small).learn(a);
        b.awaitUp(a);
        CountDownLatch resume = new CountDownLatch(1);
        a.onMessage(envelope -> uninterruptibly(resume));
        Message large = new Rejected("x".repeat(300 << 10));
        int sent = 0;
        SendResult result = b.send(a, large);
        // The operating system takes some megabytes off our hands before it makes us wait.
        while (result == SendResult.SENT && sent < 2_000) {
            sent++;
            result = b.send(a, large);
        }
        assertThat(result).isEqualTo(SendResult.FULL);
        resume.countDown();
        a.awaitMessages(sent);
        b.sendWhenUp(a, text(1));
        a.awaitMessages(sent + 1);
        assertThat(a.links()).containsExactly(b.asUp());
    }

    @Test
    void a_message_above_the_limit_is_taken_when_nothing_else_is_under_way() {
        TransportOptions small = options().withMaxInFlightBytes(1_000);
        RecordingNode a = node(anyAddress(), "cluster", 1, 11, small);
        RecordingNode b = node(anyAddress(), "cluster", 2, 22, small).learn(a);
        b.sendWhenUp(a, new Rejected("y".repeat(3 << 20)));
        a.awaitMessages(1);
        b.sendWhenUp(a, text(1));
        a.awaitMessages(2);
    }

    @Test
    void who_listens_at_an_address_is_reached_without_being_known() {
        RecordingNode a = node(1, 11);
        RecordingNode b = node(2, 22);
        a.transport().send(b.address(), new Envelope(0, 0, text(1)));
        b.awaitMessages(1);
        assertThat(b.messages()).containsExactly(text(1));
        assertThat(b.send(a, text(2))).isEqualTo(SendResult.SENT);
        a.awaitMessages(1);
        a.transport().send(b.address(), new Envelope(0, 0, text(3)));
        b.awaitMessages(2);
        assertThat(a.links()).containsExactly(b.asUp());
        assertThat(b.links()).containsExactly(a.asUp());
    }

    @Test
    void a_message_to_an_address_waits_until_somebody_listens_there() {
        RecordingNode a = node(1, 11);
        RecordingNode placeholder = node(2, 22);
        placeholder.close();
        a.transport().send(placeholder.address(), new Envelope(0, 0, text(1)));
        RecordingNode b = node(placeholder.address(), "cluster", 2, 23, options());
        b.awaitMessages(1);
        assertThat(b.messages()).containsExactly(text(1));
    }

    @Test
    void a_connection_made_for_an_address_ends_when_nobody_uses_it() {
        TransportOptions brief =
                options().withLiveness(Duration.ofSeconds(1), Duration.ofSeconds(10), Duration.ofMillis(100));
        RecordingNode a = node(anyAddress(), "cluster", 1, 11, brief);
        RecordingNode b = node(2, 22);
        a.transport().send(b.address(), new Envelope(0, 0, text(1)));
        b.awaitLinks(a.asUp(), a.asDown());
        a.awaitLinks(b.asUp(), b.asDown());
    }

    @Test
    void a_connection_made_for_an_address_stays_once_its_node_is_learned() {
        TransportOptions brief =
                options().withLiveness(Duration.ofSeconds(1), Duration.ofSeconds(10), Duration.ofMillis(20));
        RecordingNode a = node(anyAddress(), "cluster", 1, 11, brief);
        RecordingNode b = node(2, 22);
        RecordingNode c = node(3, 33);
        a.transport().send(b.address(), new Envelope(0, 0, text(1)));
        a.learn(b);
        a.awaitUp(b);
        a.transport().send(c.address(), new Envelope(0, 0, text(1)));
        c.awaitLinks(a.asUp(), a.asDown()); // so the sweep has passed
        assertThat(b.links()).containsExactly(a.asUp());
    }

    @Test
    void after_close_nothing_is_delivered_and_sending_is_answered() {
        RecordingNode a = node(1, 11);
        RecordingNode b = node(2, 22).learn(a);
        a.awaitUp(b);
        b.awaitUp(a);
        Thread sender = new Thread(() -> {
            for (int i = 0; b.send(a, text(i)) == SendResult.SENT; i++) {
                Thread.onSpinWait();
            }
        });
        sender.start();
        a.awaitMessages(10);
        a.close();
        int received = a.messages().size();
        List<String> links = a.links();
        b.awaitDown(a);
        assertThat(a.messages()).hasSize(received);
        assertThat(a.links()).isEqualTo(links);

        a.close();
        assertThat(a.send(b, new Beat())).isEqualTo(SendResult.UNREACHABLE);
        a.transport().send(b.address(), new Envelope(0, 0, new Beat()));
        a.learn(b);
        assertThat(a.address()).isEqualTo(a.transport().address());
    }

    @Test
    void close_without_start_frees_the_address() {
        Transport unused = open(anyAddress(), options());
        Address address = unused.address();
        unused.close();
        assertThat(node(address, "cluster", 1, 11, options()).address()).isEqualTo(address);
    }

    @Test
    void an_address_in_use_is_refused_with_what_to_do() {
        RecordingNode a = node(1, 11);
        assertThatThrownBy(() -> open(a.address(), options()))
                .hasMessageContaining(a.address().toString())
                .hasMessageContaining("in use")
                .hasMessageContaining("port");
    }

    @Test
    void a_transport_starts_once() {
        RecordingNode a = node(1, 11);
        assertThatThrownBy(a::start).isInstanceOf(IllegalStateException.class).hasMessageContaining("started");
        a.close();
        Transport closed = open(anyAddress(), options());
        closed.close();
        assertThatThrownBy(() -> closed.start(a)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void what_the_node_throws_at_a_message_does_not_end_the_connection() {
        RecordingNode a = node(1, 11);
        RecordingNode b = node(2, 22).learn(a);
        b.awaitUp(a);
        CountDownLatch thrown = new CountDownLatch(1);
        a.onMessage(envelope -> {
            if (envelope.message() instanceof Beat) {
                thrown.countDown();
                throw new IllegalStateException("thrown by a test on purpose");
            }
        });
        b.sendWhenUp(a, new Beat());
        uninterruptibly(thrown); // what arrives together with such a message may be lost with it
        b.sendWhenUp(a, text(1));
        a.awaitMessages(1);
        assertThat(a.messages()).containsExactly(text(1));
        assertThat(a.links()).containsExactly(b.asUp());
    }

    @Test
    void fifty_pairs_opened_and_closed_leave_no_thread() {
        RecordingNode first = node(1, 11); // whatever starts once per JVM, or per network, is there from here on
        RecordingNode second = node(2, 22).learn(first);
        first.awaitUp(second);
        second.close();
        first.close();
        Set<String> before = threads();
        for (int i = 0; i < 50; i++) {
            RecordingNode a = node(1, 100 + i);
            RecordingNode b = node(2, 200 + i).learn(a);
            a.awaitUp(b);
            b.close();
            a.close();
        }
        assertThat(threads()).isEqualTo(before);
    }

    private static Set<String> threads() {
        Set<String> names = new TreeSet<>();
        Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("whorl"))
                .forEach(thread -> names.add(thread.getName()));
        return names;
    }

    private long refusals(Transport transport) {
        return counters(transport).refusals();
    }

    private static void uninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
