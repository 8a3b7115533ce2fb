package io.whorl.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class CodecTest {
    @Test
    void text_goes_through_utf8() {
        for (String text : new String[] {"", "abc", "ü€", "𝄞", "\u0000"}) {
            byte[] bytes = Codec.utf8().encode(text);
            assertThat(bytes).isEqualTo(text.getBytes(StandardCharsets.UTF_8));
            assertThat(Codec.utf8().decode(bytes)).isEqualTo(text);
        }
    }

    @Test
    void text_without_a_utf8_form_is_refused_and_not_replaced() {
        for (String text : new String[] {"\ud834", "a\udd1e", "\udd1e\ud834"}) {
            assertThatThrownBy(() -> Codec.utf8().encode(text))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("unpaired surrogate");
        }
    }

    @Test
    void bytes_that_are_not_utf8_are_refused_and_not_replaced() {
        byte[][] wrong = {
            {(byte) 0x80},
            {(byte) 0xc0, (byte) 0x80},
            {(byte) 0xe2, (byte) 0x82},
            {(byte) 0xed, (byte) 0xa0, (byte) 0x80}
        };
        for (byte[] bytes : wrong) {
            assertThatThrownBy(() -> Codec.utf8().decode(bytes))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("not UTF-8");
        }
    }

    @Test
    void a_long_is_eight_bytes_big_endian() {
        assertThat(Codec.int64().encode(258L)).containsExactly(0, 0, 0, 0, 0, 0, 1, 2);
        for (long value : new long[] {0, -1, Long.MIN_VALUE, Long.MAX_VALUE}) {
            assertThat(Codec.int64().decode(Codec.int64().encode(value))).isEqualTo(value);
        }
        assertThatThrownBy(() -> Codec.int64().decode(new byte[7])).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_codec_can_be_two_functions() {
        Codec<Integer> codec = Codec.of(number -> new byte[number], bytes -> bytes.length);
        assertThat(codec.decode(codec.encode(5))).isEqualTo(5);
        assertThatThrownBy(() -> Codec.of(null, bytes -> bytes)).isInstanceOf(NullPointerException.class);
        byte[] same = {1};
        assertThat(Codec.bytes().encode(same)).isSameAs(same);
    }
}
