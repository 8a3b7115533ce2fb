package io.whorl.testkit.simulation;

import java.util.List;

/** Seeded random draws: SplitMix64 (Steele, Lea and Flood, OOPSLA 2014, section 3), small and equal on every JVM. */
final class Draws {
    private static final long GOLDEN = 0x9e3779b97f4a7c15L;
    private static final double UNIT = 0x1.0p-53;

    private final long seed;
    private long state;

    Draws(long seed) {
        this.seed = seed;
        this.state = mix(seed);
    }

    /** Draws that depend only on this one's seed and the name, so that one use of chance does not disturb another. */
    Draws fork(String name) {
        long hash = seed * GOLDEN + 1;
        for (int i = 0; i < name.length(); i++) {
            hash = mix(hash ^ name.charAt(i));
        }
        return new Draws(hash);
    }

    long next() {
        state += GOLDEN;
        return mix(state);
    }

    /** From 0 to {@code bound} - 1. */
    int below(int bound) {
        return (int) Long.remainderUnsigned(next(), bound);
    }

    /** From {@code low} to {@code high}, both included. */
    long between(long low, long high) {
        return low + Long.remainderUnsigned(next(), high - low + 1);
    }

    boolean chance(double probability) {
        return real() < probability;
    }

    /** From 0 (included) to 1 (excluded). */
    double real() {
        return (next() >>> 11) * UNIT;
    }

    /** Exponentially distributed, as the times between independent happenings are. */
    long exponential(long mean) {
        return (long) (-StrictMath.log(1 - real()) * mean);
    }

    <T> T pick(List<T> choices) {
        return choices.get(below(choices.size()));
    }

    private static long mix(long bits) {
        long z = bits;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
