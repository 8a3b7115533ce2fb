package io.whorl.core.ring;

/**
 * How much a partition likes a node: a number as good as random, but the same everywhere and always.
 *
 * <p>Rendezvous hashing (Thaler and Ravishankar, "Using name-based mappings to increase hit rates", IEEE/ACM
 * Transactions on Networking 6(1), 1998): ordering the nodes by it gives each partition its own order, and a node that
 * comes or goes changes nobody else's place in it. The mixing is the finalizer of SplitMix64 (Steele, Lea and Flood,
 * OOPSLA 2014), applied to either input.
 */
final class Rendezvous {
    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

    private Rendezvous() {}

    /** To be compared as a signed number; higher is liked more. */
    static long score(int partition, NodeId node) {
        return mix(node.value() ^ mix((partition + 1) * GOLDEN_GAMMA));
    }

    /** Another order for each salt; salt 0 is the plain one. */
    static long score(int partition, NodeId node, int salt) {
        long plain = score(partition, node);
        return salt == 0 ? plain : mix(plain + salt * GOLDEN_GAMMA);
    }

    private static long mix(long value) {
        long mixed = (value ^ value >>> 30) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94D049BB133111EBL;
        return mixed ^ mixed >>> 31;
    }
}
