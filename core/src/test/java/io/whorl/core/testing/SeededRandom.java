package io.whorl.core.testing;

import io.whorl.core.spi.RandomSource;
import java.util.SplittableRandom;

/** Random numbers of a seed. */
public final class SeededRandom implements RandomSource {
    private final long seed;
    private final SplittableRandom random;

    public SeededRandom(long seed) {
        this.seed = seed;
        this.random = new SplittableRandom(seed);
    }

    @Override
    public long nextLong() {
        return random.nextLong();
    }

    @Override
    public RandomSource fork(String name) {
        return new SeededRandom(seed * 31 + name.hashCode());
    }
}
