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

    private Sealed() {}

    /**
     * Seals a payload.
     *
     * @param format the version of the payload's format, 1 … 127
     * @param payload the bytes, copied
     * @throws IllegalArgumentException if the format is below 1
     */
    public static byte[] seal(byte format, byte[] payload) {
        if (format < 1) {
            throw new IllegalArgumentException("format " + format + "; expected 1..127");
        }
        byte[] sealed = new byte[Math.addExact(payload.length, OVERHEAD)];
        sealed[0] = format;
        System.arraycopy(payload, 0, sealed, 1, payload.length);
        int crc = crc(sealed, payload.length + 1);
        for (int i = 0; i < 4; i++) {
            sealed[payload.length + 1 + i] = (byte) (crc >>> (24 - 8 * i));
        }
        return sealed;
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
        if (sealed.length < OVERHEAD) {
            throw new MalformedBytesException(
                    Kind.TOO_SHORT, "the end of sealed bytes", sealed.length, "at least " + OVERHEAD + " bytes");
        }
        int end = sealed.length - 4;
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
        return Arrays.copyOfRange(sealed, 1, end);
    }

    private static int crc(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }
}
