package io.whorl.storage;

import io.whorl.core.spi.StorageException;
import io.whorl.core.spi.StorageException.Kind;
import java.io.IOException;
import java.nio.file.Path;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;

/** Turns what RocksDB and the file system report into {@link StorageException}s that say what to do. */
final class Failures {
    private static final String NO_SPACE = "No space left on device";
    private static final String NO_FILE = "No such file or directory";

    private final Path directory;

    Failures(Path directory) {
        this.directory = directory;
    }

    /** @param doing what was tried, as in "reading a value" */
    StorageException of(String doing, RocksDBException cause) {
        Status status = cause.getStatus();
        String message = String.valueOf(cause.getMessage());
        if (isFull(status, message)) {
            return full(doing, cause);
        }
        // RocksDB reports a file that it cannot find as an I/O error, but trying again will not bring it back.
        if (code(status) == Status.Code.Corruption || message.contains(NO_FILE)) {
            return corruption(doing, cause);
        }
        return new StorageException(
                Kind.IO,
                doing + " failed in " + directory + ": " + message
                        + ". Whether it took effect is unknown until the engine is opened again; look at the disk and the"
                        + " system's log first",
                cause);
    }

    /** As {@link #of}, for a batch: damage that RocksDB met meanwhile is a reason to stop, and says nothing of the batch's keys. */
    StorageException ofWriting(String doing, RocksDBException cause) {
        StorageException failure = of(doing, cause);
        return failure.kind() != Kind.CORRUPTION
                ? failure
                : new StorageException(
                        Kind.IO,
                        doing + " failed in " + directory + ", since the database met damage when it sorted its files: "
                                + cause.getMessage()
                                + ". Check the disk, and let the node start anew with an empty directory",
                        cause);
    }

    /** A sync that fails is never tried again, whatever the reason: what it did not write may be gone. */
    StorageException ofSyncing(String doing, Exception cause) {
        return new StorageException(
                Kind.IO,
                doing + " failed in " + directory + ": " + cause.getMessage()
                        + ". What was not synced before may be lost; look at the disk and the system's log first",
                cause);
    }

    /** As {@link #of}, for opening, where the directory may be held by another node or be of a kind we cannot open. */
    StorageException ofOpening(RocksDBException cause) {
        String message = String.valueOf(cause.getMessage());
        if (message.contains("lock hold by current process") || message.contains("While lock file")) {
            return new StorageException(
                    Kind.UNUSABLE,
                    "the data directory " + directory + " is in use by another node, in this process or another one; "
                            + "every node needs a directory of its own",
                    cause);
        }
        if (message.contains("create_if_missing is false")) {
            return new StorageException(
                    Kind.CORRUPTION,
                    "the database in " + directory + " is gone, though it was there before; restore the directory, or "
                            + "start the node with an empty one",
                    cause);
        }
        Status.Code code = code(cause.getStatus());
        if (code == Status.Code.InvalidArgument || code == Status.Code.NotSupported) {
            return new StorageException(
                    Kind.UNUSABLE,
                    "the database in " + directory + " cannot be opened by this version of Whorl: " + message
                            + ". Use the version that wrote it, or another directory",
                    cause);
        }
        return of("opening the database", cause);
    }

    StorageException of(String doing, IOException cause) {
        if (String.valueOf(cause.getMessage()).contains(NO_SPACE)) {
            return full(doing, cause);
        }
        return new StorageException(
                Kind.IO,
                doing + " failed in " + directory + ": " + cause + ". Look at the disk and its permissions",
                cause);
    }

    StorageException corruption(String doing, Exception cause) {
        return new StorageException(
                Kind.CORRUPTION,
                doing + " met damaged or missing bytes in " + directory + ": " + cause.getMessage()
                        + ". Nothing can be said about what was stored there; check the disk, and restore the directory or "
                        + "let the node start anew with an empty one",
                cause);
    }

    StorageException full(String doing, Exception cause) {
        return new StorageException(
                Kind.FULL,
                doing + " failed: no space is left for " + directory
                        + ". Free some; if writes are refused even then, start the node again",
                cause);
    }

    private static boolean isFull(Status status, String message) {
        return (status != null && status.getSubCode() == Status.SubCode.NoSpace) || message.contains(NO_SPACE);
    }

    private static Status.Code code(Status status) {
        return status == null ? null : status.getCode();
    }
}
