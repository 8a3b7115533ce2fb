package io.whorl.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.whorl.core.spi.Space;
import io.whorl.core.spi.WriteBatch;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The bytes of batches, read back one by one: they say each change, and end where the last one ends. */
class BatchBytesTest {
    /** Lengths on both sides of where a varint gets longer. */
    private static final int[] LENGTHS = {0, 1, 127, 128, 16_383, 16_384};

    @Test
    void bytes_say_every_change_and_nothing_more() {
        for (int seed = 0; seed < 500; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            int[] families = random.ints(Space.values().length, 0, 300).toArray();
            WriteBatch batch = batch(random);
            ByteBuffer in = ByteBuffer.wrap(BatchBytes.of(batch, families)).order(ByteOrder.LITTLE_ENDIAN);
            assertThat(in.getLong()).isZero();
            int count = in.getInt();
            int said = 0;
            for (WriteBatch.Change change : batch.changes()) {
                said += reads(change, families, in) ? 1 : 0;
            }
            assertThat(count).as("seed %d", seed).isEqualTo(said);
            assertThat(in.hasRemaining()).as("seed %d", seed).isFalse();
        }
    }

    private static WriteBatch batch(SplittableRandom random) {
        WriteBatch batch = new WriteBatch();
        for (int i = random.nextInt(6); i > 0; i--) {
            Space space = Space.values()[random.nextInt(Space.values().length)];
            switch (random.nextInt(3)) {
                case 0 -> batch.put(space, bytes(random), bytes(random));
                case 1 -> batch.delete(space, bytes(random));
                default -> batch.deleteRange(space, bytes(random), bytes(random));
            }
        }
        return batch;
    }

    private static byte[] bytes(SplittableRandom random) {
        byte[] bytes = new byte[LENGTHS[random.nextInt(LENGTHS.length)]];
        random.nextBytes(bytes);
        return bytes;
    }

    /** Reads what should be said of a change; false if it is a range without keys, of which nothing is said. */
    private static boolean reads(WriteBatch.Change change, int[] families, ByteBuffer in) {
        if (change instanceof WriteBatch.Put put) {
            expect(5, put.space(), families, in);
            assertThat(string(in)).isEqualTo(put.key());
            assertThat(string(in)).isEqualTo(put.value());
        } else if (change instanceof WriteBatch.Delete delete) {
            expect(4, delete.space(), families, in);
            assertThat(string(in)).isEqualTo(delete.key());
        } else if (change instanceof WriteBatch.DeleteRange range) {
            if (Arrays.compareUnsigned(range.from(), range.to()) >= 0) {
                return false;
            }
            expect(14, range.space(), families, in);
            assertThat(string(in)).isEqualTo(range.from());
            assertThat(string(in)).isEqualTo(range.to());
        }
        return true;
    }

    private static void expect(int tag, Space space, int[] families, ByteBuffer in) {
        assertThat(in.get()).isEqualTo((byte) tag);
        assertThat(varint(in)).isEqualTo(families[space.ordinal()]);
    }

    private static byte[] string(ByteBuffer in) {
        byte[] string = new byte[varint(in)];
        in.get(string);
        return string;
    }

    private static int varint(ByteBuffer in) {
        int number = 0;
        int shift = 0;
        byte next;
        do {
            next = in.get();
            number |= (next & 0x7f) << shift;
            shift += 7;
        } while (next < 0);
        return number;
    }
}
