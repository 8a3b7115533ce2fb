package io.whorl.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whorl.core.version.Actor;
import io.whorl.core.version.BoundContext;
import io.whorl.core.version.DotSet;
import io.whorl.core.version.Role;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class CausalContextTest {
    private static final BoundContext CONTENT =
            new BoundContext(1, 2, 3, DotSet.range(new Actor(4, 0, Role.REPLICA), 1, 5));
    private final CausalContext context = CausalContext.fromBytes(CONTENT.encode());

    @Test
    void it_survives_as_bytes_and_as_text() {
        assertThat(CausalContext.fromBytes(context.toBytes()))
                .isEqualTo(context)
                .hasSameHashCodeAs(context);
        assertThat(CausalContext.parse(context.toToken())).isEqualTo(context);
        assertThat(BoundContext.decode(context.toBytes())).isEqualTo(CONTENT);
        assertThat(context.toToken()).matches("[A-Za-z0-9_-]+");
        assertThat(context).hasToString("CausalContext[" + context.toBytes().length + " bytes]");
    }

    @Test
    void its_bytes_are_its_own() {
        byte[] given = CONTENT.encode();
        CausalContext mine = CausalContext.fromBytes(given);
        given[10] ^= 1;
        mine.toBytes()[10] ^= 1;
        assertThat(mine).isEqualTo(context);
    }

    @Test
    void every_flipped_bit_and_every_truncation_is_refused() {
        byte[] bytes = context.toBytes();
        for (int bit = 0; bit < bytes.length * 8; bit++) {
            byte[] flipped = bytes.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            assertThatThrownBy(() -> CausalContext.fromBytes(flipped))
                    .as("bit %d", bit)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("causal context");
        }
        for (int length = 0; length < bytes.length; length++) {
            byte[] truncated = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> CausalContext.fromBytes(truncated))
                    .as("length %d", length)
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void one_that_names_very_many_runs_is_as_good_as_any() {
        DotSet.Builder dots = DotSet.builder();
        for (long run = 1; run <= 100_000; run++) {
            dots.addRange(new Actor(run * 0x9E3779B97F4A7C15L, 0, Role.REPLICA), 1, run);
        }
        BoundContext content = new BoundContext(1, 2, 3, dots.build());
        CausalContext large = CausalContext.fromBytes(content.encode());

        assertThat(large.toBytes()).hasSizeGreaterThan(1 << 20);
        assertThat(BoundContext.decode(CausalContext.parse(large.toToken()).toBytes()))
                .isEqualTo(content);
    }

    @Test
    void text_that_is_no_token_is_refused() {
        for (String wrong : new String[] {"", "!", "a b", "====", context.toToken() + "A", context.toToken() + "%"}) {
            assertThatThrownBy(() -> CausalContext.parse(wrong)).as(wrong).isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> CausalContext.parse(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> CausalContext.fromBytes(null)).isInstanceOf(NullPointerException.class);
    }
}
