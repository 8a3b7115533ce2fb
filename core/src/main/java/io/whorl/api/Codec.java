package io.whorl.api;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.function.Function;

/**
 * Turns an application's keys or values into bytes and back. Called on the calling thread (encoding) and on the callback
 * executor or the calling thread (decoding), possibly by many threads at once.
 *
 * <p>For keys, equal keys must give equal bytes. An exception that a codec throws reaches the caller as a
 * {@link CodecException}.
 *
 * @param <T> the type on the application's side
 */
public interface Codec<T> {

    /** The bytes of a value; the array is not changed afterwards by either side. */
    byte[] encode(T value);

    /** The value of bytes that {@link #encode} made, perhaps by an earlier version of the application. */
    T decode(byte[] bytes);

    /**
     * Text as UTF-8. Text that has no UTF-8 form (unpaired surrogates) and bytes that are not UTF-8 are refused, so that
     * nothing is replaced silently.
     */
    static Codec<String> utf8() {
        return of(Codec::encodeUtf8, Codec::decodeUtf8);
    }

    /** Bytes as they are. The arrays are shared, not copied: do not change one after handing it in. */
    static Codec<byte[]> bytes() {
        return of(bytes -> bytes, bytes -> bytes);
    }

    /** A long as eight bytes, big-endian. */
    static Codec<Long> int64() {
        return of(value -> ByteBuffer.allocate(Long.BYTES).putLong(value).array(), bytes -> {
            if (bytes.length != Long.BYTES) {
                throw new IllegalArgumentException("expected 8 bytes of an int64, got " + bytes.length);
            }
            return ByteBuffer.wrap(bytes).getLong();
        });
    }

    /** A codec of two functions. */
    static <T> Codec<T> of(Function<? super T, byte[]> encoder, Function<byte[], ? extends T> decoder) {
        Objects.requireNonNull(encoder, "encoder");
        Objects.requireNonNull(decoder, "decoder");
        return new Codec<>() {
            @Override
            public byte[] encode(T value) {
                return encoder.apply(value);
            }

            @Override
            public T decode(byte[] bytes) {
                return decoder.apply(bytes);
            }
        };
    }

    private static byte[] encodeUtf8(String text) {
        try {
            ByteBuffer encoded = StandardCharsets.UTF_8
                    .newEncoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .encode(CharBuffer.wrap(text));
            byte[] bytes = new byte[encoded.remaining()];
            encoded.get(bytes);
            return bytes;
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("the text has an unpaired surrogate and so no UTF-8 form", e);
        }
    }

    private static String decodeUtf8(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("the bytes are not UTF-8", e);
        }
    }
}
