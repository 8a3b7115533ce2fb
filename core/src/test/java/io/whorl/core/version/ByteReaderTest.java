package io.whorl.core.version;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whorl.core.version.MalformedBytesException.Kind;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the writer writes, the reader reads; anything else it refuses. */
class ByteReaderTest {
    @Test
    void reads_what_was_written() {
        for (int seed = 0; seed < 2_000; seed++) {
            Generators generators = new Generators(seed);
            int small = generators.random().nextInt(256);
            int number = generators.random().nextInt();
            long big = generators.random().nextLong();
            long varint = big >>> generators.random().nextInt(64);
            byte[] bytes = generators.bytes(generators.random().nextInt(200));
            ByteWriter out = new ByteWriter(generators.random().nextInt(20));
            out.u8(small)
                    .i32(number)
                    .i64(big)
                    .varint(varint)
                    .bytes(bytes)
                    .text("größer 𝄞")
                    .raw(bytes);
            ByteReader in = new ByteReader(out.toByteArray());
            assertThat(out.size()).isEqualTo(in.remaining());
            assertThat(in.u8()).isEqualTo(small);
            assertThat(in.i32()).isEqualTo(number);
            assertThat(in.i64()).isEqualTo(big);
            assertThat(in.offset()).isEqualTo(13);
            assertThat(in.varint()).isEqualTo(varint);
            assertThat(in.bytes()).isEqualTo(bytes);
            assertThat(in.text()).isEqualTo("größer 𝄞");
            assertThat(in.raw(bytes.length)).isEqualTo(bytes);
            in.expectEnd();
        }
    }

    @Test
    void varints_have_one_form_each() {
        varint(0, "00");
        varint(127, "7f");
        varint(128, "8001");
        varint(300, "ac02");
        varint(Long.MAX_VALUE, "ffffffffffffffff7f");
        varint(-1, "ffffffffffffffffff01");
        refused("8000", Kind.NOT_CANONICAL);
        refused("ffffffffffffffffff02", Kind.NOT_CANONICAL);
        refused("ffffffffffffffffff80", Kind.NOT_CANONICAL);
        refused("ffffffffffffffffff00", Kind.NOT_CANONICAL);
        refused("ff", Kind.TOO_SHORT);
        refused("", Kind.TOO_SHORT);
    }

    @Test
    void a_part_of_an_array_is_read_as_if_it_were_all() {
        ByteReader in = new ByteReader(new byte[] {9, 1, 2, 9}, 1, 3);
        assertThat(in.remaining()).isEqualTo(2);
        assertThat(in.u8()).isEqualTo(1);
        assertThat(in.offset()).isEqualTo(1);
        assertThatThrownBy(in::expectEnd).isInstanceOf(MalformedBytesException.class);
        assertThatThrownBy(in::i32).isInstanceOf(MalformedBytesException.class);
        assertThat(in.u8()).isEqualTo(2);
        in.expectEnd();
        assertThatThrownBy(in::u8).isInstanceOfSatisfying(MalformedBytesException.class, e -> {
            assertThat(e.kind()).isEqualTo(Kind.TOO_SHORT);
            assertThat(e.offset()).isEqualTo(2);
        });
        assertThatThrownBy(() -> new ByteReader(new byte[3], 2, 4)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void counts_and_limits_are_checked_before_use() {
        assertThat(new ByteReader(new byte[] {2, 0, 0, 0, 0}).count(2, "pairs")).isEqualTo(2);
        assertThatThrownBy(() -> new ByteReader(new byte[] {3, 0, 0, 0, 0}).count(2, "pairs"))
                .isInstanceOf(MalformedBytesException.class)
                .hasMessageContaining("a count of 3 pairs at byte 0");
        assertThat(new ByteReader(new byte[] {9}).varint(9, "an epoch")).isEqualTo(9);
        assertThatThrownBy(() -> new ByteReader(new byte[] {9}).varint(8, "an epoch"))
                .isInstanceOf(MalformedBytesException.class)
                .hasMessage("an epoch of 9 at byte 0; expected at most 8");
        assertThatThrownBy(() -> new ByteReader(new byte[] {5, 1, 2}).bytes())
                .isInstanceOf(MalformedBytesException.class);
        assertThatThrownBy(() -> new ByteReader(new byte[] {5, 1, 2}).text())
                .isInstanceOf(MalformedBytesException.class);
    }

    @Test
    void texts_must_be_unicode() {
        for (String bytes : List.of("01ff", "02c080", "03eda080")) {
            assertThatThrownBy(() -> new ByteReader(HexFormat.of().parseHex(bytes)).text())
                    .isInstanceOf(MalformedBytesException.class)
                    .hasMessageContaining("UTF-8");
        }
        assertThatThrownBy(() -> new ByteWriter().text("\ud800")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ByteWriter().u8(256)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ByteWriter().u8(-1)).isInstanceOf(IllegalArgumentException.class);
    }

    private static void varint(long value, String hex) {
        assertThat(HexFormat.of().formatHex(new ByteWriter().varint(value).toByteArray()))
                .isEqualTo(hex);
        assertThat(new ByteReader(HexFormat.of().parseHex(hex)).varint()).isEqualTo(value);
    }

    private static void refused(String hex, Kind kind) {
        assertThatThrownBy(() -> new ByteReader(HexFormat.of().parseHex(hex)).varint())
                .as(hex)
                .isInstanceOfSatisfying(
                        MalformedBytesException.class, e -> assertThat(e.kind()).isEqualTo(kind));
    }
}
