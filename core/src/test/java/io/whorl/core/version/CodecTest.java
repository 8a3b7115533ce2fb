package io.whorl.core.version;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** The bytes of sets and records: round trips, canonical, compact, and unharmed by hostile bytes. */
class CodecTest {
    private static final int SEEDS = 1_500;
    private static final Actor A = new Actor(1, 0, Role.REPLICA);

    @Test
    void sets_survive_their_bytes_and_equal_sets_have_equal_bytes() {
        for (int seed = 0; seed < SEEDS; seed++) {
            Generators generators = new Generators(seed);
            DotSet a = generators.chance(0.5) ? generators.wideDotSet() : generators.dotSet();
            DotSet b = generators.dotSet();
            assertThat(DotSetCodec.decode(DotSetCodec.encode(a)))
                    .as("seed %d", seed)
                    .isEqualTo(a);
            assertThat(DotSetCodec.encode(a.join(b))).as("seed %d", seed).isEqualTo(DotSetCodec.encode(b.join(a)));
            assertThat(Arrays.equals(DotSetCodec.encode(a), DotSetCodec.encode(b)))
                    .as("seed %d", seed)
                    .isEqualTo(a.equals(b));
        }
    }

    @Test
    void records_survive_their_bytes_and_equal_records_have_equal_bytes() {
        for (int seed = 0; seed < SEEDS; seed++) {
            Generators generators = new Generators(seed);
            Record a = generators.recordPerhapsWithheld();
            Record b = generators.recordPerhapsWithheld();
            assertThat(RecordCodec.decode(RecordCodec.encode(a)))
                    .as("seed %d", seed)
                    .isEqualTo(a);
            assertThat(RecordCodec.encode(a.join(b))).as("seed %d", seed).isEqualTo(RecordCodec.encode(b.join(a)));
            assertThat(Arrays.equals(RecordCodec.encode(a), RecordCodec.encode(b)))
                    .as("seed %d", seed)
                    .isEqualTo(a.equals(b));
        }
    }

    @Test
    void sizes_are_known_before_anything_is_written_and_parts_of_arrays_are_read() {
        for (int seed = 0; seed < SEEDS; seed++) {
            Generators generators = new Generators(seed);
            DotSet set = generators.chance(0.5) ? generators.wideDotSet() : generators.dotSet();
            DotSet closed = new DotSet(new Actor[] {A}, new long[][] {{1, Long.MAX_VALUE}}, 1L << seed % 63, null);
            Record record = generators.recordPerhapsWithheld();
            ByteWriter all = new ByteWriter(0).skip(3);
            DotSetCodec.write(all, set);
            DotSetCodec.write(all, closed);
            RecordCodec.encode(all, record);
            int setEnd = 3 + DotSetCodec.size(set);
            int closedEnd = setEnd + DotSetCodec.size(closed);
            assertThat(all.size()).as("seed %d", seed).isEqualTo(closedEnd + RecordCodec.size(record));
            byte[] bytes = all.skip(1).finish();
            assertThat(DotSetCodec.decode(bytes, 3, setEnd)).isEqualTo(set);
            assertThat(DotSetCodec.decode(bytes, setEnd, closedEnd)).isEqualTo(closed);
            assertThat(RecordCodec.decode(bytes, closedEnd, bytes.length - 1)).isEqualTo(record);
        }
    }

    @Test
    void the_head_of_a_record_is_told_by_its_first_bytes_or_not_at_all() {
        int told = 0;
        for (int seed = 0; seed < 500; seed++) {
            Record record = new Generators(seed).recordPerhapsWithheld();
            ByteWriter out = new ByteWriter();
            RecordCodec.write(out, record);
            byte[] bytes = out.toByteArray();
            for (int length = 0; length <= bytes.length; length++) {
                ByteReader in = new ByteReader(bytes, 0, length);
                Record head;
                try {
                    head = RecordCodec.readHead(in);
                } catch (MalformedBytesException e) {
                    assertThat(length).as("seed %d", seed).isLessThan(bytes.length);
                    continue;
                }
                if (record.siblings().size() > 1) {
                    assertThat(head).as("seed %d", seed).isNull();
                } else {
                    assertThat(head).as("seed %d, %d bytes", seed, length).isEqualTo(record.withheld());
                    told++;
                }
            }
        }
        assertThat(told).isGreaterThan(200);
    }

