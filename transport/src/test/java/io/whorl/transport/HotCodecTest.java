package io.whorl.transport;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.whorl.core.message.Envelope;
import io.whorl.core.message.ReplicaMessage;
import io.whorl.core.version.MalformedBytesException;
import io.whorl.transport.wire.Wire;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The hand-written codec beside the generated one: the same bytes, the same messages, the same refusals. */
class HotCodecTest {
    private static final int CASES = Math.max(100_000, Integer.getInteger("whorl.fuzz.cases", 0) / 8);
    private static final long SEED = Long.getLong("whorl.fuzz.seed", 1);
    private static final List<Class<? extends ReplicaMessage>> HOT = List.of(
            ReplicaMessage.Read.class,
            ReplicaMessage.ReadAnswer.class,
            ReplicaMessage.Replicate.class,
            ReplicaMessage.Acknowledge.class);

    private final MessageGenerator generator = new MessageGenerator(SEED);
    private final SplittableRandom random = new SplittableRandom(SEED);
    private int taken;

    @Test
    void writes_the_bytes_that_the_generated_code_writes() {
        for (int i = 0; i < 20_000; i++) {
            Envelope envelope = hot();
            int headroom = random.nextInt(20);
            byte[] bytes = HotEncoder.encode(envelope, headroom);
            assertThat(bytes).isEqualTo(GeneratedCodec.encode(envelope, headroom));
            assertThat(Arrays.copyOf(bytes, headroom)).isEqualTo(new byte[headroom]);
        }
    }

