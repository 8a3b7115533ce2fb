package io.whorl.transport;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.netty.buffer.Unpooled;
import io.whorl.api.CausalContext;
import io.whorl.core.message.ClusterMessage;
import io.whorl.core.message.Envelope;
import io.whorl.core.ring.ClusterState;
import io.whorl.core.version.BoundContext;
import io.whorl.core.version.DotSetCodec;
import io.whorl.core.version.MalformedBytesException;
import io.whorl.core.version.RecordCodec;
import io.whorl.core.version.Sealed;
import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Everything that decodes bytes from outside, given bytes that nobody should send. A decoder may refuse them with the exception that it
 * declares; it must not fail in another way, not hang, and not make room for more than there is. What it accepts, it writes again
 * as the same bytes, where the format says that equal things have equal bytes.
 *
 * <p>The system property {@code whorl.fuzz.cases} says how many cases, by default 100,000 over all formats; {@code whorl.fuzz.seed}
 * draws others.
 */
@Timeout(value = 60, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FuzzTest {
    private static final int FORMATS = 8;
    private static final int CASES = Math.max(1, Integer.getInteger("whorl.fuzz.cases", 100_000) / FORMATS);
    private static final long SEED = Long.getLong("whorl.fuzz.seed", 1);

    /** What any case may allocate, however short its bytes: buffers with their first sizes, and an exception with its trace. */
    private static final long ALLOCATION = 256 << 10;
    /** What each byte of a case may cost beside: the shortest things that have an object each take a few bytes. */
    private static final long ALLOCATION_PER_BYTE = 200;

    private final MessageGenerator generator = new MessageGenerator(SEED);
    private final SplittableRandom random = new SplittableRandom(SEED);
    private final ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** Decodes and encodes again; null if the same bytes are not to be expected. */
    private interface Format {
        byte[] again(byte[] bytes);
    }

    @Test
    void sets_of_dots() {
        fuzz(
                "sets of dots",
                () -> DotSetCodec.encode(generator.entry().dots()),
                bytes -> DotSetCodec.encode(DotSetCodec.decode(bytes)),
                MalformedBytesException.class);
    }

    @Test
    void records() {
        fuzz(
                "records",
                this::record,
                bytes -> RecordCodec.encode(RecordCodec.decode(bytes)),
                MalformedBytesException.class);
    }

    @Test
    void sealed_values_as_they_are_stored() {
        fuzz(
                "sealed values",
                () -> Sealed.seal(RecordCodec.FORMAT, record()),
                resealed(bytes -> {
                    byte[] payload = Sealed.open(RecordCodec.FORMAT, bytes);
                    return Sealed.seal(RecordCodec.FORMAT, RecordCodec.encode(RecordCodec.decode(payload)));
                }),
                MalformedBytesException.class);
    }

    @Test
    void contexts_of_callers() {
        fuzz(
                "contexts",
                () -> new BoundContext(
                                1, 2, random.nextLong(), generator.entry().dots())
                        .encode(),
                resealed(bytes -> BoundContext.decode(bytes).encode()),
                MalformedBytesException.class);
    }

    @Test
    void tokens_of_contexts() {
        fuzz(
                "tokens",
                () -> CausalContext.fromBytes(
                                new BoundContext(1, 2, 3, generator.entry().dots()).encode())
                        .toToken()
                        .getBytes(StandardCharsets.ISO_8859_1),
                bytes -> {
                    CausalContext context = CausalContext.parse(new String(bytes, StandardCharsets.ISO_8859_1));
                    assertThat(CausalContext.fromBytes(context.toBytes())).isEqualTo(context);
                    return null; // padding may be left out or not
                },
                IllegalArgumentException.class);
    }

    @Test
    void cluster_states() {
        fuzz(
                "cluster states",
                () -> state().encode(),
                bytes -> ClusterState.decode(bytes).encode(),
                MalformedBytesException.class);
    }

    @Test
    void messages_and_handshakes() {
        fuzz(
                "messages",
                () -> MessageCodec.encode(generator.envelope()),
                bytes -> {
                    Optional<Envelope> envelope = MessageCodec.decode(bytes);
                    if (envelope.isPresent()) {
                        byte[] again = MessageCodec.encode(envelope.get());
                        assertThat(MessageCodec.encode(
                                        MessageCodec.decode(again).orElseThrow()))
                                .isEqualTo(again);
                    }
                    return null; // fields may come in another order, or twice
                },
                MalformedBytesException.class);
        fuzz(
                "handshakes",
                () -> HandshakeCodec.greeting(RawPeer.hello(random.nextLong(), "cluster"), Handshake.VERSIONS),
                bytes -> {
                    HandshakeCodec.decode(bytes);
                    return null;
                },
                MalformedBytesException.class);
    }

    @Test
    void frames() {
        fuzz(
                "frames",
                () -> join(
                        RawPeer.frame(FrameKind.MESSAGE, MessageCodec.encode(generator.envelope())),
                        RawPeer.frame(FrameKind.HEARTBEAT),
                        RawPeer.chunk(random.nextInt(3), random.nextInt(3), random.nextInt(2), (byte) 7)),
                bytes -> {
                    byte[] read = framesOf(bytes);
                    return read.length == bytes.length ? read : null; // the last one may break off
                },
                BadFrameException.class);
    }

    /** Cuts frames out and puts chunks together, as a connection does; gives the frames again that were whole. */
    private byte[] framesOf(byte[] bytes) {
        Reassembly reassembly = new Reassembly(1 << 20);
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        FrameDecoder decoder = new FrameDecoder((kind, frame, start, end) -> {
            whole.writeBytes(RawPeer.frame(kind, Arrays.copyOfRange(frame, start, end)));
            if (kind == FrameKind.CHUNK) {
                reassembly.add(frame, start, end);
            }
        });
        int cut = random.nextInt(bytes.length + 1);
        decoder.read(Unpooled.wrappedBuffer(bytes, 0, cut));
        decoder.read(Unpooled.wrappedBuffer(bytes, cut, bytes.length - cut));
        return whole.toByteArray();
    }

    private void fuzz(String name, Supplier<byte[]> valid, Format format, Class<? extends RuntimeException> declared) {
        Mutations mutations = new Mutations(SEED, valid);
        int accepted = 0;
        long most = 0;
        for (int i = 0; i < CASES; i++) {
            byte[] bytes = mutations.next();
            String where = name + ", case " + i + " of seed " + SEED;
            long bound = ALLOCATION + ALLOCATION_PER_BYTE * bytes.length;
            long allocated = Long.MAX_VALUE;
            // Once more if it took much: the first time may have loaded classes.
            for (int tries = 0; tries < 3 && allocated > bound; tries++) {
                long before = thread.getCurrentThreadAllocatedBytes();
                boolean fine = accepts(bytes, format, declared, where);
                allocated = Math.min(allocated, thread.getCurrentThreadAllocatedBytes() - before);
                accepted += fine && tries == 0 ? 1 : 0;
            }
            if (allocated > bound) {
                throw new AssertionError(where + ": " + allocated + " bytes allocated for " + hex(bytes));
            }
            most = Math.max(most, allocated);
        }
        assertThat(accepted)
                .as("%s: a fuzzer that is always refused sees little", name)
                .isPositive();
        System.out.printf("fuzz: %s: %d cases, %d accepted, at most %d bytes allocated%n", name, CASES, accepted, most);
    }

    private static boolean accepts(
            byte[] bytes, Format format, Class<? extends RuntimeException> declared, String where) {
        try {
            byte[] again = format.again(bytes);
            if (again != null && !Arrays.equals(again, bytes)) {
                throw new AssertionError("accepted, and written as " + hex(again));
            }
            return true;
        } catch (RuntimeException | Error e) {
            if (declared.isInstance(e)) {
                return false;
            }
            throw new AssertionError(where + ", bytes " + hex(bytes) + ": " + e, e);
        }
    }

    /** In half of the cases the checksum is made right, so that what lies behind it is reached. */
    private Format resealed(UnaryOperator<byte[]> format) {
        return bytes -> {
            if (bytes.length < Sealed.OVERHEAD || random.nextBoolean()) {
                return format.apply(bytes);
            }
            byte[] resealed = Sealed.seal((byte) 1, Arrays.copyOfRange(bytes, 1, bytes.length - Sealed.OVERHEAD + 1));
            byte[] again = format.apply(resealed);
            assertThat(again).isEqualTo(resealed);
            return null;
        };
    }

    private byte[] record() {
        return RecordCodec.encode(generator.entry().record());
    }

    private ClusterState state() {
        while (true) {
            if (generator.envelope().message() instanceof ClusterMessage.State state) {
                return state.state();
            }
        }
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes.length > 2_000 ? Arrays.copyOf(bytes, 2_000) : bytes);
    }
}
