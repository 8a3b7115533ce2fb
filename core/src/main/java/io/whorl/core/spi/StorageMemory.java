package io.whorl.core.spi;

/**
 * The memory outside the heap that a storage engine uses now.
 *
 * @param bytes all of it: what it keeps of what was read and what it has not written to files yet. Shared with other engines where
 *     those have one memory, and then it is theirs too
 * @param writeBufferBytes of this engine, what is not in files yet
 */
public record StorageMemory(long bytes, long writeBufferBytes) {
    /** None. */
    public static final StorageMemory NONE = new StorageMemory(0, 0);
}
