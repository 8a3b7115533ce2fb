package io.whorl.internal;

import io.whorl.core.spi.RandomSource;
import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Random numbers from a seed that the operating system gave. Thread-safe.
 *
 * <p>SplitMix64 (Steele, Lea and Flood, Fast Splittable Pseudorandom Number Generators, OOPSLA 2014): good for identities and
 * jitter, not for secrets. It walks through all 64-bit numbers, so one source never gives the same number twice.
 */
final class SystemRandom implements RandomSource {
    private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

    private final long seed;
    private final AtomicLong state;

    private SystemRandom(long seed) {
        this.seed = seed;
        this.state = new AtomicLong(seed);
    }

    /** A source that no other process, run or node shares. */
    static SystemRandom seededByTheSystem() {
        return new SystemRandom(new SecureRandom().nextLong());
    }

    /** A source for tests. */
    static SystemRandom seeded(long seed) {
        return new SystemRandom(seed);
    }

    @Override
    public long nextLong() {
        return mix(state.addAndGet(GOLDEN_GAMMA));
    }

    @Override
    public RandomSource fork(String name) {
        long forked = mix(seed + GOLDEN_GAMMA);
        for (int i = 0; i < name.length(); i++) {
            forked = mix(forked ^ name.charAt(i));
        }
        return new SystemRandom(forked);
    }

    private static long mix(long bits) {
        long z = (bits ^ (bits >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
