package io.whorl.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

class ReassemblyTest {
    private static ByteBuf chunk(int message, int index, int last, int size) {
        return Unpooled.buffer()
                .writeInt(message)
                .writeInt(index)
                .writeByte(last)
                .writeBytes(new byte[size]);
    }

    private static byte[] add(Reassembly reassembly, ByteBuf chunk) {
        byte[] bytes = ByteBufUtil.getBytes(chunk);
        return reassembly.add(bytes, 0, bytes.length);
    }

    @Test
    void a_message_is_complete_with_its_last_chunk() {
        Reassembly reassembly = new Reassembly(100);
        assertThat(add(reassembly, chunk(1, 0, 0, 10))).isNull();
        assertThat(add(reassembly, chunk(1, 1, 0, 10))).isNull();
        assertThat(add(reassembly, chunk(1, 2, 1, 5))).hasSize(25);
        assertThat(add(reassembly, chunk(2, 0, 1, 7))).hasSize(7);
    }

    @Test
    void the_bytes_of_all_unfinished_messages_together_are_bounded() {
        Reassembly reassembly = new Reassembly(100);
        for (int round = 0; round < 5; round++) { // what is finished does not count
            assertThat(add(reassembly, chunk(1, 0, 0, 60))).isNull();
            assertThat(add(reassembly, chunk(1, 1, 1, 40))).hasSize(100);
        }
        assertThat(add(reassembly, chunk(1, 0, 0, 60))).isNull();
        assertThatThrownBy(() -> add(reassembly, chunk(2, 0, 0, 41)))
                .isInstanceOf(BadFrameException.class)
                .hasMessageContaining("100 bytes");
    }

    @Test
    void the_number_of_unfinished_messages_is_bounded() {
        Reassembly reassembly = new Reassembly(10_000);
        for (int message = 0; message < 64; message++) {
            assertThat(add(reassembly, chunk(message, 0, 0, 1))).isNull();
        }
        assertThatThrownBy(() -> add(reassembly, chunk(64, 0, 0, 1)))
                .isInstanceOf(BadFrameException.class)
                .hasMessageContaining("64 messages");
    }

    @Test
    void chunks_out_of_order_are_refused() {
        Reassembly reassembly = new Reassembly(100);
        assertThatThrownBy(() -> add(reassembly, chunk(1, 1, 0, 1))).hasMessageContaining("expected chunk 0");
        assertThatThrownBy(() -> add(reassembly, Unpooled.buffer().writeInt(1))).hasMessageContaining("without bytes");
    }
}
