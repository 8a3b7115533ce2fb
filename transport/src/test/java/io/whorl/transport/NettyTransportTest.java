package io.whorl.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.management.UnixOperatingSystemMXBean;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.whorl.core.message.ClusterMessage.Beat;
import io.whorl.core.message.Envelope;
import io.whorl.core.ring.Address;
import io.whorl.core.spi.Transport;
import io.whorl.core.spi.Transport.SendResult;
import io.whorl.core.spi.TransportCounters;
import java.lang.management.ManagementFactory;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class NettyTransportTest extends TransportContract {
    private static final Address ANY = new Address("127.0.0.1", 0);
    private static final List<String> LEAKS = new CopyOnWriteArrayList<>();

    @BeforeAll
    static void watch_for_leaks() {
        ByteBufUtil.setLeakListener((resource, records) -> LEAKS.add(resource + " " + records));
    }

    /** Leaks are found when their buffers were collected and another one is allocated. */
    @AfterAll
    static void no_buffer_has_leaked() {
        for (int i = 0; i < 3; i++) {
            System.gc();
            io.netty.buffer.PooledByteBufAllocator.DEFAULT.directBuffer().release();
        }
        assertThat(LEAKS).isEmpty();
    }

    @Override
    protected Transport open(Address bind, TransportOptions options) {
        return new NettyTransport(bind, options);
    }

    @Override
    protected Address anyAddress() {
        return ANY;
    }

    @Override
    protected TransportCounters counters(Transport transport) {
        return ((NettyTransport) transport).counters();
    }

    private interface Mischief {
        void with(RawPeer peer) throws Exception;
    }

    /** Does it beside a healthy connection, which must not suffer; the mischievous one must be closed and counted. */
    private void closesOnlyThatConnection(Mischief mischief) throws Exception {
        RecordingNode a = node(1, 11);
        RecordingNode b = node(2, 22).learn(a);
        b.awaitUp(a);
        try (RawPeer raw = new RawPeer(a.address())) {
            mischief.with(raw);
            raw.readToEnd();
        }
        await().until(() -> counters(a.transport()).violations() == 1);
        b.sendWhenUp(a, text(1));
        a.awaitMessages(1);
        assertThat(a.messages()).containsExactly(text(1));
        assertThat(b.links()).containsExactly(a.asUp());
    }

    @Test
    void random_bytes_close_only_their_connection() throws Exception {
        byte[] garbage = new byte[10_000];
        new SplittableRandom(3).nextBytes(garbage);
        closesOnlyThatConnection(raw -> raw.send(garbage));
    }

    @Test
    void a_length_above_the_limit_closes_only_that_connection() throws Exception {
        closesOnlyThatConnection(raw -> raw.send(new byte[] {1, 0, 0, 1, 0, 0, 0, 0}));
        closesOnlyThatConnection(raw -> raw.send(new byte[] {-1, -1, -1, -1, 0, 0, 0, 0}));
        closesOnlyThatConnection(raw -> raw.send(new byte[8]));
        closesOnlyThatConnection(raw -> raw.shakeHands().send(new byte[] {1, 0, 0, 1, 0, 0, 0, 0}));
    }

    @Test
    void before_the_handshake_frames_are_small() throws Exception {
        closesOnlyThatConnection(raw -> raw.send(RawPeer.frame(FrameKind.HANDSHAKE, new byte[Chunks.MAX_HANDSHAKE])));
    }

    @Test
    void a_wrong_checksum_closes_only_that_connection() throws Exception {
        byte[] heartbeat = RawPeer.frame(FrameKind.HEARTBEAT);
        heartbeat[7] ^= 1;
        closesOnlyThatConnection(raw -> raw.send(heartbeat));
    }

    @Test
    void what_is_out_of_turn_closes_only_that_connection() throws Exception {
        byte[] beat = MessageCodec.encode(new Envelope(0, 0, new Beat()));
        byte[] greeting = HandshakeCodec.greeting(RawPeer.hello(77, "cluster"), Handshake.VERSIONS);
        closesOnlyThatConnection(raw -> raw.send(RawPeer.frame(FrameKind.MESSAGE, beat)));
        closesOnlyThatConnection(raw -> raw.send(RawPeer.chunk(0, 0, 1, beat)));
        closesOnlyThatConnection(raw -> raw.send(RawPeer.frame(FrameKind.HANDSHAKE, (byte) 1, (byte) 2)));
        closesOnlyThatConnection(raw -> raw.send(RawPeer.frame(FrameKind.HANDSHAKE, HandshakeCodec.accepted(1))));
        closesOnlyThatConnection(raw -> raw.send(RawPeer.frame(FrameKind.HANDSHAKE, greeting))
                .send(RawPeer.frame(FrameKind.HANDSHAKE, greeting)));
        closesOnlyThatConnection(raw -> raw.shakeHands().send(RawPeer.frame(FrameKind.HANDSHAKE, greeting)));
    }

    @Test
    void an_unknown_kind_of_frame_closes_only_that_connection() throws Exception {
        closesOnlyThatConnection(raw -> raw.send(RawPeer.frame(77)));
        closesOnlyThatConnection(raw -> raw.shakeHands().send(RawPeer.frame(0)));
    }

    @Test
    void malformed_messages_and_chunks_close_only_that_connection() throws Exception {
        closesOnlyThatConnection(raw -> raw.shakeHands().send(RawPeer.frame(FrameKind.MESSAGE, (byte) 9)));
        closesOnlyThatConnection(raw -> raw.shakeHands().send(RawPeer.frame(FrameKind.MESSAGE)));
        closesOnlyThatConnection(raw -> raw.shakeHands().send(RawPeer.chunk(0, 1, 0, (byte) 1)));
        closesOnlyThatConnection(raw -> raw.shakeHands().send(RawPeer.chunk(0, 0, 2, (byte) 1)));
        closesOnlyThatConnection(raw -> raw.shakeHands().send(RawPeer.chunk(0, 0, 0)));
    }

    @Test
    void a_handshake_that_does_not_come_ends_the_connection() throws Exception {
        RecordingNode a =
                node(ANY, "cluster", 1, 11, options().withTimeouts(Duration.ofSeconds(2), Duration.ofMillis(100)));
        try (RawPeer raw = new RawPeer(a.address())) {
            raw.send(new byte[] {0, 0});
            assertThat(raw.readToEnd()).isEmpty();
        }
        await().until(() -> counters(a.transport()).violations() == 1);
    }

    @Test
    void a_frame_that_breaks_off_is_forgotten_with_its_connection() throws Exception {
        RecordingNode a = node(1, 11);
        try (RawPeer raw = new RawPeer(a.address()).shakeHands()) {
            await().until(() -> a.links().size() == 1);
            raw.send(new byte[] {0, 0, 1, 0, 1, 2, 3, 4, 5});
        }
        await().until(() -> a.links().size() == 2);
        assertThat(counters(a.transport()).violations()).isZero();
        assertThat(a.messages()).isEmpty();
    }

    @Test
    void a_message_of_a_newer_version_is_dropped_and_counted_and_the_connection_stays() throws Exception {
        RecordingNode a = node(1, 11);
        byte[] unknownKind = {(byte) 0xC2, 0x3E, 1, 0}; // field 1000, one byte
        byte[] beat = MessageCodec.encode(new Envelope(0, 0, new Beat()));
        try (RawPeer raw = new RawPeer(a.address()).shakeHands()) {
            raw.send(RawPeer.frame(FrameKind.MESSAGE, unknownKind)).send(RawPeer.frame(FrameKind.MESSAGE, beat));
            a.awaitMessages(1);
            assertThat(counters(a.transport()).unknownMessages()).isEqualTo(1);
            assertThat(counters(a.transport()).violations()).isZero();
        }
    }

    @Test
    void chunks_of_several_messages_may_alternate() throws Exception {
        RecordingNode a = node(1, 11);
        byte[] one = MessageCodec.encode(new Envelope(0, 0, text(1)));
        byte[] two = MessageCodec.encode(new Envelope(0, 0, text(2)));
        try (RawPeer raw = new RawPeer(a.address()).shakeHands()) {
            raw.send(RawPeer.chunk(1, 0, 0, one[0]))
                    .send(RawPeer.chunk(2, 0, 0, two[0]))
                    .send(RawPeer.frame(FrameKind.MESSAGE, MessageCodec.encode(new Envelope(0, 0, new Beat()))))
                    .send(RawPeer.chunk(2, 1, 1, java.util.Arrays.copyOfRange(two, 1, two.length)))
                    .send(RawPeer.chunk(1, 1, 1, java.util.Arrays.copyOfRange(one, 1, one.length)));
            a.awaitMessages(3);
        }
        assertThat(a.messages()).containsExactly(new Beat(), text(2), text(1));
    }

    @Test
    void a_refused_peer_is_told_why() throws Exception {
        RecordingNode a = node(1, 11);
        try (RawPeer raw = new RawPeer(a.address())) {
            raw.send(RawPeer.frame(
                    FrameKind.HANDSHAKE, HandshakeCodec.greeting(RawPeer.hello(7, "other"), Handshake.VERSIONS)));
            assertThat(HandshakeCodec.decode(raw.read().body()))
                    .isInstanceOfSatisfying(
                            HandshakeCodec.Refused.class,
                            refused -> assertThat(refused.reason()).contains("'other'", "'cluster'"));
            assertThat(raw.readToEnd()).isEmpty();
        }
        assertThat(a.links()).isEmpty();
    }

    @Test
    void a_silent_connection_gets_heartbeats_and_one_from_which_nothing_comes_is_closed() throws Exception {
        TransportOptions brief =
                options().withLiveness(Duration.ofMillis(50), Duration.ofMillis(400), Duration.ofSeconds(60));
        RecordingNode a = node(ANY, "cluster", 1, 11, brief);
        RecordingNode b = node(ANY, "cluster", 2, 22, brief).learn(a);
        b.awaitUp(a);
        try (RawPeer raw = new RawPeer(a.address()).shakeHands()) {
            List<RawPeer.Frame> frames = raw.readToEnd();
            assertThat(frames).isNotEmpty().allMatch(frame -> frame.kind() == FrameKind.HEARTBEAT);
        }
        await().until(() -> a.links().size() == 3);
        assertThat(b.links()).containsExactly(a.asUp());
    }

    @Test
    void an_address_in_use_by_another_program_is_refused_with_what_to_do() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, java.net.InetAddress.getByName("127.0.0.1"))) {
            Address address = new Address("127.0.0.1", taken.getLocalPort());
            assertThatThrownBy(() -> open(address, options()))
                    .hasMessageContaining(address.toString())
                    .hasMessageContaining("in use");
        }
        assertThatThrownBy(() -> open(new Address("192.0.2.1", 0), options()))
                .hasMessageContaining("192.0.2.1:0")
                .hasMessageContaining("address of this machine");
    }

    @Test
    void a_host_name_is_looked_up_and_an_unknown_one_does_no_harm() {
        RecordingNode a = node(1, 11);
        RecordingNode b = node(2, 22);
        a.transport().send(new Address("no-such-host.invalid", 1), new Envelope(0, 0, new Beat()));
        a.transport().learn(b.id(), new Address("localhost", b.address().port()));
        a.awaitUp(b);
    }

    @Test
    void it_runs_on_event_loops_of_its_caller_and_leaves_them_running() {
        MultiThreadIoEventLoopGroup group =
                new MultiThreadIoEventLoopGroup(2, new DefaultThreadFactory("shared", true), NioIoHandler.newFactory());
        try {
            RecordingNode a = new RecordingNode(new NettyTransport(ANY, options(), group), "cluster", 1, 11).start();
            RecordingNode b = new RecordingNode(new NettyTransport(ANY, options(), group), "cluster", 2, 22).start();
            a.learn(b);
            b.learn(a);
            a.awaitUp(b);
            IntStream.range(0, 500).forEach(i -> a.sendWhenUp(b, text(i)));
            b.awaitMessages(500);
            assertThat(b.messages())
                    .isEqualTo(IntStream.range(0, 500)
                            .mapToObj(TransportContract::text)
                            .toList());
            a.close();
            b.awaitDown(a);
            b.close();
            assertThat(group.isShuttingDown()).isFalse();
        } finally {
            group.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
        }
    }

    @Test
    void it_closes_even_after_the_event_loops_of_its_caller() {
        MultiThreadIoEventLoopGroup group =
                new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory("shared", true), NioIoHandler.newFactory());
        RecordingNode a = new RecordingNode(new NettyTransport(ANY, options(), group), "cluster", 1, 11).start();
        RecordingNode b = node(2, 22).learn(a);
        b.awaitUp(a);
        group.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
        b.awaitDown(a);
        a.learn(b);
        a.close();
        assertThat(a.send(b, new Beat())).isEqualTo(SendResult.UNREACHABLE);
    }

    @Test
    void several_event_loops_keep_what_a_node_hears_in_order() {
        TransportOptions several = options().withThreads(3);
        for (int round = 0; round < 20; round++) {
            RecordingNode a = node(ANY, "cluster", 1, 11, several);
            RecordingNode b = node(ANY, "cluster", 2, 22 + round, several).learn(a);
            a.learn(b);
            a.awaitUp(b);
            b.sendWhenUp(a, text(round));
            a.awaitMessages(1);
            b.close();
            a.awaitDown(b);
            a.close();
            // Both sides dial: a connection may end while the other one still begins. Each turn is told once, in order.
            List<String> links = a.links();
            for (int i = 0; i < links.size(); i++) {
                assertThat(links.get(i)).isEqualTo(i % 2 == 0 ? b.asUp() : b.asDown());
            }
        }
    }

    @Test
    void closed_by_its_own_sink_it_ends_all_the_same() {
        RecordingNode a = node(1, 11);
        RecordingNode b = node(2, 22).learn(a);
        b.awaitUp(a);
        a.onMessage(envelope -> a.close());
        b.sendWhenUp(a, new Beat());
        b.awaitDown(a);
        assertThat(a.send(b, new Beat())).isEqualTo(SendResult.UNREACHABLE);
        RecordingNode again = node(a.address(), "cluster", 1, 12, options());
        b.awaitUp(again);
    }

    @Test
    void fifty_pairs_opened_and_closed_leave_no_file_handle() {
        UnixOperatingSystemMXBean system = (UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        openAndClosePair(1);
        long before = system.getOpenFileDescriptorCount();
        for (int i = 0; i < 50; i++) {
            openAndClosePair(i);
        }
        // Some slack for what the JVM itself opens meanwhile; a leak would leave 50 or more.
        await().untilAsserted(
                        () -> assertThat(system.getOpenFileDescriptorCount()).isLessThanOrEqualTo(before + 5));
    }

    private void openAndClosePair(int round) {
        RecordingNode a = node(1, 1_000 + round);
        RecordingNode b = node(2, 2_000 + round).learn(a);
        b.sendWhenUp(a, text(round));
        a.awaitMessages(1);
        b.close();
        a.close();
    }
}
