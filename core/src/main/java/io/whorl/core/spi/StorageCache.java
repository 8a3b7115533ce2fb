package io.whorl.core.spi;

/**
 * What a storage engine keeps of records on the heap, so that it need not look for them.
 *
 * @param bytes how many it takes now
 * @param hits how many reads were answered from it
 * @param misses how many were not
 */
public record StorageCache(long bytes, long hits, long misses) {
    /** Nothing. */
    public static final StorageCache NONE = new StorageCache(0, 0, 0);
}
