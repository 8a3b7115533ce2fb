package io.whorl.api;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.Objects;
import java.util.zip.CRC32C;

/**
 * Says which writes of one key a caller has seen: a version vector with dots, opaque to the application.
 *
 * <p>A write with a context replaces exactly what the context has seen, and leaves everything else beside it as siblings. It can
 * be stored or sent, as bytes or as text, and used on any node of the cluster at any later time. It carries the cluster, the
 * bucket and the key that it belongs to, and is refused elsewhere. Immutable.
 */
public final class CausalContext {
    private static final int CHECKSUM_BYTES = Integer.BYTES;
    private static final int HEAD_BYTES = 1 + 3 * Long.BYTES;
    private static final byte FORMAT = 1;

    private final byte[] bytes;

    private CausalContext(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * The context that {@link #toBytes} gave out.
     *
     * @throws IllegalArgumentException if the bytes are not those of a context: truncated, changed, or of an unknown format
     */
    public static CausalContext fromBytes(byte[] bytes) {
        Objects.requireNonNull(bytes, "bytes");
        // No upper bound: a write that was applied must be able to hand its context out, however many runs it names.
        if (bytes.length < HEAD_BYTES + CHECKSUM_BYTES) {
            throw new IllegalArgumentException("not a causal context: it has " + bytes.length
                    + " bytes; pass the bytes of CausalContext.toBytes() whole and unchanged");
        }
        if (bytes[0] != FORMAT) {
            throw new IllegalArgumentException("a causal context of format " + bytes[0] + "; this version knows format "
                    + FORMAT + ": it was made by a newer version, or is not a context");
        }
        CRC32C checksum = new CRC32C();
        checksum.update(bytes, 0, bytes.length - CHECKSUM_BYTES);
        int expected = ByteBuffer.wrap(bytes).getInt(bytes.length - CHECKSUM_BYTES);
        if ((int) checksum.getValue() != expected) {
            throw new IllegalArgumentException("a corrupt causal context: its checksum does not match;"
                    + " pass the bytes of CausalContext.toBytes() whole and unchanged");
        }
        return new CausalContext(bytes.clone());
    }

    /**
     * The context that {@link #toToken} gave out.
     *
     * @throws IllegalArgumentException if the text is not that of a context
     */
    public static CausalContext parse(String token) {
        Objects.requireNonNull(token, "token");
        byte[] decoded;
        try {
            decoded = Base64.getUrlDecoder().decode(token);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "not a causal context: the token has characters outside A-Z, a-z, 0-9, - and _", e);
        }
        return fromBytes(decoded);
    }

    /** The context as bytes, with a checksum. */
    public byte[] toBytes() {
        return bytes.clone();
    }

    /** The context as text that is safe in URLs, header values and ETags. */
    public String toToken() {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CausalContext that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return "CausalContext[" + bytes.length + " bytes]";
    }
}
