package io.whorl.core.liveness;

import static io.whorl.core.liveness.DetectorNetwork.MILLI;
import static io.whorl.core.liveness.DetectorNetwork.SECOND;
import static io.whorl.core.liveness.DetectorNetwork.SETTINGS;
import static org.assertj.core.api.Assertions.assertThat;

import io.whorl.core.liveness.DetectorNetwork.Process;
import io.whorl.core.message.LivenessMessage.Status;
import io.whorl.core.meter.Counter;
import org.junit.jupiter.api.Test;

/** What has to hold of failure detection whatever the seed: completeness, accuracy, and distrust of oneself. */
class DetectorPropertyTest {
    private static final int SEEDS = 40;

    private static DetectorNetwork network(long seed) {
        DetectorNetwork network = new DetectorNetwork(seed, 3 + (int) (seed % 8));
        network.run(10 * SECOND);
        return network;
    }

    @Test
    void a_member_that_stopped_for_good_is_held_dead_by_all_within_the_bound() {
        for (long seed = 0; seed < SEEDS; seed++) {
            DetectorNetwork network = network(seed);
            network.lossPercent = network.draw(15);
            Process victim = network.any();
            if (seed % 2 == 0) {
                victim.crash();
            } else {
                victim.vanish();
            }
            long bound = SETTINGS.deathKnownWithin(network.processes.size());
            assertThat(network.runUntil(() -> network.allHold(victim, Status.DEAD), bound))
                    .as("seed %d, %d members", seed, network.processes.size())
                    .isTrue();
        }
    }

    @Test
    void nobody_alive_is_held_dead_while_messages_are_lost() {
        for (long seed = 0; seed < SEEDS; seed++) {
            DetectorNetwork network = network(seed);
            network.lossPercent = 1 + network.draw(15);
            network.longestDelay = (20 + network.draw(300)) * MILLI;
            network.run(300 * SECOND);
            for (Process each : network.processes) {
                assertThat(each.count(Counter.MEMBERS_DIED)).as("seed %d", seed).isZero();
            }
        }
    }

    @Test
    void a_cut_in_one_direction_to_one_observer_kills_nobody() {
        for (long seed = 0; seed < SEEDS; seed++) {
            DetectorNetwork network = network(seed);
            Process one = network.processes.get(0);
            Process other = network.processes.get(1);
            network.cut(one, other);
            network.run(300 * SECOND);
            for (Process each : network.processes) {
                assertThat(each.count(Counter.MEMBERS_DIED)).as("seed %d", seed).isZero();
            }
            assertThat(one.detector.snapshot(other.id).orElseThrow().isDoubtful())
                    .as("seed %d: who cannot reach it asks it last", seed)
                    .isTrue();
        }
    }

    @Test
    void a_paused_node_distrusts_itself_and_contradicts_what_was_said_of_it() {
        for (long seed = 0; seed < SEEDS; seed++) {
            DetectorNetwork network = network(seed);
            Process sleeper = network.any();
            long pause = (10 + network.draw(110)) * SECOND;
            sleeper.pause(pause);
            network.run(pause);
            network.runUntil(() -> sleeper.count(Counter.OWN_PAUSES) > 0, SECOND);
            assertThat(sleeper.detector.distrust()).as("seed %d", seed).isEqualTo(8);
            assertThat(network.runUntil(
                            () -> network.allHold(sleeper, Status.ALIVE),
                            SETTINGS.returnKnownWithin(network.processes.size())))
                    .as("seed %d: everybody takes it for alive again", seed)
                    .isTrue();
            network.run(60 * SECOND);
            assertThat(sleeper.count(Counter.MEMBERS_DIED))
                    .as("seed %d: it found nobody dead", seed)
                    .isZero();
            assertThat(sleeper.detector.incarnation()).as("seed %d", seed).isPositive();
            assertThat(sleeper.detector.distrust())
                    .as("seed %d: it regains its trust", seed)
                    .isLessThan(8);
        }
    }

