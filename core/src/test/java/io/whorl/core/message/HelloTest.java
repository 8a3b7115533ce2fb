package io.whorl.core.message;

import static org.assertj.core.api.Assertions.assertThat;

import io.whorl.core.ring.Address;
import io.whorl.core.ring.ClusterId;
import io.whorl.core.ring.NodeId;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HelloTest {
    private static final Optional<ClusterId> NONE = Optional.empty();
    private final Hello self = hello("shop", Optional.of(new ClusterId(5)), 1, 10);

    @Test
    void nodes_of_one_cluster_or_of_none_yet_talk() {
        assertThat(self.refusal(hello("shop", Optional.of(new ClusterId(5)), 2, 20)))
                .isEmpty();
        assertThat(self.refusal(hello("shop", NONE, 2, 20))).isEmpty();
        assertThat(hello("shop", NONE, 2, 20).refusal(self)).isEmpty();
        assertThat(self.refusal(self)).isEmpty();
    }

    @Test
    void another_name_is_refused_with_both() {
        assertThat(self.refusal(hello("stock", NONE, 2, 20)))
                .hasValueSatisfying(reason -> assertThat(reason)
                        .contains("'stock'")
                        .contains("'shop'")
                        .contains("n2:7701")
                        .contains("clusterName"));
    }

    @Test
    void another_cluster_of_the_same_name_is_refused_with_both_ids() {
        assertThat(self.refusal(hello("shop", Optional.of(new ClusterId(6)), 2, 20)))
                .hasValueSatisfying(reason -> assertThat(reason)
                        .contains(new ClusterId(6).toString())
                        .contains(new ClusterId(5).toString())
                        .contains("founded separately"));
    }

    @Test
    void another_process_with_the_own_identity_is_refused() {
        assertThat(self.refusal(hello("shop", Optional.of(new ClusterId(5)), 1, 11)))
                .hasValueSatisfying(reason ->
                        assertThat(reason).contains("data directory was copied").contains(new NodeId(1).toString()));
    }

    @Test
    void another_line_is_refused_unless_one_took_the_place_of_the_other() {
        Hello recovered = ofLine(2, 77, Optional.of(0L));
        assertThat(self.refusal(recovered)).isEmpty();
        assertThat(recovered.refusal(self)).isEmpty();
        assertThat(recovered.refusal(ofLine(3, 77, Optional.empty()))).isEmpty();
        assertThat(recovered.refusal(ofLine(3, 88, Optional.of(0L))))
                .hasValueSatisfying(
                        reason -> assertThat(reason).contains("line").contains("n3:7701"));
        assertThat(self.refusal(ofLine(3, 77, Optional.empty()))).isPresent();
        assertThat(recovered.refusal(hello("shop", NONE, 4, 40))).isEmpty();
    }

    private static Hello ofLine(long node, long line, Optional<Long> previous) {
        return new Hello(
                "shop",
                Optional.of(new ClusterId(5)),
                new NodeId(node),
                node,
                9,
                new Address("n" + node, 7701),
                line,
                previous);
    }

    private static Hello hello(String name, Optional<ClusterId> cluster, long node, long run) {
        return new Hello(name, cluster, new NodeId(node), run, 0, new Address("n" + node, 7701));
    }
}
