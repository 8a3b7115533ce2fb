package io.whorl.core.spi;

/** Random numbers: seeded by the operating system in production, by the run's seed in a simulation. */
public interface RandomSource {

    /** The next 64 random bits. */
    long nextLong();

    /** A number from 0 (inclusive) to {@code bound} (exclusive), evenly distributed; {@code bound} must be positive. */
    default int nextInt(int bound) {
        if (bound <= 0) {
            throw new IllegalArgumentException("bound must be positive, was " + bound);
        }
        return (int) Long.remainderUnsigned(nextLong(), bound);
    }

    /** Random bits that are not zero, for identities in which zero means "none". */
    default long nextIdentity() {
        long bits = nextLong();
        while (bits == 0) {
            bits = nextLong();
        }
        return bits;
    }

    /** Another source, independent of this one, that depends only on this one's seed and the name. */
    RandomSource fork(String name);
}
