package io.whorl.core.ring;

/**
 * Takes a key to its place in the 64-bit hash space, and from there to its partition.
 *
 * <p>The hash is XXH3-64 with seed 0 over the key's bytes ({@code docs/decisions/0003-placement-hash.md}). It is part of the data format: a
 * cluster that hashed otherwise would look for its keys on other nodes.
 */
public final class KeyHash {
    private KeyHash() {}

    /**
     * The hash of a key.
     *
     * @param key the key's bytes, which are only read
     * @return XXH3-64 with seed 0, to be read as an unsigned number
     */
    public static long of(byte[] key) {
        return Xxh3.hash64(key);
    }

    /**
     * The partition that a hash falls into. The space is cut into equal parts in unsigned order, so the partition is the
     * hash's high bits, and doubling the number of partitions splits each into two neighbours.
     *
     * @param hash a key's hash
     * @param partitions how many partitions there are: a power of two between 1 and {@link Ring#MAX_PARTITIONS}
     * @return the partition, from 0 to {@code partitions} − 1
     * @throws IllegalArgumentException if {@code partitions} is not such a number
     */
    public static int partition(long hash, int partitions) {
        Ring.requirePartitions(partitions);
        int bits = Integer.numberOfTrailingZeros(partitions);
        // A shift by 64 is a shift by 0 in Java, so the single partition needs its own answer.
        return bits == 0 ? 0 : (int) (hash >>> (Long.SIZE - bits));
    }
}
