package io.whorl.benchmarks.sidebyside.work;

import java.nio.ByteBuffer;
import java.util.SplittableRandom;

/** The keys and values of all work, made beforehand and the same for every engine; they must not be changed. */
public final class Payload {
    private static final int VALUES = 1 << 12;
    private static final long SEED = 7;
    /** The finishing step of SplitMix64 scatters keys that are counted up. */
    private static final long FIRST_FACTOR = 0xbf58476d1ce4e5b9L;

    private static final long SECOND_FACTOR = 0x94d049bb133111ebL;

    private final byte[][] keys;
    private final byte[][] values = new byte[VALUES][];

    /** That many keys of 16 bytes, and values of random bytes, which no engine can compress. */
    public Payload(int count, int valueBytes) {
        keys = new byte[count][];
        for (int i = 0; i < count; i++) {
            keys[i] = ByteBuffer.allocate(2 * Long.BYTES)
                    .putLong(scattered(i))
                    .putLong(i)
                    .array();
        }
        SplittableRandom random = new SplittableRandom(SEED);
        for (int i = 0; i < VALUES; i++) {
            values[i] = new byte[valueBytes];
            random.nextBytes(values[i]);
        }
    }

    private static long scattered(long number) {
        long mixed = (number ^ (number >>> 30)) * FIRST_FACTOR;
        mixed = (mixed ^ (mixed >>> 27)) * SECOND_FACTOR;
        return mixed ^ (mixed >>> 31);
    }

    int count() {
        return keys.length;
    }

    byte[] key(int number) {
        return keys[number];
    }

    /** One of the values; any number will do. */
    byte[] value(int number) {
        return values[number & (VALUES - 1)];
    }
}
