package io.whorl.core.spi;

/** The storage engine failed. Nothing is known about the operation's effect unless the cause tells. */
public final class StorageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What kind of failure it was, which decides what the node does about it. */
    public enum Kind {
        /** Reading, writing or syncing failed: the node stops itself. */
        IO,
        /** Stored bytes cannot be understood: the replicas concerned are in doubt. */
        CORRUPTION,
        /** There is no space left: writes are refused until there is. */
        FULL,
        /** The directory cannot be opened: in use, of a newer format, or not ours. The node does not start. */
        UNUSABLE,
        /** The engine was closed before. */
        CLOSED
    }

    private final Kind kind;

    public StorageException(Kind kind, String message) {
        this(kind, message, null);
    }

    public StorageException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    /** Whether nothing was applied because there is no space left, so that nothing is wrong but that. */
    public boolean isFull() {
        return kind == Kind.FULL;
    }

    /** The kind of failure. */
    public Kind kind() {
        return kind;
    }
}
