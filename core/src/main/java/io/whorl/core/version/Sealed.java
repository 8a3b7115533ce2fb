package io.whorl.core.version;

import io.whorl.core.version.MalformedBytesException.Kind;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * Bytes that show whether they are still what was written: {@code u8 format | payload | CRC32C of both, i32}. A CRC of 32
 * bits notices every flip of up to three bits in payloads below 200 MB; it is no protection against intent.
 */
public final class Sealed {
    /** How many bytes a seal adds. */
    public static final int OVERHEAD = 5;

    private static final int CRC_BYTES = 4;

    private Sealed() {}

    /**
     * Seals a payload.
     *
     * @param format the version of the payload's format, 1 … 127
     * @param payload the bytes, copied
     * @throws IllegalArgumentException if the format is below 1
     */
    public static byte[] seal(byte format, byte[] payload) {
        return finish(begin(format, payload.length).raw(payload));
    }

    /**
     * Begins what is to be sealed: the payload is to be written to it, and then it is to be {@linkplain #finish finished}. So the
     * payload is not copied.
     *
     * @param format the version of the payload's format, 1 … 127
     * @param size how many bytes the payload has; if it is not exact, the bytes are copied once
     * @throws IllegalArgumentException if the format is below 1
     * @throws ArithmeticException if the sealed bytes are more than an array can have
     */
    public static ByteWriter begin(byte format, int size) {
        if (format < 1) {
            throw new IllegalArgumentException("format " + format + "; expected 1..127");
        }
        return new ByteWriter(Math.addExact(size, OVERHEAD)).u8(format);
    }

    /** The sealed bytes of what was {@linkplain #begin begun} and written since. Nothing may be written to it after this. */
    public static byte[] finish(ByteWriter begun) {
        return begun.i32(begun.crc32c()).finish();
    }

    /**
     * Opens what {@link #seal} made.
     *
     * @param format the version of the format that the caller can read
     * @param sealed the bytes
     * @return a new array with the payload
     * @throws MalformedBytesException of kind TOO_SHORT below five bytes; CHECKSUM if the bytes are not those that were
     *     sealed; UNKNOWN_FORMAT if they are, but in another format, most likely a newer version's
     */
    public static byte[] open(byte format, byte[] sealed) {
        check(format, sealed);
        return Arrays.copyOfRange(sealed, 1, sealed.length - CRC_BYTES);
    }

    /**
     * Opens what was sealed without copying it.
     *
     * @param format the version of the format that the caller can read
     * @param sealed the bytes
     * @return a reader of the payload
     * @throws MalformedBytesException as {@link #open}
     */
    public static ByteReader reader(byte format, byte[] sealed) {
        check(format, sealed);
        return new ByteReader(sealed, 1, sealed.length - CRC_BYTES);
    }

    private static void check(byte format, byte[] sealed) {
        if (sealed.length < OVERHEAD) {
            throw new MalformedBytesException(
                    Kind.TOO_SHORT, "the end of sealed bytes", sealed.length, "at least " + OVERHEAD + " bytes");
        }
        int end = sealed.length - CRC_BYTES;
        int stored = new ByteReader(sealed, end, sealed.length).i32();
        int computed = crc(sealed, end);
        // The checksum first: a flipped bit in the format byte is damage, not a newer version.
        if (stored != computed) {
            throw new MalformedBytesException(
                    Kind.CHECKSUM,
                    "checksum " + Integer.toHexString(stored),
                    end,
                    Integer.toHexString(computed) + " for these bytes; they were damaged");
        }
        if (sealed[0] != format) {
            String why = sealed[0] > format ? "written by a newer version; " : "";
            throw new MalformedBytesException(Kind.UNKNOWN_FORMAT, why + "format " + sealed[0], 0, "format " + format);
        }
    }

    /** The CRC32C of an array's first bytes. */
    static int crc(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }
}
