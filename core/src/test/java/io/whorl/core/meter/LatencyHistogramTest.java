package io.whorl.core.meter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.whorl.api.Latencies;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LatencyHistogramTest {
    private static final double[] PERCENTS = {1, 25, 50, 90, 99, 99.9, 100};

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 10, 999, 20_000})
    void percentiles_lie_at_most_a_32nd_above_the_exact_ones(int count) {
        for (int seed = 0; seed < 20; seed++) {
            Random random = new Random(seed);
            int widest = 2 + random.nextInt(40);
            LatencyHistogram histogram = new LatencyHistogram();
            long[] durations = new long[count];
            for (int i = 0; i < count; i++) {
                durations[i] = random.nextLong() >>> (Long.SIZE - 1 - random.nextInt(widest));
                histogram.record(durations[i]);
            }
            Arrays.sort(durations);
            Latencies latencies = histogram.snapshot();
            assertThat(latencies.count()).isEqualTo(count);
            assertThat(latencies.max()).isEqualTo(Duration.ofNanos(durations[count - 1]));
            for (double percent : PERCENTS) {
                int rank = Math.max(1, (int) Math.ceil(count * (percent / 100.0)));
                long exact = durations[rank - 1];
                assertThat(latencies.percentile(percent).toNanos())
                        .as("seed %d, %s %% of %d", seed, percent, count)
                        .isBetween(exact, exact + exact / 32);
            }
        }
    }

    @Test
    void every_duration_finds_a_cell() {
        LatencyHistogram histogram = new LatencyHistogram();
        for (int bit = 0; bit < Long.SIZE; bit++) {
            histogram.record(1L << bit);
            histogram.record((1L << bit) - 1);
        }
        histogram.record(Long.MIN_VALUE);
        assertThat(histogram.snapshot().count()).isEqualTo(2L * Long.SIZE + 1);
        assertThat(histogram.snapshot().max()).isEqualTo(Duration.ofNanos(Long.MAX_VALUE));
    }

    @Test
    void nothing_was_slow_where_nothing_was() {
        Latencies none = new LatencyHistogram().snapshot();
        assertThat(none.count()).isZero();
        assertThat(none.p99()).isZero();
        assertThat(none.max()).isZero();
        assertThat(none).hasToString("p50=0.000ms p90=0.000ms p99=0.000ms p99.9=0.000ms max=0.000ms");
    }

    @Test
    void what_lies_between_two_snapshots_is_their_difference() {
        LatencyHistogram histogram = new LatencyHistogram();
        for (int i = 0; i < 1_000; i++) {
            histogram.record(50_000_000);
        }
        Latencies before = histogram.snapshot();
        for (int i = 0; i < 10; i++) {
            histogram.record(1_000_000);
        }
        Latencies between = histogram.snapshot().since(before);
        assertThat(between.count()).isEqualTo(10);
        assertThat(between.p99()).isBetween(Duration.ofMillis(1), Duration.ofNanos(1_031_250));
        assertThat(between.max()).isBetween(Duration.ofMillis(1), Duration.ofNanos(1_031_250));
        assertThat(histogram.snapshot().p50()).isEqualTo(Duration.ofMillis(50));
        assertThatIllegalArgumentException().isThrownBy(() -> before.since(histogram.snapshot()));
    }

    @Test
    void counts_everything_that_many_threads_record() throws Exception {
        LatencyHistogram histogram = new LatencyHistogram();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            int seed = i;
            threads.add(
                    new Thread(() -> new Random(seed).longs(10_000, 0, 1 << 20).forEach(histogram::record)));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(histogram.snapshot().count()).isEqualTo(40_000);
    }
}
