package io.whorl.core.ring;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.HexFormat;

/**
 * XXH3 in its 64-bit form, with seed 0 and the default secret.
 *
 * <p>Written from the "XXH3 Algorithm Overview" of the xxHash specification (Yann Collet, {@code doc/xxhash_spec.md});
 * names follow it. One of five ways is taken by the length of the input; each mixes words of the input with words of
 * the secret by a multiplication whose two halves are folded together.
 */
final class Xxh3 {
    private static final long PRIME32_1 = 0x9E3779B1L;
    private static final long PRIME32_2 = 0x85EBCA77L;
    private static final long PRIME32_3 = 0xC2B2AE3DL;
    private static final long PRIME64_1 = 0x9E3779B185EBCA87L;
    private static final long PRIME64_2 = 0xC2B2AE3D27D4EB4FL;
    private static final long PRIME64_3 = 0x165667B19E3779F9L;
    private static final long PRIME64_4 = 0x85EBCA77C2B2AE63L;
    private static final long PRIME64_5 = 0x27D4EB2F165667C5L;
    private static final long PRIME_MX1 = 0x165667919E3779F9L;
    private static final long PRIME_MX2 = 0x9FB21C651E98DF25L;

    /** The default secret of the specification: 192 bytes. */
    private static final byte[] SECRET = HexFormat.of()
            .parseHex("b8fe6c3923a44bbe7c01812cf721ad1cded46de9839097db7240a4a4b7b3671f"
                    + "cb79e64eccc0e578825ad07dccff7221b8084674f743248ee03590e6813a264c"
                    + "3c2852bb91c300cb88d0658b1b532ea371644897a20df94e3819ef46a9deacd8a8"
                    + "fa763fe39c343ff9dcbbc7c70b4f1d8a51e04bcdb45931c89f7ec9d9787364ea"
                    + "c5ac8334d3ebc3c581a0fffa1363eb170ddd51b7f0da49d316552629d4689e2b"
                    + "16be587d47a1fc8ff8b8d17ad031ce45cb3a8f95160428afd7fbcabb4b407e");

    private static final int WORD = 8;
    private static final int MIX_STEP = 16;
    private static final int STRIPE = 64;
    private static final int STRIPES_PER_BLOCK = (192 - STRIPE) / WORD;
    private static final int BLOCK = STRIPE * STRIPES_PER_BLOCK;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private Xxh3() {}

    static long hash64(byte[] input) {
        int length = input.length;
        if (length <= 16) {
            return upTo16(input, length);
        }
        if (length <= 128) {
            return upTo128(input, length);
        }
        return length <= 240 ? upTo240(input, length) : longer(input, length);
    }

    private static long upTo16(byte[] input, int length) {
        if (length == 0) {
            return avalancheXxh64(word(SECRET, 56) ^ word(SECRET, 64));
        }
        if (length <= 3) {
            long combined = (input[0] & 0xFFL) << 16
                    | (input[length >> 1] & 0xFFL) << 24
                    | (input[length - 1] & 0xFFL)
                    | (long) length << 8;
            return avalancheXxh64(combined ^ half(SECRET, 0) ^ half(SECRET, 4));
        }
        if (length <= 8) {
            long both = half(input, length - 4) + (half(input, 0) << 32);
            return rrmxmx(both ^ word(SECRET, 8) ^ word(SECRET, 16), length);
        }
        long low = word(input, 0) ^ word(SECRET, 24) ^ word(SECRET, 32);
        long high = word(input, length - WORD) ^ word(SECRET, 40) ^ word(SECRET, 48);
        return avalanche(length + Long.reverseBytes(low) + high + multiplyAndFold(low, high));
    }

    /** From both ends towards the middle, in steps of sixteen bytes. */
    private static long upTo128(byte[] input, int length) {
        long sum = length * PRIME64_1;
        for (int step = (length - 1) / 32; step >= 0; step--) {
            sum += mix(input, MIX_STEP * step, 32 * step);
            sum += mix(input, length - MIX_STEP * (step + 1), 32 * step + MIX_STEP);
        }
        return avalanche(sum);
    }

