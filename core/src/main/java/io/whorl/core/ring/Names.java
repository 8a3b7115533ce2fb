package io.whorl.core.ring;

import java.util.Objects;

/** The rule for names of clusters, buckets and zones: short, printable, and safe in a path, a URL and a log line. */
final class Names {
    static final int MAX_LENGTH = 128;

    private Names() {}

    static void require(String name, String what) {
        Objects.requireNonNull(name, what);
        if (!isName(name)) {
            throw new IllegalArgumentException(expected(what, name));
        }
    }

    static boolean isName(String name) {
        return !name.isEmpty()
                && name.length() <= MAX_LENGTH
                && name.chars().allMatch(Names::isAllowed)
                && name.charAt(0) != '.'
                && name.charAt(0) != '-';
    }

    static String expected(String what, String name) {
        return "a " + what + " is 1 to " + MAX_LENGTH
                + " ASCII letters, digits and - . _, and begins with a letter, a digit or _, not \"" + name + "\"";
    }

    private static boolean isAllowed(int character) {
        return character >= '0' && character <= '9'
                || character >= 'a' && character <= 'z'
                || character >= 'A' && character <= 'Z'
                || character == '-'
                || character == '.'
                || character == '_';
    }
}
