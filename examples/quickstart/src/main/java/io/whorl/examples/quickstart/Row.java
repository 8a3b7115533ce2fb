package io.whorl.examples.quickstart;

import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * A row of the Unicode character table.
 *
 * @param key the code point as the standard writes it, such as {@code U+0041}
 * @param name its name, such as {@code LATIN CAPITAL LETTER A}
 */
record Row(String key, String name) {

    /** Every code point that this JVM has a name for, but those of private use and the surrogates: about 150,000. */
    static List<Row> all() {
        return IntStream.rangeClosed(Character.MIN_CODE_POINT, Character.MAX_CODE_POINT)
                .filter(Row::isCharacter)
                .mapToObj(codePoint ->
                        new Row(String.format(Locale.ROOT, "U+%04X", codePoint), Character.getName(codePoint)))
                .toList();
    }

    private static boolean isCharacter(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.UNASSIGNED, Character.PRIVATE_USE, Character.SURROGATE -> false;
            default -> true;
        };
    }
}