    @Test
    void a_node_that_hears_from_nobody_finds_nobody_dead() {
        for (long seed = 0; seed < SEEDS; seed++) {
            DetectorNetwork network = network(seed);
            Process hermit = network.any();
            for (Process other : network.processes) {
                network.cut(other, hermit);
                if (seed % 2 == 0) {
                    network.cut(hermit, other);
                }
            }
            network.run(300 * SECOND);
            assertThat(hermit.count(Counter.MEMBERS_DIED)).as("seed %d", seed).isZero();
            assertThat(hermit.count(Counter.CUT_OFF)).as("seed %d", seed).isPositive();
            network.heal();
            long bound = SETTINGS.returnKnownWithin(network.processes.size());
            assertThat(network.runUntil(
                            () -> network.processes.stream().allMatch(each -> network.allHold(each, Status.ALIVE)),
                            bound))
                    .as("seed %d", seed)
                    .isTrue();
            network.run(60 * SECOND);
            for (Process each : network.processes) {
                long died = each.count(Counter.MEMBERS_DIED);
                assertThat(died)
                        .as("seed %d: nobody but the hermit was taken for dead", seed)
                        .isLessThanOrEqualTo(each == hermit ? 0 : 1);
            }
        }
    }

    @Test
    void both_sides_of_a_split_hold_the_other_dead_and_come_together_again() {
        for (long seed = 0; seed < SEEDS; seed++) {
            DetectorNetwork network = new DetectorNetwork(seed, 4 + (int) (seed % 5));
            network.run(10 * SECOND);
            int half = network.processes.size() / 2;
            for (Process one : network.processes.subList(0, half)) {
                for (Process other : network.processes.subList(half, network.processes.size())) {
                    network.cut(one, other);
                    network.cut(other, one);
                }
            }
            Process first = network.processes.get(0);
            Process last = network.processes.get(network.processes.size() - 1);
            long bound = SETTINGS.deathKnownWithin(network.processes.size());
            assertThat(network.runUntil(
                            () -> first.holds(last) == Status.DEAD && last.holds(first) == Status.DEAD, bound))
                    .as("seed %d", seed)
                    .isTrue();
            network.heal();
            bound = SETTINGS.returnKnownWithin(network.processes.size());
            assertThat(network.runUntil(
                            () -> network.processes.stream().allMatch(each -> network.allHold(each, Status.ALIVE)),
                            bound))
                    .as("seed %d", seed)
                    .isTrue();
        }
    }

    @Test
    void a_restarted_member_is_alive_at_once_whatever_was_said_of_its_former_run() {
        for (long seed = 0; seed < SEEDS; seed++) {
            DetectorNetwork network = network(seed);
            Process victim = network.any();
            victim.crash();
            network.run(network.draw(20_000) * MILLI);
            network.longestDelay = 3 * SECOND;
            network.run(network.draw(2_000) * MILLI);
            network.longestDelay = 20 * MILLI;
            victim.restart();
            assertThat(network.allHold(victim, Status.ALIVE))
                    .as("seed %d", seed)
                    .isTrue();
            network.processes.forEach(each -> each.outputs.clear());
            // What was said of the former run still arrives.
            network.run(120 * SECOND);
            for (Process each : network.processes) {
                assertThat(each.outputs)
                        .as("seed %d", seed)
                        .noneMatch(output -> output instanceof Output.Changed changed
                                && changed.member().member().equals(victim.id));
            }
            assertThat(victim.detector.incarnation()).as("seed %d", seed).isZero();
        }
    }

    @Test
    void an_idle_cluster_sends_one_probe_per_node_and_interval_and_has_no_news() {
        DetectorNetwork network = new DetectorNetwork(7, 10);
        network.run(10 * SECOND);
        long before = network.sent;
        network.run(100 * SECOND);
        assertThat(network.sent - before).isBetween(2 * 10 * 99L, 2 * 10 * 101L);
    }
}
