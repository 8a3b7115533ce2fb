package io.whorl.core.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whorl.core.version.ByteWriter;
import io.whorl.core.version.MalformedBytesException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ClusterStateCodecTest {

    @Test
    void states_read_back_equal_and_encode_to_the_same_bytes() {
        SplittableRandom random = new SplittableRandom(11);
        for (int round = 0; round < 300; round++) {
            ClusterState state = RingFixtures.anyState(random);
            byte[] bytes = state.encode();
            ClusterState back = ClusterState.decode(bytes);
            assertThat(back).isEqualTo(state);
            assertThat(back.encode()).isEqualTo(bytes);
        }
    }

    @Test
    void a_large_state_reads_back() {
        List<Member> members = RingFixtures.members(100, new SplittableRandom(12));
        ClusterState state = ClusterState.found(new ClusterId(-1), "large", members, 1_024, List.of());
        assertThat(ClusterState.decode(state.encode())).isEqualTo(state);
        assertThat(state.encode().length).isLessThan(40_000);
    }

    @Test
    void the_bytes_are_the_same_in_every_release() {
        Member only = Member.of(new NodeId(0x0102030405060708L), new Address("a", 7701));
        ClusterState state = ClusterState.found(
                new ClusterId(0x1112131415161718L),
                "shop",
                List.of(only),
                2,
                List.of(new BucketDefinition(1, "carts", io.whorl.api.BucketOptions.defaults())));
        assertThat(HexFormat.of().formatHex(state.encode()))
                .isEqualTo("02111213141516171800000000000000000473686f700101010203040506070801"
                        + "61953c000100000101056361727473030202000002010001000101000000000100");
    }

    @Test
    void a_newer_format_is_told_apart() {
        byte[] bytes = RingFixtures.anyState(new SplittableRandom(13)).encode();
        bytes[0] = 3;
        assertThatThrownBy(() -> ClusterState.decode(bytes))
                .isInstanceOfSatisfying(
                        MalformedBytesException.class,
                        e -> assertThat(e.kind()).isEqualTo(MalformedBytesException.Kind.UNKNOWN_FORMAT))
                .hasMessageContaining("format 3");
    }

    @Test
    void every_truncation_and_every_appended_byte_is_refused() {
        byte[] bytes = RingFixtures.anyState(new SplittableRandom(14)).encode();
        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> ClusterState.decode(cut)).isInstanceOf(MalformedBytesException.class);
        }
        byte[] longer = Arrays.copyOf(bytes, bytes.length + 1);
        assertThatThrownBy(() -> ClusterState.decode(longer)).isInstanceOf(MalformedBytesException.class);
    }

    @Test
    void changed_bytes_are_refused_or_are_the_canonical_bytes_of_another_state() {
        SplittableRandom random = new SplittableRandom(15);
        List<byte[]> valid = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            valid.add(RingFixtures.anyState(random).encode());
        }
        int refused = 0;
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = valid.get(round % valid.size()).clone();
            for (int changes = random.nextInt(1, 4); changes > 0; changes--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            refused += decodesCanonicallyOrRefuses(bytes);
        }
        assertThat(refused).isGreaterThan(1_000);
    }

    @Test
    void random_bytes_never_do_more_than_be_refused() {
        SplittableRandom random = new SplittableRandom(16);
        for (int round = 0; round < 50_000; round++) {
            byte[] bytes = new byte[random.nextInt(200)];
            random.nextBytes(bytes);
            if (bytes.length > 0) {
                bytes[0] = 2;
            }
            decodesCanonicallyOrRefuses(bytes);
        }
    }

    /** 1 if refused. Any other exception than the one for it fails the test. */
    private static int decodesCanonicallyOrRefuses(byte[] bytes) {
        try {
            assertThat(ClusterState.decode(bytes).encode()).isEqualTo(bytes);
            return 0;
        } catch (MalformedBytesException refusal) {
            assertThat(refusal).hasMessageContaining("expected");
            return 1;
        }
    }

    @Test
    void a_count_beyond_the_bytes_is_refused_before_room_is_made() {
        for (long count : new long[] {1_000_000, Integer.MAX_VALUE, Long.MAX_VALUE, -1}) {
            byte[] bytes = head().varint(count).raw(new byte[30]).toByteArray();
            assertThatThrownBy(() -> ClusterState.decode(bytes))
                    .isInstanceOf(MalformedBytesException.class)
                    .hasMessageContaining("members");
        }
    }

    @Test
    void members_out_of_order_are_another_spelling_and_refused() {
        byte[] sorted = twoMembers(5, 6).toByteArray();
        byte[] swapped = twoMembers(6, 5).toByteArray();
        assertThat(ClusterState.decode(sorted).members()).hasSize(2);
        assertThatThrownBy(() -> ClusterState.decode(swapped))
                .isInstanceOf(MalformedBytesException.class)
                .hasMessageContaining("spelling");
        assertThatThrownBy(() -> ClusterState.decode(twoMembers(5, 5).toByteArray()))
                .isInstanceOf(MalformedBytesException.class)
                .hasMessageContaining("distinct");
    }

    private static ByteWriter head() {
        return new ByteWriter().u8(2).i64(9).i64(0).text("shop").varint(1);
    }

    private static ByteWriter twoMembers(long first, long second) {
        ByteWriter out = head().varint(2);
        for (long id : new long[] {first, second}) {
            out.i64(id).text("a").varint(1).text("").varint(1).u8(0);
        }
        out.varint(0)
                .varint(0)
                .varint(1)
                .varint(2)
                .varint(0)
                .varint(1)
                .varint(1)
                .u8(0);
        return out.varint(0).varint(0).varint(0).varint(1).varint(0);
    }
}
