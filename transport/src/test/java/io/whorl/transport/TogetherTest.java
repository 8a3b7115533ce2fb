package io.whorl.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.whorl.core.message.ClusterMessage.Rejected;
import io.whorl.core.message.Envelope;
import io.whorl.core.message.Hello;
import io.whorl.core.ring.Address;
import io.whorl.core.ring.NodeId;
import io.whorl.core.spi.Transport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What one read of a connection brings is told to the node together, in order, and before whatever follows it. */
class TogetherTest {
    private final List<String> told = new ArrayList<>();
    private final Peers peers = new Peers(new AtOnce(), TransportOptions.defaults());
    private final EmbeddedChannel channel = new EmbeddedChannel();

    /** Decides on the test's thread, and reaches nobody. */
    private static final class AtOnce implements Carrier {
        @Override
        public Address address() {
            return new Address("127.0.0.1", 1);
        }

        @Override
        public void dial(Address to, Dialer dialer) {
            throw new AssertionError("nobody is to be dialed");
        }

        @Override
        public void decide(Runnable task) {
            task.run();
        }

        @Override
        public void schedule(Duration delay, Runnable task) {
            // No time passes.
        }
    }

    private final class Node implements Transport.Sink {
        @Override
        public Hello hello() {
            return RawPeer.hello(1, "cluster");
        }

        @Override
        public Optional<String> refusal(Hello peer) {
            return Optional.empty();
        }

        @Override
        public void connected(NodeId peer, long run) {
            told.add("up");
        }

        @Override
        public void disconnected(NodeId peer, long run) {
            told.add("down");
        }

        @Override
        public void received(NodeId from, long run, Envelope envelope) {
            told.add(text(envelope));
        }

        @Override
        public void received(NodeId from, long run, List<Envelope> envelopes) {
            told.add(envelopes.stream().map(Node::text).toList().toString());
        }

        private static String text(Envelope envelope) {
            return ((Rejected) envelope.message()).reason().strip();
        }
    }

    @BeforeEach
    void shake_hands() {
        peers.start(new Node());
        SocketPipe.install(channel, peers, null);
        channel.pipeline().fireChannelActive();
        read(RawPeer.frame(FrameKind.HANDSHAKE, HandshakeCodec.greeting(RawPeer.hello(77, "cluster"), List.of(1))));
        read(RawPeer.frame(FrameKind.HANDSHAKE, HandshakeCodec.accepted(1)));
        assertThat(told).containsExactly("up");
        told.clear();
    }

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    @Test
    void one_message_is_told_alone_and_several_together() {
        read(message("a"));
        read(message("b"), message("c"), message("d"));
        read(join(message("e"), message("f")), message("g"));
        assertThat(told).containsExactly("a", "[b, c, d]", "[e, f, g]");
    }

    @Test
    void what_breaks_off_is_told_with_the_read_that_brings_the_rest() {
        byte[] b = message("b");
        read(join(message("a"), Arrays.copyOf(b, 9)));
        read(join(Arrays.copyOfRange(b, 9, b.length), message("c")));
        assertThat(told).containsExactly("a", "[b, c]");
    }

    @Test
    void no_more_than_512_messages_are_told_together() {
        read(IntStream.range(0, 1_100).mapToObj(i -> message("m")).toArray(byte[][]::new));
        assertThat(told).extracting(all -> all.split(",").length).containsExactly(512, 512, 76);
    }

    @Test
    void large_messages_are_not_gathered() {
        byte[] large = message(" ".repeat(150 << 10) + "large");
        read(large, large, large, message("small"));
        assertThat(told).containsExactly("[large, large]", "[large, small]");
    }

    @Test
    void what_came_whole_is_told_before_the_connection_ends_for_what_did_not() {
        byte[] damaged = message("never");
        damaged[damaged.length - 1] ^= 1;
        read(join(message("a"), message("b"), damaged, message("too late")));
        assertThat(told).containsExactly("[a, b]", "down");
        assertThat(peers.complaints().counters().violations()).isEqualTo(1);
    }

    @Test
    void messages_put_together_from_chunks_are_told_when_their_last_chunk_came() {
        byte[] chunked = MessageCodec.encode(new Envelope(0, 0, new Rejected("chunked")));
        read(
                message("a"),
                RawPeer.chunk(1, 0, 0, Arrays.copyOf(chunked, 3)),
                message("b"),
                RawPeer.chunk(1, 1, 1, Arrays.copyOfRange(chunked, 3, chunked.length)),
                message("c"));
        assertThat(told).containsExactly("[a, b, chunked, c]");
    }

    @Test
    void nothing_is_told_after_the_transport_was_closed() {
        peers.close();
        read(message("a"), message("b"));
        assertThat(told).isEmpty();
    }

    private static byte[] message(String text) {
        byte[] body = MessageCodec.encode(new Envelope(0, 0, new Rejected(text)));
        return RawPeer.frame(FrameKind.MESSAGE, body);
    }

    private static byte[] join(byte[]... parts) {
        ByteBuf all = Unpooled.buffer();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return Arrays.copyOf(all.array(), all.readableBytes());
    }

    private void read(byte[]... buffers) {
        channel.writeInbound(Arrays.stream(buffers).map(Unpooled::wrappedBuffer).toArray());
        channel.runPendingTasks();
    }
}
