package io.whorl.core.repair;

import static org.assertj.core.api.Assertions.assertThat;

import io.whorl.core.meter.Counter;
import io.whorl.core.repair.RepairBench.Side;
import io.whorl.core.spi.Space;
import org.junit.jupiter.api.Test;

/** How large a dot log may grow while a peer is away, and that it goes when nobody needs it. */
class DotLogBoundTest {
    private static final int LIMIT = 10;

    @Test
    void a_log_keeps_within_its_limit_while_a_peer_is_away_and_across_restarts() {
        RepairBench bench = new RepairBench(2, 1);
        bench.dotLogLimit = LIMIT;
        bench.start();
        Side a = bench.sides.get(0);
        Side b = bench.sides.get(1);
        a.part(b);
        put(a, 0, 100);
        bench.run(3);
        assertThat(a.storage.entries(Space.DOTS)).hasSize(LIMIT);
        assertThat(a.count(Counter.DOT_LOG_OVERFLOWS)).isEqualTo(100 - LIMIT);

        a.crash();
        a.start();
        bench.run(3);
        put(a, 100, 150);
        bench.run(3);
        assertThat(a.storage.entries(Space.DOTS)).hasSize(LIMIT);
        assertThat(a.replica(0).seen().size()).isEqualTo(150);

        b.meet(a);
        bench.run(10);
        assertThat(b.count(Counter.STREAMS_BEGUN)).isOne();
        assertThat(b.replica(0).seen()).isEqualTo(a.replica(0).seen());
        assertThat(a.storage.entries(Space.DOTS)).isEmpty();
        assertThat(b.storage.entries(Space.DOTS)).isEmpty();
    }

    @Test
    void the_only_replica_needs_no_log() {
        RepairBench bench = new RepairBench(1, 1);
        bench.start();
        Side only = bench.sides.get(0);
        put(only, 0, 50);
        bench.run(3);
        assertThat(only.storage.entries(Space.DOTS)).isEmpty();
        only.crash();
        only.start();
        bench.run(3);
        assertThat(only.storage.entries(Space.RECORDS)).hasSize(50);
        assertThat(only.replica(0).seen().size()).isEqualTo(50);
    }

    @Test
    void nothing_is_pruned_before_everyone_has_it_durably() {
        RepairBench bench = new RepairBench(2, 1);
        bench.start();
        Side a = bench.sides.get(0);
        Side b = bench.sides.get(1);
        b.storage.holdsSyncs = true;
        put(a, 0, 5);
        bench.run(5);
        assertThat(b.replica(0).seen()).isEqualTo(a.replica(0).seen());
        assertThat(a.replica(0).logged().size()).isEqualTo(5);
        b.storage.holdsSyncs = false;
        b.storage.finishSyncs();
        bench.run(5);
        assertThat(a.replica(0).logged().isEmpty()).isTrue();
    }

    @Test
    void pruning_writes_in_proportion_to_what_goes() {
        RepairBench bench = new RepairBench(1, 1);
        bench.start();
        Side only = bench.sides.get(0);
        put(only, 0, 1_000);
        bench.run(3);
        put(only, 0, 1);
        int batches = only.storage.batches();
        bench.run(3);
        assertThat(only.storage.batches() - batches).isOne();
        assertThat(only.storage.last().changes())
                .as("two copies of a checkpoint, and a log entry")
                .hasSize(3);
    }

    private static void put(Side side, int from, int to) {
        for (int i = from; i < to; i++) {
            side.put(0, "k" + i, "v");
        }
    }
}
