package io.whorl.core.repair;

import static org.assertj.core.api.Assertions.assertThat;

import io.whorl.api.NodeEvent;
import io.whorl.core.message.ReplicaMessage;
import io.whorl.core.meter.Counter;
import io.whorl.core.repair.RepairBench.Side;
import io.whorl.core.replica.PlantedBug;
import io.whorl.core.replica.Replica;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A replica that a peer's dot log no longer reaches takes itself from that peer: in small steps, at a bounded rate, and no step twice. */
class StreamingTest {
    private static final int KEYS = 300;
    private RepairBench bench = new RepairBench(2, 1);
    private Side source;
    private Side taker;

    /** The source has what the taker misses, and no longer in its log. */
    private void behind() {
        bench.dotLogLimit = 5;
        bench.start();
        source = bench.sides.get(0);
        taker = bench.sides.get(1);
        bench.run(2);
        source.part(taker);
        for (int i = 0; i < KEYS; i++) {
            source.put(0, "k" + (1_000 + i), "value");
        }
        bench.run(3);
    }

    private void reach(int stretches) {
        source.meet(taker);
        int before = bench.sent.size();
        while (answers(before) < stretches) {
            bench.run(0.0005);
        }
    }

    private long answers(int before) {
        return bench.sent.subList(before, bench.sent.size()).stream()
                .filter(each -> each.is(ReplicaMessage.StreamAnswer.class))
                .count();
    }

    @Test
    void it_goes_on_where_it_was_when_the_connection_comes_back() {
        bench.batchBytes = 500;
        behind();
        reach(10);
        source.part(taker);
        bench.run(3);
        assertThat(taker.repair.status().get(0).streaming()).isTrue();
        assertThat(taker.repair.status().get(0).streamedKeys()).isBetween(50L, 200L);
        source.meet(taker);
        bench.run(10);

        assertAlike();
        assertThat(taker.count(Counter.REPAIR_ENTRIES))
                .as("no key but those of a stretch that was under way came twice")
                .isBetween((long) KEYS, KEYS + 10L);
        assertThat(taker.count(Counter.STREAMS_BEGUN)).isOne();
        assertThat(taker.count(Counter.STREAMS_RESUMED)).isOne();
        assertThat(taker.count(Counter.STREAMS_RESTARTED)).isZero();
        assertThat(taker.happened).containsExactly(new NodeEvent.ReplicaCaughtUp("b", 0));
    }

    @Test
    void it_begins_anew_when_the_source_has_restarted() {
        assertThat(firstKeyAskedForAfterTheSourceRestarted()).isNull();
        assertThat(taker.count(Counter.STREAMS_RESTARTED)).isOne();
        bench.run(10);
        assertAlike();
    }

    @Test
    void the_planted_bug_goes_on_across_the_restart() {
        bench.sides.get(1).bug = Optional.of(PlantedBug.STREAM_RESUMED_ACROSS_RESTART);
        assertThat(firstKeyAskedForAfterTheSourceRestarted()).isNotNull();
    }

    private byte[] firstKeyAskedForAfterTheSourceRestarted() {
        bench.batchBytes = 500;
        behind();
        reach(10);
        source.kill();
        source.start();
        source.meet(taker);
        int before = bench.sent.size();
        bench.run(5);
        ReplicaMessage.Stream asked = bench.sent.subList(before, bench.sent.size()).stream()
                .filter(each -> each.is(ReplicaMessage.Stream.class))
                .map(each -> (ReplicaMessage.Stream) each.message())
                .findFirst()
                .orElseThrow();
        return asked.after();
    }

    @Test
    void a_stream_whose_source_is_gone_for_long_is_given_up_and_what_it_brought_is_named() {
        bench.batchBytes = 500;
        behind();
        reach(10);
        source.part(taker);
        bench.run(40);
        assertThat(taker.repair.status().get(0).streaming()).isFalse();
        Replica replica = taker.replica(0);
        assertThat(replica.isStreamed()).isFalse();
        replica.section(null, Integer.MAX_VALUE)
                .entries()
                .forEach(each -> assertThat(
                                replica.seen().containsAll(each.record().siblingDots()))
                        .isTrue());
        source.meet(taker);
        bench.run(10);
        assertAlike();
    }

