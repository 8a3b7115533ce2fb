package io.whorl.core.coordinate;

import static org.assertj.core.api.Assertions.assertThat;

import io.whorl.core.ring.NodeId;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LatenciesTest {
    private static final long MILLISECOND = 1_000_000;
    private static final NodeId PEER = new NodeId(1);

    @Test
    void the_first_sample_is_the_mean_and_half_of_it_the_deviation() {
        assertThat(Latency.first(8 * MILLISECOND)).isEqualTo(new Latency(8 * MILLISECOND, 4 * MILLISECOND));
        assertThat(Latency.first(8 * MILLISECOND).patience()).isEqualTo(24 * MILLISECOND);
    }

    @Test
    void steady_answers_bring_the_patience_down_to_a_millisecond_above_them() {
        Latency latency = Latency.first(100 * MILLISECOND);
        for (int i = 0; i < 200; i++) {
            latency = latency.after(3 * MILLISECOND);
        }
        assertThat(latency.patience()).isBetween(4 * MILLISECOND, 4 * MILLISECOND + 1_000);
    }

    @Test
    void few_answers_are_later_than_the_patience_and_a_peer_that_slows_down_is_waited_for_longer() {
        SplittableRandom random = new SplittableRandom(1);
        Latency latency = Latency.first(5 * MILLISECOND);
        int late = 0;
        for (int i = 0; i < 10_000; i++) {
            long sample = random.nextLong(2 * MILLISECOND, 8 * MILLISECOND);
            late += sample > latency.patience() ? 1 : 0;
            latency = latency.after(sample);
        }
        assertThat(late).isLessThan(100);
        for (int i = 0; i < 30; i++) {
            latency = latency.after(80 * MILLISECOND);
        }
        assertThat(latency.patience()).isGreaterThan(80 * MILLISECOND);
    }

    @Test
    void one_question_at_a_time_is_timed_and_another_answer_is_no_sample() {
        Latencies latencies = new Latencies();
        assertThat(latencies.patience(PEER)).isEmpty();
        latencies.asked(PEER, 1, 0);
        latencies.asked(PEER, 2, MILLISECOND);
        latencies.answered(PEER, 2, 2 * MILLISECOND);
        assertThat(latencies.patience(PEER)).isEmpty();
        latencies.answered(PEER, 1, 4 * MILLISECOND);
        latencies.answered(PEER, 1, 400 * MILLISECOND);
        assertThat(latencies.patience(PEER)).hasValue(12 * MILLISECOND);
    }

    @Test
    void a_question_that_was_lost_makes_room_for_another_and_is_no_sample() {
        Latencies latencies = new Latencies();
        latencies.asked(PEER, 1, 0);
        latencies.asked(PEER, 2, 20_000 * MILLISECOND);
        latencies.answered(PEER, 1, 20_001 * MILLISECOND);
        assertThat(latencies.patience(PEER)).isEmpty();
        latencies.answered(PEER, 2, 20_002 * MILLISECOND);
        assertThat(latencies.patience(PEER)).hasValue(6 * MILLISECOND);
    }
}
