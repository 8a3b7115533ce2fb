package io.whorl.storage;

import io.whorl.core.spi.StorageException;
import io.whorl.core.spi.StorageException.Kind;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Refuses writes before the disk is quite full. RocksDB can lose the ability to write, until it is opened again, when a log
 * record does not fit; a refusal that comes earlier leaves everything intact and ends by itself once there is space.
 */
final class FreeSpace {
    /** Asking the file system costs about a microsecond, so writers ask once for so many bytes written. */
    private static final long CHECK_EVERY_BYTES = 1 << 20;

    /** Of a small file system no more than this part is kept free, unless it was asked for by a large number. */
    private static final int PART_KEPT = 100;

    private final Path directory;
    private final FileStore store;
    private final long least;
    private final long checkEvery;
    private final AtomicLong unchecked = new AtomicLong(CHECK_EVERY_BYTES);

    /**
     * @param least bytes that stay free; up to the default at most a hundredth of the file system, so that a small one can be used
     *     too; 0: nothing is checked
     */
    FreeSpace(Path directory, long least) throws IOException {
        this.directory = directory;
        this.store = Files.getFileStore(directory);
        long total = store.getTotalSpace();
        boolean small = total > 0 && least <= RocksOptions.defaults().minFreeBytes();
        this.least = small ? Math.min(least, total / PART_KEPT) : least;
        this.checkEvery = Math.min(CHECK_EVERY_BYTES, this.least / 4);
    }

    /**
     * Called before so many bytes are written.
     *
     * @throws StorageException of kind {@code FULL} if less than the least is free; nothing has been written then
     */
    void check(int bytes) {
        if (least == 0 || unchecked.addAndGet(bytes) < checkEvery) {
            return;
        }
        long free = free();
        if (free < least) {
            // The count stays above the mark, so that the next call looks again.
            throw new StorageException(
                    Kind.FULL,
                    "a write was refused and not applied: " + free + " bytes are free for " + directory + ", and "
                            + least + " must stay free; free some space, writes then go on by themselves");
        }
        unchecked.set(0);
    }

    /** Whether a write would be let through now. */
    boolean isEnough() {
        return least == 0 || free() >= least;
    }

    private long free() {
        try {
            return store.getUsableSpace();
        } catch (IOException e) {
            throw new Failures(directory).of("asking for the free space", e);
        }
    }
}
