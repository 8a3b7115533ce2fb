package io.whorl.testkit.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.whorl.core.spi.Lane;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SimulatedLaneTest {
    private final Kernel kernel = new Kernel(new Draws(1));
    private final Violations violations = new Violations(kernel);
    private final Fleet fleet = new Fleet();
    private final SimulatedNetwork network = new SimulatedNetwork(kernel, new Draws(2), 1, Kernel.MILLI);
    private final SimulatedHost host =
            new SimulatedHost(kernel, network, new History(kernel, violations, fleet), violations, 0, 1, new Draws(3));
    private final SimulatedProcess process = new SimulatedProcess(kernel, host);
    private final Lane lane = new SimulatedLane(kernel, process, host.clock(), new Draws(4));
    private final List<Integer> ran = new ArrayList<>();

    @Test
    void tasks_run_one_at_a_time_in_the_order_in_which_they_were_accepted() {
        for (int i = 0; i < 50; i++) {
            int mine = i;
            lane.execute(() -> {
                assertThat(lane.isCurrent()).isTrue();
                ran.add(mine);
            });
        }
        assertThat(lane.isCurrent()).isFalse();
        assertThat(ran).isEmpty();

        kernel.runUntil(Kernel.SECOND);

        assertThat(ran).hasSize(50).isSorted();
    }

    @Test
    void a_timer_that_is_due_waits_for_one_batch_of_tasks_at_the_most() {
        lane.schedule(1, () -> ran.add(-1));
        for (int i = 0; i < 10 * SimulatedLane.BATCH; i++) {
            int mine = i;
            lane.execute(() -> ran.add(mine));
        }

        kernel.runUntil(Kernel.SECOND);

        assertThat(ran).hasSize(10 * SimulatedLane.BATCH + 1);
        assertThat(ran.indexOf(-1)).isLessThanOrEqualTo(SimulatedLane.BATCH + 1);
        ran.remove(Integer.valueOf(-1));
        assertThat(ran).isSorted();
    }

    @Test
    void a_timer_waits_as_long_as_the_nodes_own_clock_has_it() {
        host.clock().drift(500);
        long begun = lane.nanoTime();
        List<Long> waited = new ArrayList<>();
        lane.schedule(Kernel.SECOND, () -> waited.add(lane.nanoTime() - begun));

        kernel.runUntil(2 * Kernel.SECOND);

        assertThat(waited)
                .singleElement()
                .satisfies(each -> assertThat(each).isBetween(Kernel.SECOND, Kernel.SECOND + Kernel.MILLI));
    }

    @Test
    void a_timer_that_was_called_off_does_not_run_even_when_its_time_has_come() {
        Lane.Timer[] timer = new Lane.Timer[1];
        lane.schedule(100, () -> timer[0].cancel());
        timer[0] = lane.schedule(100_000, () -> ran.add(1));

        kernel.runUntil(Kernel.SECOND);

        assertThat(ran).isEmpty();
    }

    @Test
    void nothing_runs_while_the_host_stands_still_and_everything_afterwards() {
        host.pauseUntil(10 * Kernel.SECOND);
        lane.execute(() -> ran.add(1));
        lane.schedule(Kernel.MILLI, () -> ran.add(2));

        kernel.runUntil(9 * Kernel.SECOND);
        assertThat(ran).isEmpty();
        kernel.runUntil(11 * Kernel.SECOND);

        assertThat(ran).containsExactlyInAnyOrder(1, 2);
    }

    @Test
    void a_pause_that_is_ended_early_holds_nothing_back() {
        host.pauseUntil(100 * Kernel.SECOND);
        lane.execute(() -> ran.add(1));
        kernel.runUntil(Kernel.SECOND);

        host.resume();
        kernel.runUntil(2 * Kernel.SECOND);

        assertThat(ran).containsExactly(1);
    }

    @Test
    void a_dead_process_does_nothing_and_takes_nothing() {
        lane.execute(() -> ran.add(1));
        lane.schedule(10, () -> ran.add(2));
        process.end();

        assertThat(lane.offer(() -> ran.add(3))).isFalse();
        kernel.runUntil(Kernel.SECOND);

        assertThat(ran).isEmpty();
    }
}
