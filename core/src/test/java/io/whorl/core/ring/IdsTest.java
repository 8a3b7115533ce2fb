package io.whorl.core.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class IdsTest {

    @Test
    void the_text_form_is_sixteen_hexadecimal_digits_and_reads_back() {
        for (long value : new long[] {1, 255, Long.MAX_VALUE, Long.MIN_VALUE, -1, 0xDEADBEEFL}) {
            NodeId node = new NodeId(value);
            assertThat(node.toString()).hasSize(16).isLowerCase();
            assertThat(NodeId.parse(node.toString())).isEqualTo(node);
            assertThat(NodeId.parse(node.toString().toUpperCase(java.util.Locale.ROOT)))
                    .isEqualTo(node);
            ClusterId cluster = new ClusterId(value);
            assertThat(ClusterId.parse(cluster.toString())).isEqualTo(cluster);
        }
        assertThat(new NodeId(0xABCL).toString()).isEqualTo("0000000000000abc");
    }

    @Test
    void order_is_unsigned_and_that_of_the_text_forms() {
        List<NodeId> sorted = Stream.of(-1L, 1L, Long.MIN_VALUE, Long.MAX_VALUE)
                .map(NodeId::new)
                .sorted()
                .toList();
        assertThat(sorted).extracting(NodeId::value).containsExactly(1L, Long.MAX_VALUE, Long.MIN_VALUE, -1L);
        assertThat(sorted).extracting(NodeId::toString).isSorted();
        assertThat(new ClusterId(1)).isLessThan(new ClusterId(-1));
    }

    @Test
    void zero_is_refused() {
        assertThatThrownBy(() -> new NodeId(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("node id");
        assertThatThrownBy(() -> new ClusterId(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("cluster id");
        assertThatThrownBy(() -> NodeId.parse("0000000000000000")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void other_texts_are_refused() {
        for (String wrong : List.of("", "1", "00000000000000001", "000000000000000g", "-000000000000001", " ")) {
            assertThatThrownBy(() -> NodeId.parse(wrong))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("16 hexadecimal digits")
                    .hasMessageContaining("\"" + wrong + "\"");
            assertThatThrownBy(() -> ClusterId.parse(wrong)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void replicas_are_ordered_by_bucket_then_partition() {
        assertThat(Stream.of(new ReplicaId(2, 0), new ReplicaId(1, 9), new ReplicaId(1, 3))
                        .sorted())
                .containsExactly(new ReplicaId(1, 3), new ReplicaId(1, 9), new ReplicaId(2, 0));
        assertThat(new ReplicaId(7, 12).toString()).isEqualTo("7/12");
    }

    @Test
    void replicas_out_of_range_are_refused() {
        assertThatThrownBy(() -> new ReplicaId(0, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at least 1, not 0");
        assertThatThrownBy(() -> new ReplicaId(1, -1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ReplicaId(1, 65_536))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("65535");
    }
}
