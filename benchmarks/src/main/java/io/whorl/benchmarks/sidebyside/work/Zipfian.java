package io.whorl.benchmarks.sidebyside.work;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Draws of numbers of which the one at place i, from 0, is drawn in proportion to 1 / (i + 1)^theta. They are drawn beforehand
 * from the exact distribution, so that drawing costs the work nothing; callers begin at different places of the row.
 */
public final class Zipfian {
    /** What YCSB has. */
    public static final double THETA = 0.99;

    private static final int DRAWS = 1 << 20;

    private final int[] draws = new int[DRAWS];

    /** Draws from {@code items} numbers. */
    public Zipfian(int items, double theta, long seed) {
        double[] upTo = new double[items];
        double sum = 0;
        for (int i = 0; i < items; i++) {
            sum += 1 / Math.pow(i + 1, theta);
            upTo[i] = sum;
        }
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < DRAWS; i++) {
            int place = Arrays.binarySearch(upTo, random.nextDouble() * sum);
            draws[i] = Math.min(items - 1, place < 0 ? -place - 1 : place);
        }
    }

    /** The draw at a place; places wrap around. */
    public int draw(int place) {
        return draws[place & (DRAWS - 1)];
    }
}
