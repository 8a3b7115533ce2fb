package io.whorl.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whorl.core.message.Hello;
import io.whorl.core.ring.Address;
import io.whorl.core.ring.ClusterId;
import io.whorl.core.ring.NodeId;
import io.whorl.core.version.MalformedBytesException;
import io.whorl.transport.wire.Wire;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class HandshakeTest {
    private static final Hello A = hello(1, 11, "cluster");
    private static final Hello B = hello(2, 22, "cluster");

    private static Hello hello(long node, long run, String cluster) {
        return new Hello(
                cluster, Optional.of(new ClusterId(5)), new NodeId(node), run, 3, new Address("127.0.0.1", 4000));
    }

    private static Handshake dialing(Hello self, NodeId expected) {
        return new Handshake(true, Optional.ofNullable(expected), () -> self, self::refusal);
    }

    private static Handshake accepting(Hello self) {
        return new Handshake(false, Optional.empty(), () -> self, self::refusal);
    }

    @Test
    void both_sides_agree_in_one_and_a_half_exchanges() {
        Handshake a = dialing(A, B.node());
        Handshake b = accepting(B);
        assertThat(b.begin()).isEmpty();

        Handshake.Step atB = b.receive(a.begin().get(0));
        assertThat(atB).isInstanceOf(Handshake.Continue.class);
        assertThat(atB.replies()).hasSize(2);

        Handshake.Step greeted = a.receive(atB.replies().get(0));
        assertThat(greeted).isInstanceOf(Handshake.Continue.class);
        Handshake.Step agreed = a.receive(atB.replies().get(1));
        assertThat(agreed)
                .isInstanceOfSatisfying(
                        Handshake.Agreed.class, step -> assertThat(step.peer()).isEqualTo(B));
        Handshake.Step agreedAtB = b.receive(greeted.replies().get(0));
        assertThat(agreedAtB)
                .isInstanceOfSatisfying(
                        Handshake.Agreed.class, step -> assertThat(step.peer()).isEqualTo(A));
    }

    @Test
    void a_hello_without_a_cluster_comes_back_so() {
        Hello homeless = new Hello("n", Optional.empty(), new NodeId(-1), -2, 0, new Address("::1", 65_535));
        assertThat(HandshakeCodec.decode(HandshakeCodec.greeting(homeless, List.of(1, 2, 3))))
                .isEqualTo(new HandshakeCodec.Greeting(homeless, List.of(1, 2, 3)));
    }

    @Test
    void a_hello_of_a_recovered_line_comes_back_so() {
        Hello recovered = new Hello(
                "n",
                Optional.of(new ClusterId(5)),
                new NodeId(-1),
                -2,
                1_000_003,
                new Address("h", 1),
                -7,
                Optional.of(0L));
        assertThat(HandshakeCodec.decode(HandshakeCodec.greeting(recovered, List.of(1))))
                .isEqualTo(new HandshakeCodec.Greeting(recovered, List.of(1)));
    }

    @Test
    void a_side_that_declined_cannot_be_accepted_any_more() {
        Handshake a = dialing(A, new NodeId(3));
        Handshake.Step atB = accepting(B).receive(a.begin().get(0));
        assertThat(a.receive(atB.replies().get(0)))
                .isInstanceOfSatisfying(
                        Handshake.Declined.class,
                        step -> assertThat(step.reason()).contains("was expected"));
        assertThatThrownBy(() -> a.receive(atB.replies().get(1))).isInstanceOf(MalformedBytesException.class);
    }

    @Test
    void the_same_process_is_recognised() {
        assertThat(accepting(A).receive(dialing(A, null).begin().get(0)))
                .isInstanceOfSatisfying(
                        Handshake.Declined.class,
                        step -> assertThat(step.self()).isTrue());
    }

    @Test
    void a_copy_of_the_node_is_refused_and_told_so() {
        Handshake.Step step = accepting(A)
                .receive(dialing(hello(1, 12, "cluster"), null).begin().get(0));
        assertThat(step).isInstanceOfSatisfying(Handshake.Declined.class, declined -> {
            assertThat(declined.self()).isFalse();
            assertThat(declined.reason()).contains("copied");
            assertThat(dialing(A, null).receive(declined.replies().get(0)))
                    .isInstanceOfSatisfying(
                            Handshake.Declined.class,
                            heard -> assertThat(heard.reason()).contains("it refused us", "copied"));
        });
    }

    @Test
    void without_a_common_protocol_version_both_hear_which_they_speak() {
        byte[] future = HandshakeCodec.greeting(B, List.of(7, 8));
        assertThat(accepting(A).receive(future))
                .isInstanceOfSatisfying(
                        Handshake.Declined.class,
                        step -> assertThat(step.reason()).contains("[7, 8]", "[1]", "upgrade"));
        assertThat(accepting(A).receive(HandshakeCodec.greeting(B, List.of(2, 1))))
                .isInstanceOf(Handshake.Continue.class);
    }

    @Test
    void what_is_no_handshake_is_refused() {
        byte[] noMagic = Wire.Handshake.newBuilder()
                .setHello(Wire.Hello.newBuilder().setNode(1))
                .build()
                .toByteArray();
        assertThatThrownBy(() -> HandshakeCodec.decode(noMagic)).hasMessageContaining("magic");
        assertThatThrownBy(() -> HandshakeCodec.decode(new byte[0])).hasMessageContaining("without a step");
        assertThatThrownBy(() -> dialing(A, null).receive(HandshakeCodec.accepted(1)))
                .isInstanceOf(MalformedBytesException.class);
    }

    @Test
    void damaged_greetings_are_decoded_or_refused_and_nothing_else() {
        SplittableRandom random = new SplittableRandom(4);
        byte[] greeting = HandshakeCodec.greeting(A, Handshake.VERSIONS);
        for (int i = 0; i < 20_000; i++) {
            byte[] damaged = greeting.clone();
            for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            }
            try {
                accepting(B).receive(damaged);
            } catch (MalformedBytesException e) {
                assertThat(e).hasMessageContaining("expected");
            }
        }
    }

    @Test
    void a_reason_cannot_flood_or_forge_the_log() {
        String reason = "x\nERROR forged line".repeat(1_000);
        assertThat(HandshakeCodec.decode(HandshakeCodec.refused(reason)))
                .isInstanceOfSatisfying(HandshakeCodec.Refused.class, refused -> {
                    assertThat(refused.reason()).doesNotContain("\n");
                    assertThat(refused.reason()).hasSizeLessThan(1_100);
                });
    }
}
