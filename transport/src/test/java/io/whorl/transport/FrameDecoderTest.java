package io.whorl.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class FrameDecoderTest {
    private final FrameEncoder encoder = new FrameEncoder();

    private static byte[] read(EmbeddedChannel channel) {
        ByteBuf payload = channel.readInbound();
        if (payload == null) {
            return null;
        }
        byte[] bytes = ByteBufUtil.getBytes(payload);
        payload.release();
        return bytes;
    }

    @Test
    void frames_come_out_whole_however_the_bytes_are_cut() {
        SplittableRandom random = new SplittableRandom(1);
        for (int round = 0; round < 200; round++) {
            EmbeddedChannel channel = new EmbeddedChannel(new FrameDecoder());
            ByteBuf stream = Unpooled.buffer();
            List<byte[]> bodies = new ArrayList<>();
            for (int i = random.nextInt(5); i >= 0; i--) {
                byte[] body = new byte[random.nextInt(300)];
                random.nextBytes(body);
                bodies.add(body);
                encoder.whole(stream, FrameKind.MESSAGE, body);
            }
            List<byte[]> arrived = new ArrayList<>();
            while (stream.isReadable()) {
                channel.writeInbound(Unpooled.copiedBuffer(
                        stream.readSlice(Math.min(stream.readableBytes(), 1 + random.nextInt(40)))));
                for (byte[] payload = read(channel); payload != null; payload = read(channel)) {
                    arrived.add(java.util.Arrays.copyOfRange(payload, 1, payload.length));
                }
            }
            assertThat(arrived)
                    .usingElementComparator(java.util.Arrays::compare)
                    .isEqualTo(bodies);
            channel.finishAndReleaseAll();
        }
    }

    @Test
    void the_raw_socket_of_the_tests_and_the_encoder_make_the_same_bytes() {
        ByteBuf frames = Unpooled.buffer();
        encoder.whole(frames, FrameKind.HANDSHAKE, new byte[] {1, 2});
        encoder.chunk(frames, 3, 4, true, new byte[] {9, 8, 7, 6}, 1, 2);
        encoder.whole(frames, FrameKind.HEARTBEAT, new byte[0]);
        assertThat(ByteBufUtil.getBytes(frames))
                .isEqualTo(ByteBufUtil.getBytes(Unpooled.wrappedBuffer(
                        RawPeer.frame(FrameKind.HANDSHAKE, (byte) 1, (byte) 2),
                        RawPeer.chunk(3, 4, 1, (byte) 8, (byte) 7),
                        RawPeer.frame(FrameKind.HEARTBEAT))));
    }

    @Test
    void a_length_is_refused_before_its_bytes_are_there() {
        EmbeddedChannel channel = new EmbeddedChannel(new FrameDecoder());
        ByteBuf header = Unpooled.buffer().writeInt(Chunks.MAX_HANDSHAKE + 1).writeInt(0);
        assertThatThrownBy(() -> channel.writeInbound(header))
                .isInstanceOf(BadFrameException.class)
                .hasMessageContaining("65537");
        // What comes after it is not looked at, even if it is right.
        channel.writeInbound(Unpooled.wrappedBuffer(RawPeer.frame(FrameKind.HEARTBEAT)));
        assertThat(read(channel)).isNull();
        channel.finishAndReleaseAll();
    }

    @Test
    void damaged_frames_are_refused_or_wait_for_more_and_are_never_passed_on() {
        SplittableRandom random = new SplittableRandom(2);
        for (int i = 0; i < 40_000; i++) {
            byte[] body = new byte[random.nextInt(60)];
            random.nextBytes(body);
            byte[] frame = RawPeer.frame(FrameKind.MESSAGE, body);
            int at = random.nextInt(frame.length);
            frame[at] ^= (byte) (1 << random.nextInt(8));
            EmbeddedChannel channel = new EmbeddedChannel(new FrameDecoder());
            try {
                channel.writeInbound(Unpooled.wrappedBuffer(frame));
                assertThat(at).as("only a damaged length can make it wait").isLessThan(4);
            } catch (BadFrameException e) {
                assertThat(e).hasMessageContaining("expected");
            }
            assertThat(read(channel)).isNull();
            channel.finishAndReleaseAll();
        }
    }
}