    @Test
    void the_own_keys_that_the_source_lacks_are_walked_in_small_steps() {
        int own = 3_000;
        bench.dotLogLimit = 5;
        bench.start();
        source = bench.sides.get(0);
        taker = bench.sides.get(1);
        for (int i = 0; i < own; i++) {
            source.put(0, "k" + i, "v");
        }
        bench.run(10);
        assertAlike();
        source.part(taker);
        for (int i = 0; i < own; i++) {
            source.delete(0, "k" + i);
        }
        bench.run(3);
        source.meet(taker);
        int before = taker.storage.batches();
        int sent = bench.sent.size();
        bench.run(40);

        assertAlike();
        assertThat(taker.replica(0).section(null, Integer.MAX_VALUE).entries()).isEmpty();
        assertThat(taker.storage.batches() - before)
                .as("one batch for 256 keys at the most")
                .isGreaterThan(own / 256);
        assertThat(answers(sent)).isOne();
    }

    @Test
    void the_planted_bug_leaves_what_the_source_has_deleted() {
        bench.dotLogLimit = 5;
        bench.sides.get(1).bug = Optional.of(PlantedBug.RESURRECT_ON_STREAM);
        bench.start();
        source = bench.sides.get(0);
        taker = bench.sides.get(1);
        for (int i = 0; i < 20; i++) {
            source.put(0, "k" + i, "v");
        }
        bench.run(10);
        source.part(taker);
        for (int i = 0; i < 20; i++) {
            source.delete(0, "k" + i);
        }
        bench.run(3);
        source.meet(taker);
        bench.run(10);
        assertThat(taker.replica(0).section(null, Integer.MAX_VALUE).entries()).isNotEmpty();
    }

    @Test
    void few_replicas_are_streamed_at_a_time() {
        bench = new RepairBench(3, 32);
        bench.dotLogLimit = 2;
        bench.batchBytes = 100;
        bench.start();
        source = bench.sides.get(0);
        taker = bench.sides.get(1);
        bench.run(2);
        taker.part(source);
        taker.part(bench.sides.get(2));
        for (int i = 0; i < 32 * 20; i++) {
            source.put(i % 32, "k" + i, "value");
        }
        bench.run(8);
        taker.meet(source);
        taker.meet(bench.sides.get(2));
        int most = 0;
        for (int i = 0; i < 4_000; i++) {
            bench.run(0.01);
            most = Math.max(most, (int) taker.repair.status().stream()
                    .filter(RepairStatus::streaming)
                    .count());
        }
        assertThat(most).isBetween(2, 4);
        assertAlike();
    }

    @Test
    void it_moves_no_more_bytes_than_it_may_and_less_while_callers_wait() {
        bench.batchBytes = 500;
        bench.bytesPerSecond = 4_000;
        behind();
        source.meet(taker);
        bench.run(2);
        long bytes = taker.count(Counter.REPAIR_BYTES);
        assertThat(bytes).isBetween(4_000L, 2 * 4_000 + 4_000 / 4 + 2 * 700L);
        taker.underWay = 1_000;
        source.underWay = 1_000;
        bench.run(8);
        assertThat(taker.count(Counter.REPAIR_BYTES) - bytes)
                .as("a sixteenth, not nothing")
                .isBetween(700L, 8 * 4_000 / 16 + 2 * 700L);
        taker.underWay = 0;
        source.underWay = 0;
        bench.run(20);
        assertAlike();
    }

    @Test
    void who_is_asked_for_more_than_it_may_give_refuses_and_is_left_alone_for_a_while() {
        bench.batchBytes = 500;
        bench.bytesPerSecond = 4_000;
        behind();
        source.meet(taker);
        source.underWay = 10_000;
        bench.run(10);
        assertThat(source.count(Counter.REPAIR_REFUSED))
                .as("one a round, since a refusal is respected for an interval")
                .isBetween(1L, 12L);
        assertThat(taker.repair.status().get(0).streaming()).isTrue();
        source.underWay = 0;
        bench.run(20);
        assertAlike();
    }

    private void assertAlike() {
        for (int partition = 0; partition < bench.state.ring().partitions(); partition++) {
            Replica first = bench.sides.get(0).replica(partition);
            for (Side side : bench.sides) {
                Replica other = side.replica(partition);
                assertThat(other.seen()).isEqualTo(first.seen());
                assertThat(keys(other)).isEqualTo(keys(first));
            }
        }
    }

    private static List<String> keys(Replica replica) {
        return replica.section(null, Integer.MAX_VALUE).entries().stream()
                .map(each -> new String(each.key(), java.nio.charset.StandardCharsets.UTF_8)
                        + each.record().siblings()
                        + each.record().context())
                .toList();
    }
}
