package io.whorl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whorl.api.Bucket;
import io.whorl.api.Codec;
import io.whorl.api.NodeClosedException;
import io.whorl.internal.NodeMemory;
import io.whorl.storage.RocksOptions;
import io.whorl.transport.TransportOptions;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MemoryBudgetTest {
    private static final long MIB = 1 << 20;

    @TempDir
    Path directory;

    @Test
    void the_parts_are_the_whole() {
        for (long bytes : new long[] {8 * MIB, 100_000_001, 256 * MIB, 17L << 30}) {
            MemoryBudget budget = MemoryBudget.of(bytes);
            assertThat(budget.bytes()).isEqualTo(bytes);
            assertThat(budget.storageBytes() + budget.recordBytes() + budget.messageBytes() + budget.networkBytes())
                    .isEqualTo(bytes);
            assertThat(budget.writeBufferBytes()).isLessThan(budget.storageBytes());
        }
        MemoryBudget budget = MemoryBudget.of(256 * MIB);
        assertThat(budget.storageBytes()).isEqualTo(144 * MIB);
        assertThat(budget.recordBytes()).isEqualTo(32 * MIB);
        assertThat(budget.writeBufferBytes()).isEqualTo(64 * MIB);
        assertThat(budget.messageBytes()).isEqualTo(64 * MIB);
        assertThat(budget.networkBytes()).isEqualTo(16 * MIB);
    }

    @Test
    void what_all_nodes_may_hold_of_messages_is_their_part() {
        NodeMemory memory = MemoryBudget.shared(768 * MIB, 3).memory();
        TransportOptions transport = memory.limit(TransportOptions.defaults());
        assertThat(transport.maxTotalInFlightBytes()).isEqualTo(32 * MIB);
        assertThat(transport.maxInFlightBytes()).isEqualTo(24 * MIB);
        assertThat(memory.inboxBytes(1)).isEqualTo(16 * MIB);
        assertThat(memory.inboxBytes(4)).isEqualTo(4 * MIB);
        assertThat(memory.callerBytes()).isEqualTo(64 * MIB);
        // As much as waits in a lane's inbox may wait for a newer cluster state.
        assertThat(3 * (transport.maxTotalInFlightBytes() + 4 * 2 * memory.inboxBytes(4)))
                .isEqualTo(memory.messageBytes());
    }

    @Test
    void a_log_holds_what_is_in_memory_and_may_hold_as_much_again() {
        RocksOptions defaults = RocksOptions.defaults();
        assertThat(MemoryBudget.of(64 * MIB).memory().limit(defaults)).isEqualTo(defaults);
        assertThat(MemoryBudget.of(1024 * MIB).memory().limit(defaults).maxTotalWalBytes())
                .isEqualTo(512 * MIB);
    }

    @Test
    void too_little_is_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MemoryBudget.of(8 * MIB - 1))
                .withMessage("bytes was 8388607 for 1 nodes; expected 8388608 a node at least");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MemoryBudget.shared(16 * MIB, 3))
                .withMessageContaining("16777216 for 3 nodes");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MemoryBudget.shared(16 * MIB, 0))
                .withMessageContaining("nodes was 0");
    }

    @Test
    void nodes_share_a_budget_and_it_can_be_used_again_when_they_are_closed() {
        MemoryBudget budget = MemoryBudget.shared(32 * MIB, 2);
        for (int round = 0; round < 2; round++) {
            Whorl one = start("one", budget);
            Whorl other = start("other", budget);
            bucket(one).put("key", "x".repeat(200_000));
            bucket(other).put("key", "y");
            assertThat(gauge(one, "storage_write_buffer_bytes")).isGreaterThan(200_000);
            assertThat(gauge(other, "storage_memory_bytes"))
                    .isEqualTo(gauge(one, "storage_memory_bytes"))
                    .isGreaterThan(200_000);
            one.close();
            assertThatThrownBy(() -> bucket(one).get("key")).isInstanceOf(NodeClosedException.class);
            assertThat(gauge(one, "storage_memory_bytes")).isZero();
            assertThat(bucket(other).get("key")).contains("y");
            other.close();
            assertThat(budget.memory().rocks().usedBytes()).isZero();
        }
    }

    @Test
    void a_node_that_is_given_none_has_one_of_its_own_between_64_and_256_mib() {
        assertThat(MemoryBudget.standard().bytes()).isBetween(64 * MIB, 256 * MIB);
        assertThat(MemoryBudget.standard().nodes()).isOne();
        assertThat(MemoryBudget.standard().memory())
                .isNotSameAs(MemoryBudget.standard().memory());
    }

    private Whorl start(String name, MemoryBudget budget) {
        return Whorl.builder()
                .dataDirectory(directory.resolve(name))
                .memory(budget)
                .partitions(4)
                .start();
    }

    private static Bucket<String, String> bucket(Whorl node) {
        return node.bucket("carts", Codec.utf8(), Codec.utf8());
    }

    private static long gauge(Whorl node, String name) {
        return node.metrics().value("gauge." + name).orElseThrow();
    }
}
