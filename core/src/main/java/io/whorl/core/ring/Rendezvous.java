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
    private static final double UNIT = 0x1p-53;

    private Rendezvous() {}

    /** A number above 0 and below 1 for this pair, another one for each salt; higher is liked more. */
    static double uniform(int partition, NodeId node, int salt) {
        long score = mix(node.value() ^ mix((partition + 1) * GOLDEN_GAMMA));
        if (salt != 0) {
            score = mix(score + salt * GOLDEN_GAMMA);
        }
        return ((score >>> 11) + 0.5) * UNIT;
    }

    /**
     * Higher is liked more; a node comes first with a chance in proportion to its weight.
     *
     * <p>The logarithm of a uniform number, divided by the weight, orders as drawing without replacement by weight does
     * (Efraimidis and Spirakis, "Weighted random sampling with a reservoir", Information Processing Letters 97, 2006).
     * Where all weights are the same, {@link #uniform} has the same order.
     */
    static double weighted(int partition, NodeId node, int weight, int salt) {
        return StrictMath.log(uniform(partition, node, salt)) / weight;
    }

    /** Scatters the bits of a number: one to one. */
    static long mix(long value) {
        long mixed = (value ^ value >>> 30) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94D049BB133111EBL;
        return mixed ^ mixed >>> 31;
    }
}
