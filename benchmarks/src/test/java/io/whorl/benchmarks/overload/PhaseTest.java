package io.whorl.benchmarks.overload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PhaseTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long MILLISECOND = 1_000_000L;

    private static Phase phase(int seconds, int accepted, long nanos, int refused) {
        Phase phase = new Phase("test", new Pace(0, 100), seconds);
        for (int second = 0; second < seconds; second++) {
            Ends ends = phase.at(second * SECOND);
            for (int i = 0; i < accepted; i++) {
                ends.offered();
                ends.succeeded(nanos);
            }
            for (int i = 0; i < refused; i++) {
                ends.offered();
                ends.refused(MILLISECOND);
            }
        }
        return phase;
    }

    @Test
    void counts_an_end_in_the_second_in_which_it_came_and_what_comes_late_in_the_last() {
        Phase phase = new Phase("test", new Pace(0, 100), 2);
        phase.at(SECOND - 1).succeeded(1);
        phase.at(SECOND).timedOut();
        phase.at(5 * SECOND).failed();
        assertThat(phase.second(0).acceptedCount()).isEqualTo(1);
        assertThat(phase.second(0).timedOutCount()).isZero();
        assertThat(phase.second(1).timedOutCount()).isEqualTo(1);
        assertThat(phase.second(1).otherCount()).isEqualTo(1);
    }

    @Test
    void sums_and_percentiles_are_of_all_seconds_together() {
        Phase phase = new Phase("test", new Pace(0, 100), 2);
        for (int i = 1; i <= 100; i++) {
            phase.at(i % 2 * SECOND).succeeded(i * MILLISECOND);
        }
        Ends all = phase.from(0);
        assertThat(all.acceptedCount()).isEqualTo(100);
        assertThat(all.acceptedMillis(50)).isCloseTo(50, within(1.0));
        assertThat(all.acceptedMillis(99)).isCloseTo(99, within(1.5));
        assertThat(phase.acceptedPerSecond()).isEqualTo(50);
        assertThat(phase.from(1).acceptedCount()).isEqualTo(50);
    }

    @Test
    void all_verdicts_hold_of_a_cluster_that_refuses_what_is_too_much_and_recovers() {
        Samples.Comparison truth = new Samples.Comparison(10, 0, 10, 0);
        List<Verdict> verdicts = Verdict.of(
                100,
                phase(3, 50, MILLISECOND, 0),
                phase(3, 90, 100 * MILLISECOND, 210),
                phase(3, 50, MILLISECOND, 0),
                truth);
        assertThat(verdicts).allMatch(Verdict::holds);
    }

    @Test
    void each_demand_that_is_not_met_is_told() {
        Phase calm = phase(3, 50, MILLISECOND, 0);
        Phase over = phase(3, 90, 100 * MILLISECOND, 210);
        Samples.Comparison truth = new Samples.Comparison(10, 0, 10, 0);
        assertThat(failed(calm, phase(3, 70, MILLISECOND, 0), calm, truth)).containsExactly(0);
        Phase slow = phase(3, 90, 600 * MILLISECOND, 210);
        assertThat(failed(calm, slow, calm, truth)).containsExactly(3);

        assertThat(failed(calm, over, phase(3, 40, MILLISECOND, 10), truth)).containsExactly(4);
        assertThat(failed(calm, over, phase(3, 50, 50 * MILLISECOND, 0), truth)).containsExactly(4);
        assertThat(failed(calm, over, calm, new Samples.Comparison(10, 1, 10, 0)))
                .containsExactly(2);
        assertThat(failed(calm, over, calm, new Samples.Comparison(10, 0, 10, 1)))
                .containsExactly(2);
        over.second(0).timedOut();
        assertThat(failed(calm, over, calm, truth)).containsExactly(3);
    }

    private static List<Integer> failed(Phase before, Phase over, Phase after, Samples.Comparison truth) {
        List<Verdict> verdicts = Verdict.of(100, before, over, after, truth);
        return IntStream.range(0, verdicts.size())
                .filter(i -> !verdicts.get(i).holds())
                .boxed()
                .toList();
    }
}
