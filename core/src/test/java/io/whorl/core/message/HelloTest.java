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

    private static Hello hello(String name, Optional<ClusterId> cluster, long node, long run) {
        return new Hello(name, cluster, new NodeId(node), run, 0, new Address("n" + node, 7701));
    }
}
