package io.whorl.core.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class RingTest {
    private static final NodeId A = new NodeId(1);
    private static final NodeId B = new NodeId(2);
    private static final NodeId C = new NodeId(3);
    private static final NodeId D = new NodeId(4);

    private final Ring ring = Ring.of(List.of(List.of(A, B, C), List.of(C, A, B)));

    @Test
    void the_first_n_are_primaries_and_the_rest_are_fallbacks() {
        assertThat(ring.partitions()).isEqualTo(2);
        assertThat(ring.preferenceList(1)).containsExactly(C, A, B);
        assertThat(ring.primaries(1, 2)).containsExactly(C, A);
        assertThat(ring.fallbacks(1, 2)).containsExactly(B);
        assertThat(ring.isPrimary(A, 1, 2)).isTrue();
        assertThat(ring.isPrimary(B, 1, 2)).isFalse();
        assertThat(ring.isPrimary(D, 1, 3)).isFalse();
    }

    @Test
    void more_replicas_than_nodes_means_all_nodes() {
        assertThat(ring.primaries(0, 16)).containsExactly(A, B, C);
        assertThat(ring.fallbacks(0, 16)).isEmpty();
    }

    @Test
    void a_nodes_partitions_are_listed_in_ascending_order() {
        assertThat(ring.partitionsOf(A, 1)).containsExactly(0);
        assertThat(ring.partitionsOf(A, 2)).containsExactly(0, 1);
        assertThat(ring.partitionsOf(B, 1)).isEmpty();
        assertThat(ring.partitionsOf(D, 3)).isEmpty();
        assertThat(ring.nodes()).containsExactly(A, B, C);
    }

    @Test
    void equality_is_by_lists() {
        Ring same = Ring.of(List.of(List.of(A, B, C), List.of(C, A, B)));
        assertThat(ring).isEqualTo(same).hasSameHashCodeAs(same).hasToString("Ring[2 partitions]");
        assertThat(ring).isNotEqualTo(Ring.of(List.of(List.of(A, B, C), List.of(C, B, A))));
        assertThat(ring).isNotEqualTo(Ring.of(List.of(List.of(A, B, C))));
    }

    @Test
    void later_changes_of_the_given_lists_do_not_show() {
        List<NodeId> list = new ArrayList<>(List.of(A, B));
        List<List<NodeId>> lists = new ArrayList<>(List.of(list));
        Ring made = Ring.of(lists);
        list.set(0, C);
        lists.clear();
        assertThat(made.preferenceList(0)).containsExactly(A, B);
        assertThatThrownBy(() -> made.primaries(0, 1).add(C)).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void refuses_what_is_no_ring() {
        List<NodeId> tooLong =
                LongStream.rangeClosed(1, 33).mapToObj(NodeId::new).toList();
        assertThatThrownBy(() -> Ring.of(List.of())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Ring.of(List.of(List.of(A), List.of(A), List.of(A))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("power of two");
        assertThatThrownBy(() -> Ring.of(List.of(List.of(A), List.of())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("partition 1");
        assertThatThrownBy(() -> Ring.of(List.of(List.of(A, B, A)))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Ring.of(List.of(tooLong))).isInstanceOf(IllegalArgumentException.class);
        assertThat(Ring.of(List.of(tooLong.subList(0, 32))).fallbacks(0, 3)).hasSize(29);
    }

    @Test
    void refuses_questions_out_of_range() {
        assertThatThrownBy(() -> ring.preferenceList(2)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> ring.primaries(-1, 1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> ring.primaries(0, 0)).isInstanceOf(IllegalArgumentException.class);
    }
}
