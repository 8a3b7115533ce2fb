package io.whorl.core.version;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.whorl.api.CausalContext;
import io.whorl.core.version.MalformedBytesException.Kind;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

/** Sealed bytes, and the contexts of callers, which are sealed. */
class SealedTest {
    private static final BoundContext CONTEXT = new BoundContext(
            0x1122334455667788L,
            42,
            -1,
            DotSet.range(new Actor(5, 0, Role.REPLICA), 1, 900).add(new Dot(new Actor(6, 1, Role.FALLBACK), 4)));

    @Test
    void opens_what_was_sealed() {
        for (int length = 0; length < 100; length++) {
            byte[] payload = new Generators(length).bytes(length);
            byte[] sealed = Sealed.seal((byte) 3, payload);
            assertThat(sealed).hasSize(length + Sealed.OVERHEAD);
            assertThat(sealed[0]).isEqualTo((byte) 3);
            assertThat(Sealed.open((byte) 3, sealed)).isEqualTo(payload);
        }
    }

    @Test
    void what_is_written_and_read_in_place_has_the_same_bytes() {
        for (int length = 0; length < 100; length++) {
            Generators generators = new Generators(length);
            byte[] payload = generators.bytes(length);
            int guess = generators.chance(0.5) ? length : generators.random().nextInt(150);
            byte[] sealed = Sealed.finish(Sealed.begin((byte) 3, guess).raw(payload));
            assertThat(sealed).isEqualTo(Sealed.seal((byte) 3, payload));
            ByteReader in = Sealed.reader((byte) 3, sealed);
            assertThat(in.offset()).isZero();
            assertThat(in.raw(length)).isEqualTo(payload);
            in.expectEnd();
        }
    }

    @Test
    void notices_every_flipped_bit() {
        byte[] sealed = Sealed.seal((byte) 1, new Generators(1).bytes(300));
        for (int bit = 0; bit < sealed.length * 8; bit++) {
            sealed[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(kindOf((byte) 1, sealed)).as("bit %d", bit).isEqualTo(Kind.CHECKSUM);
            sealed[bit / 8] ^= (byte) (1 << bit % 8);
        }
        assertThat(Sealed.open((byte) 1, sealed)).hasSize(300);
    }

    @Test
    void notices_every_cut() {
        byte[] sealed = Sealed.seal((byte) 1, new Generators(1).bytes(300));
        for (int length = 0; length < sealed.length; length++) {
            assertThat(kindOf((byte) 1, Arrays.copyOf(sealed, length)))
                    .as("length %d", length)
                    .isEqualTo(length < Sealed.OVERHEAD ? Kind.TOO_SHORT : Kind.CHECKSUM);
        }
    }

    @Test
    void tells_a_newer_format_from_damage() {
        byte[] newer = Sealed.seal((byte) 2, new byte[] {1, 2, 3});
        assertThat(kindOf((byte) 1, newer)).isEqualTo(Kind.UNKNOWN_FORMAT);
        assertThat(catchThrowableOfType(MalformedBytesException.class, () -> Sealed.open((byte) 1, newer)))
                .hasMessage("written by a newer version; format 2 at byte 0; expected format 1");
        assertThat(kindOf((byte) 3, newer)).isEqualTo(Kind.UNKNOWN_FORMAT);
    }

    @Test
    void a_context_survives_its_bytes() {
        for (int seed = 0; seed < 1_000; seed++) {
            Generators generators = new Generators(seed);
            BoundContext context = new BoundContext(
                    generators.random().nextLong(), seed, generators.random().nextLong(), generators.wideDotSet());
            assertThat(BoundContext.decode(context.encode()))
                    .as("seed %d", seed)
                    .isEqualTo(context);
        }
    }

    @Test
    void a_context_has_the_layout_that_callers_check() {
        byte[] bytes = CONTEXT.encode();
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        assertThat(buffer.get()).isEqualTo((byte) 1);
        assertThat(buffer.getLong()).isEqualTo(CONTEXT.cluster());
        assertThat(buffer.getLong()).isEqualTo(CONTEXT.bucket());
        assertThat(buffer.getLong()).isEqualTo(CONTEXT.keyHash());
        byte[] dots = new byte[buffer.remaining() - 4];
        buffer.get(dots);
        assertThat(DotSetCodec.decode(dots)).isEqualTo(CONTEXT.dots());
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, bytes.length - 4);
        assertThat(buffer.getInt()).isEqualTo((int) crc.getValue());

        CausalContext opaque = CausalContext.fromBytes(bytes);
        assertThat(BoundContext.decode(opaque.toBytes())).isEqualTo(CONTEXT);
        assertThat(CausalContext.parse(opaque.toToken())).isEqualTo(opaque);
    }

    @Test
    void a_context_with_any_bit_flipped_is_refused() {
        byte[] bytes = CONTEXT.encode();
        for (int bit = 0; bit < bytes.length * 8; bit++) {
            bytes[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(catchThrowableOfType(MalformedBytesException.class, () -> BoundContext.decode(bytes)))
                    .as("bit %d", bit)
                    .isNotNull();
            bytes[bit / 8] ^= (byte) (1 << bit % 8);
        }
    }

    @Test
    void a_context_with_bytes_to_spare_is_refused_even_when_sealed() {
        byte[] payload = Sealed.open((byte) 1, CONTEXT.encode());
        byte[] longer = Sealed.seal((byte) 1, Arrays.copyOf(payload, payload.length + 1));
        assertThat(catchThrowableOfType(MalformedBytesException.class, () -> BoundContext.decode(longer))
                        .kind())
                .isEqualTo(Kind.NOT_CANONICAL);
    }

    private static Kind kindOf(byte format, byte[] sealed) {
        MalformedBytesException inPlace =
                catchThrowableOfType(MalformedBytesException.class, () -> Sealed.reader(format, sealed));
        assertThat(inPlace)
                .hasMessage(catchThrowable(() -> Sealed.open(format, sealed)).getMessage());
        return catchThrowableOfType(MalformedBytesException.class, () -> Sealed.open(format, sealed))
                .kind();
    }
}
