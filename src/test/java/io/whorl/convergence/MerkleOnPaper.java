package io.whorl.convergence;

/**
 * What it would cost to find the same differences with hash trees (Merkle trees), as Dynamo does (SOSP 2007, section 4.7).
 *
 * <p>Two replicas compare the roots, and go down wherever hashes differ: of each differing inner node both children's hashes are sent,
 * level by level, so a tree of 2^h leaves takes h + 1 questions and answers. D keys that differ, spread evenly over a tree's L leaves,
 * make {@code n (1 - (1 - 1/n)^D)} of the n nodes of a level differ. In the leaves that differ, all keys have to be compared, with the
 * hash of each one's record, since a leaf does not tell which of its {@code K / L} keys it was.
 *
 * <p>Left out, in favour of the trees: reading every record to build them, or changing h + 1 hashes with every write; and keys that
 * differ only because they are being written at this moment.
 *
 * @param height h; 2^h leaves
 * @param trees how many trees, each over as many of the keys
 * @param keys how many keys there are in all
 * @param missed how many of them differ
 * @param keyBytes how long a key is
 * @param recordBytes how long a record is on the wire
 */
record MerkleOnPaper(int height, int trees, long keys, long missed, int keyBytes, int recordBytes) {
    private static final int HASH_BYTES = 16;
    private static final int FRAME_BYTES = 9;

    /** Questions and answers until the differing leaves are known, and then those for their keys and records, one each per tree. */
    long messages() {
        return 2L * trees * (height + 2);
    }

    /** The bytes of all hashes, of the keys in differing leaves with theirs, and of the records that are sent then, once each. */
    long bytes() {
        double hashes = 1;
        for (int level = 0; level < height; level++) {
            hashes += 2 * differing(level);
        }
        double suspects = differing(height) * keys / trees / (1L << height);
        double perTree = hashes * HASH_BYTES + suspects * (keyBytes + HASH_BYTES);
        return Math.round(trees * perTree) + missed * (keyBytes + recordBytes) + messages() * FRAME_BYTES;
    }

    /** How many nodes of a level differ, as is to be expected. */
    private double differing(int level) {
        double nodes = Math.pow(2, level);
        return nodes * (1 - Math.pow(1 - 1 / nodes, (double) missed / trees));
    }
}
