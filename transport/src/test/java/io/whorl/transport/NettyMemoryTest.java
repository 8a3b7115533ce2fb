package io.whorl.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.netty.buffer.ByteBuf;
import org.junit.jupiter.api.Test;

class NettyMemoryTest {
    @Test
    void chunks_are_so_small_that_one_in_each_arena_is_a_quarter_at_most() {
        assertThat(NettyMemory.of(16 << 20, 1).chunkBytes()).isEqualTo(4 << 20);
        assertThat(NettyMemory.of(1 << 30, 1).chunkBytes()).isEqualTo(4 << 20);
        assertThat(NettyMemory.of(4 << 20, 1).chunkBytes()).isEqualTo(1 << 20);
        assertThat(NettyMemory.of(1, 1).chunkBytes()).isEqualTo(256 << 10);
        NettyMemory shared = NettyMemory.of(8 << 20, 1_000);
        assertThat(shared.arenas()).isEqualTo(Runtime.getRuntime().availableProcessors());
        assertThat((long) shared.chunkBytes() * shared.arenas() * 4).isLessThanOrEqualTo(8 << 20);
    }

    @Test
    void what_is_used_is_told_and_released_for_the_next_use() {
        NettyMemory memory = NettyMemory.of(4 << 20, 1);
        assertThat(memory.usedBytes()).isZero();
        for (int i = 0; i < 100; i++) {
            ByteBuf buffer = memory.allocator().directBuffer(100_000);
            assertThat(memory.usedBytes()).isEqualTo(1 << 20);
            buffer.release();
        }
    }

    @Test
    void what_makes_no_sense_is_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NettyMemory.of(0, 1))
                .withMessageContaining("0 and 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NettyMemory.of(1, 0))
                .withMessageContaining("1 and 0");
    }
}
