package io.whorl.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class FrameDecoderTest {
    private final FrameEncoder encoder = new FrameEncoder();

    private final List<byte[]> arrived = new ArrayList<>();

    private FrameDecoder decoder() {
        arrived.clear();
        return new FrameDecoder((kind, bytes, start, end) -> {
            byte[] payload = Arrays.copyOfRange(bytes, start - 1, end);
            assertThat(payload[0]).isEqualTo(kind);
            arrived.add(payload);
        });
    }

    @Test
    void frames_come_out_whole_however_the_bytes_are_cut() {
        SplittableRandom random = new SplittableRandom(1);
        for (int round = 0; round < 200; round++) {
            FrameDecoder decoder = decoder();
            if (round % 2 == 0) {
                decoder.agreed();
            }
            ByteBuf stream = Unpooled.buffer();
            List<byte[]> bodies = new ArrayList<>();
            for (int i = random.nextInt(5); i >= 0; i--) {
                byte[] body = new byte[random.nextInt(i == 1 && round % 2 == 0 ? 200_000 : 300)];
                random.nextBytes(body);
                bodies.add(body);
                encoder.whole(stream, FrameKind.MESSAGE, body);
            }
            while (stream.isReadable()) {
                int count = 1 + random.nextInt(random.nextInt(4) == 0 ? 30_000 : 40);
                decoder.read(stream.readSlice(Math.min(stream.readableBytes(), count)));
            }
            arrived.replaceAll(payload -> Arrays.copyOfRange(payload, 1, payload.length));
            assertThat(arrived).usingElementComparator(Arrays::compare).isEqualTo(bodies);
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
    void an_array_with_room_in_front_becomes_the_same_frame() {
        SplittableRandom random = new SplittableRandom(3);
        for (int length = 0; length < 100; length++) {
            byte[] frame = new byte[FrameEncoder.HEADROOM + length];
            random.nextBytes(frame);
            byte[] body = Arrays.copyOfRange(frame, FrameEncoder.HEADROOM, frame.length);
            FrameEncoder.seal(frame, FrameKind.MESSAGE);
            assertThat(frame).isEqualTo(RawPeer.frame(FrameKind.MESSAGE, body));
        }
    }

    @Test
    void a_length_is_refused_before_its_bytes_are_there() {
        FrameDecoder decoder = decoder();
        ByteBuf header = Unpooled.buffer().writeInt(Chunks.MAX_HANDSHAKE + 1).writeInt(0);
        assertThatThrownBy(() -> decoder.read(header))
                .isInstanceOf(BadFrameException.class)
                .hasMessageContaining("65537");
        // What comes after it is not looked at, even if it is right.
        decoder.read(Unpooled.wrappedBuffer(RawPeer.frame(FrameKind.HEARTBEAT)));
        assertThat(arrived).isEmpty();
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
            FrameDecoder decoder = decoder();
            try {
                decoder.read(Unpooled.wrappedBuffer(frame));
                assertThat(at).as("only a damaged length can make it wait").isLessThan(4);
            } catch (BadFrameException e) {
                assertThat(e).hasMessageContaining("expected");
            }
            assertThat(arrived).isEmpty();
        }
    }
}
