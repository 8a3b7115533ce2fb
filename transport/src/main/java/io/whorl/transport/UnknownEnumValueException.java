package io.whorl.transport;

/** A message holds an enum value that this version does not know; it never leaves the codec. */
final class UnknownEnumValueException extends RuntimeException {
    private static final long serialVersionUID = 1;

    UnknownEnumValueException() {
        super("an enum value of a newer version", null, false, false);
    }
}
