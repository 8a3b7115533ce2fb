package io.whorl.core.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whorl.core.testing.SeededRandom;
import org.junit.jupiter.api.Test;

class AdmissionLimitTest {
    private static final long MILLISECOND = 1_000_000L;
    private static final AdmissionLimits LIMITS =
            new AdmissionLimits(8, 200, 1_000, 1 << 20, 100 * MILLISECOND, 100 * MILLISECOND);

    /** Of 100 requests. */
    private static AdmissionLimit.Interval interval(long waitedMillis, long tookMillis, boolean reached) {
        return new AdmissionLimit.Interval(
                100, 100 * waitedMillis * MILLISECOND, 100, 100 * tookMillis * MILLISECOND, reached);
    }

    @Test
    void falls_to_what_would_have_taken_the_time_that_it_should() {
        AdmissionLimit limit = AdmissionLimit.first(LIMITS);
        assertThat(limit.after(interval(60, 160, true)).requests()).isEqualTo(125);
        assertThat(limit.after(interval(60, 125, false)).requests()).isEqualTo(160);
    }

    @Test
    void falls_to_no_less_than_half_at_once_and_never_below_the_least() {
        AdmissionLimit limit = AdmissionLimit.first(LIMITS);
        assertThat(limit.after(interval(5_000, 10_000, true)).requests()).isEqualTo(100);
        for (int i = 0; i < 20; i++) {
            limit = limit.after(interval(5_000, 10_000, true));
        }
        assertThat(limit.requests()).isEqualTo(8);
    }

    @Test
    void stays_when_requests_are_slow_but_none_waits_for_the_lane() {
        AdmissionLimit limit = AdmissionLimit.first(LIMITS);
        assertThat(limit.after(interval(1, 4_000, true))).isSameAs(limit);
    }

    @Test
    void rises_beyond_the_first_only_when_it_was_reached() {
        AdmissionLimit limit = AdmissionLimit.first(LIMITS);
        assertThat(limit.after(interval(1, 10, false))).isSameAs(limit);
        assertThat(limit.after(interval(1, 10, true)).requests()).isEqualTo(213);
        for (int i = 0; i < 100; i++) {
            limit = limit.after(interval(1, 10, true));
        }
        assertThat(limit.requests()).isEqualTo(1_000);
    }

    @Test
    void comes_back_to_the_first_when_requests_are_fast_again() {
        AdmissionLimit limit = AdmissionLimit.first(LIMITS);
        for (int i = 0; i < 20; i++) {
            limit = limit.after(interval(5_000, 10_000, true));
        }
        for (int i = 0; i < 60; i++) {
            limit = limit.after(interval(0, 1, false));
        }
        assertThat(limit.requests()).isGreaterThanOrEqualTo(200).isLessThan(220);
    }

    @Test
    void nothing_is_learnt_from_an_interval_in_which_nothing_has_succeeded() {
        AdmissionLimit limit = AdmissionLimit.first(LIMITS);
        assertThat(limit.after(new AdmissionLimit.Interval(50, 5_000 * MILLISECOND, 0, 0, true)))
                .isSameAs(limit);
        assertThat(limit.nextNanos(new AdmissionLimit.Interval(0, 0, 0, 0, false)))
                .isEqualTo(100 * MILLISECOND);
    }

    @Test
    void the_next_interval_is_as_long_as_requests_take() {
        assertThat(AdmissionLimit.first(LIMITS).nextNanos(interval(100, 700, true)))
                .isEqualTo(700 * MILLISECOND);
    }

    @Test
    void keeps_within_its_bounds_and_moves_only_as_it_may_whatever_is_measured() {
        for (int seed = 0; seed < 200; seed++) {
            SeededRandom random = new SeededRandom(seed);
            AdmissionLimit limit = AdmissionLimit.first(LIMITS);
            for (int step = 0; step < 200; step++) {
                long waited = random.nextInt(200);
                AdmissionLimit.Interval interval =
                        interval(waited, waited + random.nextInt(200), random.nextInt(2) == 0);
                AdmissionLimit next = limit.after(interval);
                assertThat(next.requests()).as("seed %d, step %d", seed, step).isBetween(8, 1_000);
                if (next.requests() < limit.requests()) {
                    assertThat(interval.meanWaited())
                            .as("seed %d, step %d", seed, step)
                            .isPositive();
                    assertThat(interval.meanTook())
                            .as("seed %d, step %d", seed, step)
                            .isGreaterThan(100 * MILLISECOND);
                }
                if (next.requests() > limit.requests()) {
                    assertThat(interval.meanTook())
                            .as("seed %d, step %d", seed, step)
                            .isLessThanOrEqualTo(100 * MILLISECOND);
                }
                limit = next;
            }
        }
    }

    /** A lane that does one request after the other, at a pace of its own, offered three times what it can do, then half. */
    @Test
    void whatever_the_pace_of_a_lane_its_callers_wait_a_bounded_time_and_it_never_runs_dry() {
        for (int seed = 0; seed < 200; seed++) {
            SeededRandom random = new SeededRandom(seed);
            long perRequest = 1_000L * (1 + random.nextInt(2_000)); // from 1 us to 2 ms
            LaneModel lane = new LaneModel(LIMITS, perRequest);
            lane.offer(3.0, 20_000);
            lane.offer(3.0, 5_000);
            assertThat(lane.idleNanos()).as("seed %d: idle", seed).isZero();
            assertThat(lane.longestNanos())
                    .as("seed %d: longest, at %d ns per request", seed, perRequest)
                    .isLessThan(2 * LIMITS.latencyNanos());
            lane.offer(0.5, 20_000);
            lane.offer(0.5, 5_000);
            assertThat(lane.refused()).as("seed %d: refused", seed).isZero();
        }
    }

    @Test
    void refuses_bounds_that_contradict_each_other() {
        assertThatThrownBy(() -> new AdmissionLimits(0, 1, 1, 1, 1, 1)).hasMessageContaining("at least 0");
        assertThatThrownBy(() -> new AdmissionLimits(2, 1, 1, 1, 1, 1)).hasMessageContaining("first 1");
        assertThatThrownBy(() -> new AdmissionLimits(1, 2, 1, 1, 1, 1)).hasMessageContaining("at most 1");
        assertThatThrownBy(() -> new AdmissionLimits(1, 1, 1, 0, 1, 1)).hasMessageContaining("bytes 0");
    }
}