    @Test
    void takes_all_that_it_writes_wherever_it_stands() {
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = MessageCodec.encode(hot());
            byte[] within = new byte[bytes.length + 20];
            random.nextBytes(within);
            int start = random.nextInt(20);
            System.arraycopy(bytes, 0, within, start, bytes.length);
            Envelope decoded = HotDecoder.decode(within, start, start + bytes.length);
            assertThat(decoded).as("case %d", i).isNotNull();
            assertThat(MessageCodec.encode(decoded)).isEqualTo(bytes);
        }
    }

    @Test
    void leaves_every_other_kind_to_the_generated_code() {
        for (int kind = 0; kind < generator.kinds(); kind++) {
            Envelope envelope = generator.envelope(kind);
            boolean hot = HOT.contains(envelope.message().getClass());
            assertThat(HotEncoder.encode(envelope, 0) != null).isEqualTo(hot);
            byte[] bytes = GeneratedCodec.encode(envelope, 0);
            assertThat(HotDecoder.decode(bytes, 0, bytes.length) != null).isEqualTo(hot);
        }
    }

    @Test
    void reads_what_is_damaged_as_the_generated_code_reads_it_or_not_at_all() {
        Mutations mutations = new Mutations(SEED, () -> MessageCodec.encode(hot()));
        for (int i = 0; i < CASES; i++) {
            compare(mutations.next(), "case " + i + " of seed " + SEED);
        }
        assertThat(taken).as("a comparison of nothing shows nothing").isGreaterThan(CASES / 20);
    }

    @Test
    void reads_fields_that_are_out_of_order_repeated_or_unknown_as_the_generated_code_does() {
        for (int i = 0; i < CASES / 2; i++) {
            compare(anyFields(0), "case " + i + " of seed " + SEED);
        }
        assertThat(taken).as("a comparison of nothing shows nothing").isGreaterThan(CASES / 200);
    }

    @Test
    void a_field_of_a_newer_version_in_a_hot_message_is_skipped_by_hand() {
        UnknownFieldSet newer = UnknownFieldSet.newBuilder()
                .addField(
                        60,
                        UnknownFieldSet.Field.newBuilder()
                                .addVarint(5)
                                .addFixed32(6)
                                .addFixed64(7)
                                .addLengthDelimited(ByteString.copyFromUtf8("of a newer version"))
                                .build())
                .build();
        Wire.ReplicaId replica =
                Wire.ReplicaId.newBuilder().setBucket(3).setUnknownFields(newer).build();
        byte[] bytes = Wire.Envelope.newBuilder()
                .setAcknowledge(Wire.Acknowledge.newBuilder()
                        .setRequest(4)
                        .setReplica(replica)
                        .setUnknownFields(newer))
                .build()
                .toByteArray();
        assertThat(HotDecoder.decode(bytes, 0, bytes.length))
                .isEqualTo(generated(bytes).orElseThrow());
    }

    @Test
    void no_number_of_fields_in_an_envelope_is_beyond_the_generated_codecs_limit() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = 0; i < 40; i++) {
            bytes.writeBytes(new byte[] {2 * 8, 1});
        }
        bytes.writeBytes(MessageCodec.encode(hot()));
        assertThat(HotDecoder.decode(bytes.toByteArray(), 0, bytes.size())).isNull();
        assertThat(MessageCodec.decode(bytes.toByteArray())).isPresent();
    }

    private void compare(byte[] bytes, String where) {
        Envelope mine = HotDecoder.decode(bytes, 0, bytes.length);
        if (mine == null) {
            return; // then MessageCodec asks the generated code, and nobody else
        }
        taken++;
        try {
            Envelope theirs = generated(bytes).orElseThrow();
            // Equal bytes are equal messages: the encodings are canonical, and messages with arrays have no equals.
            if (!Arrays.equals(GeneratedCodec.encode(mine, 0), GeneratedCodec.encode(theirs, 0))) {
                throw new AssertionError("read as " + mine + " instead of " + theirs);
            }
        } catch (RuntimeException | Error e) {
            throw new AssertionError(where + ": " + HexFormat.of().formatHex(bytes), e);
        }
    }

    private static Optional<Envelope> generated(byte[] bytes) throws MalformedBytesException {
        return GeneratedCodec.decode(bytes, 0, bytes.length);
    }

    private Envelope hot() {
        while (true) {
            Envelope envelope = generator.envelope(random.nextInt(4));
            if (HOT.contains(envelope.message().getClass())) {
                return envelope;
            }
        }
    }

    /** Fields with numbers and encodings that a hot message has, in any order and number; those that are bytes nest such fields or are parts. */
    private byte[] anyFields(int depth) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = depth == 0 ? 1 + random.nextInt(4) : random.nextInt(12); i > 0; i--) {
            int field = depth == 0 ? oneOf(1, 2, 98, 3, 4, 5, 6, 6, 6, 6) : 1 + random.nextInt(9);
            int encoding = depth == 0 && field >= 3 && field <= 6 ? 2 : oneOf(0, 0, 1, 2, 2, 2, 5);
            varint(out, field * 8L + encoding);
            switch (encoding) {
                case 0 -> varint(out, random.nextLong() >>> random.nextInt(64));
                case 1 -> noise(out, 8);
                case 5 -> noise(out, 4);
                default -> {
                    byte[] part = part(depth, field);
                    varint(out, part.length);
                    out.writeBytes(part);
                }
            }
        }
        return out.toByteArray();
    }

    private byte[] part(int depth, int field) {
        if (depth == 0) {
            return anyFields(1);
        }
        if (field == 2) {
            return Wire.ReplicaId.newBuilder()
                    .setBucket(random.nextInt(5))
                    .setPartition(random.nextInt(5))
                    .build()
                    .toByteArray();
        }
        Wire.ReadAnswer parts = Wire.ReadAnswer.newBuilder()
                .setRecord(Parts.record(generator.entry().record()))
                .setBases(Parts.dots(generator.entry().dots()))
                .build();
        return switch (random.nextInt(5)) {
            case 0 -> new byte[random.nextInt(9)];
            case 1, 2 -> parts.getRecord().toByteArray();
            default -> parts.getBases().toByteArray();
        };
    }

    private int oneOf(int... all) {
        return all[random.nextInt(all.length)];
    }

    private void noise(ByteArrayOutputStream out, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        out.writeBytes(bytes);
    }

    private static void varint(ByteArrayOutputStream out, long value) {
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            out.write((int) (rest | 0x80));
            rest >>>= 7;
        }
        out.write((int) rest);
    }
}