    private static long upTo240(byte[] input, int length) {
        long sum = length * PRIME64_1;
        for (int step = 0; step < 8; step++) {
            sum += mix(input, MIX_STEP * step, MIX_STEP * step);
        }
        sum = avalanche(sum);
        for (int step = 8; step < length / MIX_STEP; step++) {
            sum += mix(input, MIX_STEP * step, MIX_STEP * (step - 8) + 3);
        }
        return avalanche(sum + mix(input, length - MIX_STEP, 136 - 17));
    }

    private static long longer(byte[] input, int length) {
        long[] sums = {PRIME32_3, PRIME64_1, PRIME64_2, PRIME64_3, PRIME64_4, PRIME32_2, PRIME64_5, PRIME32_1};
        int lastStripe = length - STRIPE;
        int lastBlock = (length - 1) / BLOCK * BLOCK;
        for (int block = 0; block < lastBlock; block += BLOCK) {
            for (int stripe = 0; stripe < STRIPES_PER_BLOCK; stripe++) {
                accumulate(sums, input, block + STRIPE * stripe, WORD * stripe);
            }
            scramble(sums);
        }
        int wholeStripes = (length - 1 - lastBlock) / STRIPE;
        for (int stripe = 0; stripe < wholeStripes; stripe++) {
            accumulate(sums, input, lastBlock + STRIPE * stripe, WORD * stripe);
        }
        accumulate(sums, input, lastStripe, SECRET.length - STRIPE - 7);
        long merged = length * PRIME64_1;
        for (int lane = 0; lane < sums.length; lane += 2) {
            merged += multiplyAndFold(
                    sums[lane] ^ word(SECRET, 11 + WORD * lane), sums[lane + 1] ^ word(SECRET, 11 + WORD * (lane + 1)));
        }
        return avalanche(merged);
    }

    private static void accumulate(long[] sums, byte[] input, int at, int secretAt) {
        for (int lane = 0; lane < sums.length; lane++) {
            long value = word(input, at + WORD * lane);
            long key = value ^ word(SECRET, secretAt + WORD * lane);
            sums[lane ^ 1] += value;
            sums[lane] += (key & 0xFFFFFFFFL) * (key >>> 32);
        }
    }

    private static void scramble(long[] sums) {
        for (int lane = 0; lane < sums.length; lane++) {
            long sum = sums[lane];
            sums[lane] = (sum ^ sum >>> 47 ^ word(SECRET, SECRET.length - STRIPE + WORD * lane)) * PRIME32_1;
        }
    }

    private static long mix(byte[] input, int at, int secretAt) {
        return multiplyAndFold(
                word(input, at) ^ word(SECRET, secretAt), word(input, at + WORD) ^ word(SECRET, secretAt + WORD));
    }

    /** The low half of the unsigned 128-bit product, xor its high half. */
    private static long multiplyAndFold(long a, long b) {
        // Math.multiplyHigh is signed: each negative factor was taken 2^64 too small, which costs the other factor.
        long high = Math.multiplyHigh(a, b) + (a >> 63 & b) + (b >> 63 & a);
        return a * b ^ high;
    }

    private static long avalanche(long hash) {
        long mixed = (hash ^ hash >>> 37) * PRIME_MX1;
        return mixed ^ mixed >>> 32;
    }

    private static long avalancheXxh64(long hash) {
        long mixed = (hash ^ hash >>> 33) * PRIME64_2;
        mixed = (mixed ^ mixed >>> 29) * PRIME64_3;
        return mixed ^ mixed >>> 32;
    }

    private static long rrmxmx(long hash, int length) {
        long mixed = (hash ^ Long.rotateLeft(hash, 49) ^ Long.rotateLeft(hash, 24)) * PRIME_MX2;
        mixed = (mixed ^ (mixed >>> 35) + length) * PRIME_MX2;
        return mixed ^ mixed >>> 28;
    }

    private static long word(byte[] bytes, int at) {
        return (long) LONGS.get(bytes, at);
    }

    private static long half(byte[] bytes, int at) {
        return (int) INTS.get(bytes, at) & 0xFFFFFFFFL;
    }
}
