package io.whorl.transport;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/** Bytes that are nearly right: valid ones with some of them changed; and at times ones that are not right at all. Seeded. */
final class Mutations {
    private static final int MEMORY = 64;
    private static final int LONGEST_NOISE = 80;

    private final SplittableRandom random;
    private final Supplier<byte[]> valid;
    private final List<byte[]> others = new ArrayList<>();

    Mutations(long seed, Supplier<byte[]> valid) {
        this.random = new SplittableRandom(seed);
        this.valid = valid;
    }

    /** The next bytes. */
    byte[] next() {
        if (random.nextInt(10) == 0) {
            return noise(random.nextInt(LONGEST_NOISE));
        }
        byte[] bytes = valid.get();
        remember(bytes);
        for (int changes = random.nextInt(4); changes >= 0; changes--) {
            bytes = changed(bytes);
        }
        return bytes;
    }

    private void remember(byte[] bytes) {
        if (others.size() < MEMORY) {
            others.add(bytes);
        } else {
            others.set(random.nextInt(MEMORY), bytes);
        }
    }

    private byte[] changed(byte[] bytes) {
        if (bytes.length == 0) {
            return noise(1);
        }
        int at = random.nextInt(bytes.length);
        byte[] copy = bytes.clone();
        return switch (random.nextInt(9)) {
            case 0 -> {
                copy[at] ^= (byte) (1 << random.nextInt(8));
                yield copy;
            }
            case 1 -> {
                copy[at] = (byte) random.nextInt();
                yield copy;
            }
            case 2 -> Arrays.copyOf(bytes, at);
            case 3 -> spliced(bytes, at, at, noise(1 + random.nextInt(6)));
            case 4 -> spliced(bytes, at, Math.min(bytes.length, at + 1 + random.nextInt(6)), new byte[0]);
            case 5 -> spliced(bytes, at, Math.min(bytes.length, at + random.nextInt(3)), lie());
            case 6 -> headOfThisTailOfAnother(bytes, at);
            case 7 -> spliced(bytes, at, at, Arrays.copyOfRange(bytes, at, bytes.length)); // a part twice
            default -> bytes;
        };
    }

    /** A number that promises far more than there is: a varint, or one of four bytes. */
    private byte[] lie() {
        if (random.nextInt(4) == 0) {
            return new byte[] {
                (byte) (random.nextBoolean() ? 0x7f : 0xff), (byte) 0xff, (byte) 0xff, (byte) random.nextInt()
            };
        }
        byte[] varint = new byte[1 + random.nextInt(10)];
        Arrays.fill(varint, (byte) 0xff);
        varint[varint.length - 1] = (byte) random.nextInt(0x80);
        return varint;
    }

    private byte[] headOfThisTailOfAnother(byte[] bytes, int at) {
        byte[] other = others.get(random.nextInt(others.size()));
        int from = other.length == 0 ? 0 : random.nextInt(other.length);
        return spliced(bytes, at, bytes.length, Arrays.copyOfRange(other, from, other.length));
    }

    private byte[] noise(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] spliced(byte[] bytes, int from, int to, byte[] insert) {
        byte[] result = new byte[bytes.length - (to - from) + insert.length];
        System.arraycopy(bytes, 0, result, 0, from);
        System.arraycopy(insert, 0, result, from, insert.length);
        System.arraycopy(bytes, to, result, from + insert.length, bytes.length - to);
        return result;
    }
}
