package io.whorl.transport;

import io.whorl.core.message.Envelope;
import io.whorl.core.version.MalformedBytesException;
import java.util.Objects;
import java.util.Optional;

/**
 * Turns messages into bytes and back, as {@code whorl.proto} has it. Pure and stateless; safe on any thread.
 *
 * <p>Arrays inside a message are shared while it is encoded and new when it is decoded.
 *
 * <p>The four kinds that every put and get consist of are written and read by hand ({@link HotEncoder}, {@link HotDecoder}), all
 * others by the generated code ({@link GeneratedCodec}). Both speak of the same bytes: who reads them cannot tell which one wrote
 * them, and whatever the hand-written reader does not take is left to the generated one, which alone refuses.
 */
public final class MessageCodec {
    /** The most entries that one message may hold. */
    public static final int MAX_ENTRIES = 1 << 20;

    private MessageCodec() {}

    /**
     * The bytes of an envelope.
     *
     * @param envelope what to encode; its arrays are not written to
     * @return a new array
     * @throws IllegalArgumentException if an answer has more than {@link #MAX_ENTRIES} entries
     */
    public static byte[] encode(Envelope envelope) {
        return encode(envelope, 0);
    }

    /**
     * The bytes of an envelope, after so many that are free for what goes in front of it.
     *
     * @throws IllegalArgumentException if an answer has more than {@link #MAX_ENTRIES} entries
     */
    static byte[] encode(Envelope envelope, int headroom) {
        byte[] bytes = HotEncoder.encode(envelope, headroom);
        return bytes != null ? bytes : GeneratedCodec.encode(envelope, headroom);
    }

    /**
     * The envelope of these bytes.
     *
     * @param bytes a whole envelope; not kept
     * @return the envelope; empty if it carries a kind of message, or an enum value, of a newer version, which is to be
     *     dropped and counted
     * @throws MalformedBytesException if no version writes such bytes: not Protocol Buffers, no message at all, a required
     *     part missing, or a number, address, set of dots, record or cluster state that is none
     */
    public static Optional<Envelope> decode(byte[] bytes) {
        return decode(bytes, 0, bytes.length);
    }

    /**
     * The envelope of a part of an array, as {@link #decode(byte[])} gives it.
     *
     * @throws MalformedBytesException if no version writes such bytes
     * @throws IndexOutOfBoundsException if the array has no such part
     */
    static Optional<Envelope> decode(byte[] bytes, int start, int end) {
        Objects.checkFromToIndex(start, end, bytes.length);
        Envelope hot = HotDecoder.decode(bytes, start, end);
        return hot != null ? Optional.of(hot) : GeneratedCodec.decode(bytes, start, end);
    }
}
