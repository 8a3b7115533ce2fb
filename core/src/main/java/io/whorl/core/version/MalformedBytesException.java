package io.whorl.core.version;

import java.util.Objects;

/** Bytes could not be decoded. Nothing was changed by the attempt. The message says what, where, and what was expected. */
public final class MalformedBytesException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** What kind of damage it is, for those who treat kinds differently. */
    public enum Kind {
        /** The bytes end before what they announce. */
        TOO_SHORT,
        /** The format is one that this version does not know, most likely that of a newer version. */
        UNKNOWN_FORMAT,
        /** The bytes are not those that were written. */
        CHECKSUM,
        /** The bytes were never written by a correct encoder. */
        NOT_CANONICAL
    }

    private final Kind kind;
    private final int offset;

    /**
     * Makes an exception.
     *
     * @param kind what kind of damage
     * @param what what was found
     * @param offset at which byte, from 0
     * @param expected what was expected instead
     */
    public MalformedBytesException(Kind kind, String what, int offset, String expected) {
        super(what + " at byte " + offset + "; expected " + expected);
        this.kind = Objects.requireNonNull(kind, "kind");
        this.offset = offset;
    }

    /** What kind of damage it is. */
    public Kind kind() {
        return kind;
    }

    /** At which byte, from 0, it was noticed. */
    public int offset() {
        return offset;
    }
}
