package io.whorl.core.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.dynatrace.hash4j.hashing.Hashing;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeyHashTest {

    /** The first bytes of the buffer that the self-test of xxHash's command line tool uses. */
    private static byte[] sanityBuffer(int length) {
        byte[] buffer = new byte[length];
        long generator = 2654435761L;
        for (int i = 0; i < length; i++) {
            buffer[i] = (byte) (generator >>> 56);
            generator *= 0x9E3779B185EBCA8DL;
        }
        return buffer;
    }

    @ParameterizedTest
    @CsvSource({
        "0, 2d06800538d394c2",
        "1, c44bdff4074eecdb",
        "6, 27b56a84cd2d7325",
        "12, a713daf0dfbb77e7",
        "24, a3fe70bf9d3510eb",
        "48, 397da259ecba1f11",
        "80, bcdefbbb2c47c90a",
        "195, cd94217ee362ec3a",
        "403, cdeb804d65c6dea4",
        "512, 617e49599013cb6b",
        "2048, dd59e2c3a5f038e0",
        "2240, 6e73a90539cf2948",
        "2367, cb37aeb9e5d361ed"
    })
    void agrees_with_the_vectors_published_with_xxhash(int length, String expected) {
        assertThat(Long.toHexString(KeyHash.of(sanityBuffer(length)))).isEqualTo(expected);
    }

    @Test
    void agrees_with_well_known_hashes_of_short_texts() {
        assertThat(KeyHash.of("a".getBytes(StandardCharsets.US_ASCII))).isEqualTo(0xE6C632B61E964E1FL);
        assertThat(KeyHash.of("abc".getBytes(StandardCharsets.US_ASCII))).isEqualTo(0x78AF5F94892F3950L);
    }

    @Test
    void agrees_with_another_implementation_for_every_length_up_to_1024() {
        SplittableRandom random = new SplittableRandom(20070);
        for (int length = 0; length <= 1024; length++) {
            for (int round = 0; round < 20; round++) {
                assertAgreement(random, length);
            }
        }
    }

    @Test
    void agrees_with_another_implementation_for_long_inputs() {
        SplittableRandom random = new SplittableRandom(20071);
        for (int round = 0; round < 200; round++) {
            assertAgreement(random, random.nextInt(1025, 70_000));
        }
        // The ends of whole blocks and stripes, where an off-by-one would hide.
        for (int blocks = 1; blocks <= 4; blocks++) {
            for (int off = -65; off <= 65; off++) {
                assertAgreement(random, 1024 * blocks + off);
            }
        }
    }

    private static void assertAgreement(SplittableRandom random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        byte[] before = bytes.clone();
        assertThat(KeyHash.of(bytes))
                .as("length %d", length)
                .isEqualTo(Hashing.xxh3_64().hashBytesToLong(bytes));
        assertThat(bytes).isEqualTo(before);
    }

    @Test
    void the_partition_is_the_high_bits() {
        assertThat(KeyHash.partition(0xFFFF_FFFF_FFFF_FFFFL, 1)).isZero();
        assertThat(KeyHash.partition(0x8000_0000_0000_0000L, 2)).isEqualTo(1);
        assertThat(KeyHash.partition(0x7FFF_FFFF_FFFF_FFFFL, 2)).isZero();
        assertThat(KeyHash.partition(0xAB00_0000_0000_0000L, 256)).isEqualTo(0xAB);
        assertThat(KeyHash.partition(0xABCD_EF00_0000_0000L, 65_536)).isEqualTo(0xABCD);
    }

    @Test
    void doubling_the_partitions_splits_each_into_two_neighbours() {
        SplittableRandom random = new SplittableRandom(3);
        for (int round = 0; round < 1_000; round++) {
            long hash = random.nextLong();
            for (int partitions = 1; partitions < Ring.MAX_PARTITIONS; partitions *= 2) {
                assertThat(KeyHash.partition(hash, 2 * partitions) / 2).isEqualTo(KeyHash.partition(hash, partitions));
            }
        }
    }

    @Test
    void keys_that_differ_little_spread_evenly() {
        int[] counts = new int[256];
        for (int i = 0; i < 256_000; i++) {
            counts[KeyHash.partition(KeyHash.of(("user-" + i).getBytes(StandardCharsets.US_ASCII)), 256)]++;
        }
        // 1,000 are expected of each, with a standard deviation of 32.
        assertThat(Arrays.stream(counts).min().orElseThrow()).isGreaterThan(840);
        assertThat(Arrays.stream(counts).max().orElseThrow()).isLessThan(1_160);
    }

    @Test
    void refuses_a_number_of_partitions_that_is_no_power_of_two_or_out_of_range() {
        for (int wrong : new int[] {0, -1, 3, 255, 131_072, Integer.MIN_VALUE}) {
            assertThatThrownBy(() -> KeyHash.partition(1, wrong))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("power of two")
                    .hasMessageContaining(Integer.toString(wrong));
        }
    }
}
