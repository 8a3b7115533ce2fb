package io.whorl.core.ring;

import java.util.HexFormat;

/** The common text form of the 64-bit ids: sixteen hexadecimal digits. */
final class HexIds {
    private static final int DIGITS = 16;
    private static final HexFormat HEX = HexFormat.of();

    private HexIds() {}

    static void requireNonZero(long value, String what) {
        if (value == 0) {
            throw new IllegalArgumentException("a " + what + " is never zero; draw a random number until it is not");
        }
    }

    static String format(long value) {
        return HEX.toHexDigits(value);
    }

    static long parse(String text, String what) {
        if (text.length() != DIGITS || !text.chars().allMatch(HexFormat::isHexDigit)) {
            throw new IllegalArgumentException(
                    "a " + what + " is written as " + DIGITS + " hexadecimal digits, not as \"" + text + "\"");
        }
        return HexFormat.fromHexDigitsToLong(text);
    }
}
