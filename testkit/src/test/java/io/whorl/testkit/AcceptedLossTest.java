package io.whorl.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.whorl.Whorl;
import io.whorl.api.Bucket;
import io.whorl.api.Codec;
import io.whorl.api.LastEnd;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** Where nothing is in doubt, there is no loss to accept; what happens where something is, the storage's own suites show. */
class AcceptedLossTest {

    @Test
    void a_sound_bucket_has_nothing_to_give_up() {
        try (TestCluster cluster = TestCluster.builder(1).onRocksDb().start()) {
            Whorl node = cluster.node(0);
            Bucket<String, String> carts = node.bucket("carts", Codec.utf8(), Codec.utf8());
            carts.put("alice", "book");

            assertThat(node.acceptLoss("carts", OptionalInt.empty())).isZero();
            assertThat(node.acceptLoss("carts", OptionalInt.of(3))).isZero();
            assertThat(carts.get("alice")).contains("book");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> node.acceptLoss("nothing", OptionalInt.empty()))
                    .withMessageContaining("nothing");
        }
    }

    @Test
    void a_node_tells_how_its_last_run_ended() {
        try (TestCluster cluster = TestCluster.builder(1).onRocksDb().start()) {
            assertThat(cluster.node(0).status().lastEnd()).isEqualTo(LastEnd.CLOSED);
            cluster.stop(0);
            cluster.restart(0);
            assertThat(cluster.node(0).status().lastEnd()).isEqualTo(LastEnd.CLOSED);
        }
    }
}