    @Test
    void a_writer_of_the_right_capacity_gives_its_own_array_and_says_how_long_numbers_are() {
        for (int bits = 0; bits <= 64; bits++) {
            long value = bits == 0 ? 0 : -1L >>> (64 - bits);
            ByteWriter out = new ByteWriter(ByteWriter.varintSize(value)).varint(value);
            assertThat(out.size()).as("%d bits", bits).isEqualTo(ByteWriter.varintSize(value));
            assertThat(out.finish()).isSameAs(out.finish());
            assertThat(out.u8(1).size()).isEqualTo(ByteWriter.varintSize(value) + 1);
            assertThat(new ByteReader(out.finish()).varint()).isEqualTo(value);
        }
        assertThatThrownBy(() -> new ByteWriter().skip(-1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void the_formats_are_these_bytes() {
        DotSet set = DotSet.range(A, 1, 3).add(new Dot(A, 5)).add(new Dot(new Actor(-1, 2, Role.FALLBACK), 300));
        assertThat(hex(DotSetCodec.encode(set)))
                .isEqualTo("02" + "0000000000000001" + "00" + "01" + "0002" + "0000" + "ffffffffffffffff" + "05" + "00"
                        + "ab0200");
        Record record = new Record(
                List.of(
                        new Sibling(new Dot(A, 1), new byte[] {7, 8}, 9, 0),
                        new Sibling(new Dot(A, 2), null, -1, 0),
                        new Sibling(new Dot(A, 3), new byte[0], 0, 128)),
                DotSet.empty());
        assertThat(hex(RecordCodec.encode(record)))
                .isEqualTo("01" + "00" + "03" + "0000000000000001" + "00" + "00" + "0000000000000009" + "06" + "0708"
                        + "0000000000000001" + "00" + "01" + "ffffffffffffffff" + "00"
                        + "0000000000000001" + "00" + "02" + "0000000000000000" + "03" + "8001");
    }

    @Test
    void ten_million_dots_above_a_gap_take_under_a_hundred_bytes() {
        DotSet set = DotSet.range(A, 1, 17).join(DotSet.range(A, 20, 10_000_019));
        assertThat(set.size()).isEqualTo(10_000_017);
        assertThat(DotSetCodec.encode(set)).hasSizeLessThan(100);
        assertThat(DotSetCodec.decode(DotSetCodec.encode(set))).isEqualTo(set);
    }

    @Test
    void a_value_and_one_dot_cost_at_most_25_bytes_more_than_the_value() {
        Dot dot = new Dot(new Actor(-3, 40, Role.REPLICA), 2_000_000);
        Record record = new Record(
                List.of(new Sibling(dot, new byte[1_000], HybridTimestamp.of(1_800_000_000_000L, 9), 0)),
                DotSet.empty());
        assertThat(RecordCodec.encode(record)).hasSizeLessThanOrEqualTo(1_025);
    }

    @Test
    void refuses_what_no_encoder_writes() {
        String one = "0000000000000001";
        String two = "0000000000000002";
        refused("02" + two + "00000000" + one + "00000000", "one above 2"); // actors descend
        refused("02" + one + "00000000" + one + "00000000", "one above 1"); // an actor twice
        refused("01" + one + "00000000" + "00", "the end"); // trailing byte
        refused("8100" + one + "00000000", "the shortest form"); // overlong varint
        refused("01" + one + "00" + "8000" + "0000", "the shortest form");
        refused("01" + one + "00" + "00" + "ffffffffffffffffff01" + "00", "at most"); // counter beyond a long
        refused("01" + one + "00" + "00" + "01" + "ffffffffffffffff7f", "at most"); // end beyond a long
        refused("01" + one + "00" + "01" + "00feffffffffffffff7f" + "0000", "no further one"); // nothing fits above
        refused("01" + one + "ffffffff1f" + "00" + "0000", "at most"); // stint beyond an int
        refused("", "a byte");
    }

    @Test
    void refuses_records_that_no_encoder_writes() {
        String one = "0000000000000001" + "00";
        String time = "0000000000000000";
        for (String bytes : List.of(
                "0100" + "02" + one + "01" + time + "00" + one + "00" + time + "00", // siblings descend
                "0100" + "02" + one + "00" + time + "00" + one + "00" + time + "00", // a sibling twice
                "0100" + "01" + one + "00" + time + "01" + "00", // an expiry of never
                "0100" + "01" + one + "00" + time + "04", // a value beyond the end
                "0100" + "01" + one + "00" + time + "00" + "00")) { // trailing byte
            assertThatThrownBy(() -> RecordCodec.decode(HexFormat.of().parseHex(bytes)))
                    .as(bytes)
                    .isInstanceOf(MalformedBytesException.class);
        }
        assertThatThrownBy(() -> RecordCodec.decode(new byte[] {2, 0, 0}))
                .isInstanceOfSatisfying(MalformedBytesException.class, e -> {
                    assertThat(e.kind()).isEqualTo(MalformedBytesException.Kind.UNKNOWN_FORMAT);
                    assertThat(e).hasMessage("record format 2 at byte 0; expected format 1");
                });
    }

    @Test
    void any_bytes_are_refused_or_are_exactly_what_the_encoder_writes() {
        int accepted = 0;
        for (int seed = 0; seed < 15_000; seed++) {
            Generators generators = new Generators(seed);
            byte[] set = DotSetCodec.encode(generators.chance(0.5) ? generators.wideDotSet() : generators.dotSet());
            byte[] record = RecordCodec.encode(generators.recordPerhapsWithheld());
            byte[] bound = new BoundContext(1, 2, 3, generators.dotSet()).encode();
            accepted += fuzz(seed, generators.mutated(set), DotSetCodec::decode, DotSetCodec::encode);
            accepted += fuzz(seed, generators.mutated(record), RecordCodec::decode, RecordCodec::encode);
            accepted += fuzz(seed, generators.mutated(bound), BoundContext::decode, BoundContext::encode);
            byte[] random = generators.bytes(generators.random().nextInt(60));
            fuzz(seed, random, DotSetCodec::decode, DotSetCodec::encode);
            fuzz(seed, random, BoundContext::decode, BoundContext::encode);
            if (random.length > 0) {
                random[0] = RecordCodec.FORMAT;
            }
            fuzz(seed, random, RecordCodec::decode, RecordCodec::encode);
        }
        assertThat(accepted)
                .as("mutations that are valid again, so that the test sees both")
                .isGreaterThan(1_000);
    }

    @Test
    void every_truncation_is_refused() {
        for (int seed = 0; seed < 150; seed++) {
            Generators generators = new Generators(seed);
            byte[] set = DotSetCodec.encode(generators.wideDotSet());
            byte[] record = RecordCodec.encode(generators.recordPerhapsWithheld());
            for (int length = 0; length < set.length; length++) {
                byte[] cut = Arrays.copyOf(set, length);
                assertThatThrownBy(() -> DotSetCodec.decode(cut)).isInstanceOf(MalformedBytesException.class);
            }
            for (int length = 0; length < record.length; length++) {
                byte[] cut = Arrays.copyOf(record, length);
                assertThatThrownBy(() -> RecordCodec.decode(cut)).isInstanceOf(MalformedBytesException.class);
            }
        }
    }

    @Test
    void announced_sizes_beyond_the_bytes_allocate_nothing_of_that_size() {
        ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        String actor = "0000000000000001" + "00";
        List<String> announcing = List.of(
                "ffffffff07", // 2^31-1 actors
                "ffffffffffffffffff01", // 2^64-1 actors
                "01" + actor + "ffffffff07" + "0000", // 2^31 intervals
                "01" + actor + "feffffff07" + "0000");
        List<String> announcingInRecord = List.of(
                "0100" + "ffffffff07", // siblings
                "0100" + "01" + actor + "00" + "0000000000000000" + "feffffff0f" + "0000", // a value of 2^31-2 bytes
                "0100" + "01" + actor + "00" + "0000000000000000" + "8080808010" + "0000");
        for (int round = 0; round < 3; round++) { // the first loads classes
            long before = thread.getCurrentThreadAllocatedBytes();
            for (String bytes : announcing) {
                assertThatThrownBy(() -> DotSetCodec.decode(HexFormat.of().parseHex(bytes)))
                        .isInstanceOf(MalformedBytesException.class);
            }
            for (String bytes : announcingInRecord) {
                assertThatThrownBy(() -> RecordCodec.decode(HexFormat.of().parseHex(bytes)))
                        .isInstanceOf(MalformedBytesException.class);
            }
            assertThat(thread.getCurrentThreadAllocatedBytes() - before).isLessThan(10_000_000L);
        }
    }

    private static <T> int fuzz(int seed, byte[] bytes, Function<byte[], T> decode, Function<T, byte[]> encode) {
        T value;
        try {
            value = decode.apply(bytes);
        } catch (MalformedBytesException refused) {
            return 0;
        }
        assertThat(encode.apply(value)).as("seed %d", seed).isEqualTo(bytes);
        return 1;
    }

    private static void refused(String bytes, String expected) {
        assertThatThrownBy(() -> DotSetCodec.decode(HexFormat.of().parseHex(bytes)))
                .as(bytes)
                .isInstanceOf(MalformedBytesException.class)
                .hasMessageContaining("expected")
                .hasMessageContaining(expected);
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
