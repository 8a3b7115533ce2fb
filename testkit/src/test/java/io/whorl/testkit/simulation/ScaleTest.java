package io.whorl.testkit.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.whorl.testkit.simulation.Traffic.Purpose;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** What a larger cluster costs each of its nodes; no times of the real clock. The tables are in {@code docs/scaling.md}. */
class ScaleTest {
    private static final long WINDOW = 20 * Kernel.SECOND;

    /** A probe, its answer and little else: whatever the number of members, each probes one per interval. */
    private static final int IDLE_BYTES_PER_SECOND = 100;

    @Test
    void an_idle_node_sends_no_more_in_a_larger_cluster() {
        for (int nodes : new int[] {3, 12}) {
            Traffic idle = new ScaleBench(1, nodes).idle(WINDOW);
            assertThat(idle.bytes() * Kernel.SECOND / WINDOW / nodes).isLessThan(IDLE_BYTES_PER_SECOND);
            assertThat(idle.messages(Purpose.STATES)).isZero();
        }
    }

    @Test
    void a_state_comes_to_each_member_once() {
        ScaleBench bench = new ScaleBench(2, 6);
        assertThat(bench.spread().messages()).isEqualTo(5);
    }

    @Test
    void a_join_takes_few_epochs_and_states() {
        ScaleBench bench = new ScaleBench(3, 8);
        ScaleBench.Join join = bench.join();
        assertThat(join.slots()).isBetween(85, 86);
        // Each slot that moves has a begin, a finish and a dropping of its own at the most.
        assertThat(join.epochs()).isLessThan(3L * join.slots());
        assertThat(join.sent().messages(Purpose.STATES)).isLessThan(2 * 8 * join.epochs());
    }

    @Test
    void in_a_large_cluster_all_soon_know_an_epoch_and_few_are_told_twice() {
        int members = 150;
        GossipModel model = new GossipModel(4, members, ScaleBench.PARTITIONS);
        assertThat(model.idle(WINDOW).bytes() * Kernel.SECOND / WINDOW / members)
                .isLessThan(IDLE_BYTES_PER_SECOND);
        for (int i = 0; i < 3; i++) {
            GossipModel.Known known = model.spread();
            // Nobody waited for a probe to show it.
            assertThat(known.nanos()).isLessThan(Kernel.SECOND / 10);
            assertThat(known.sent().messages(Purpose.STATES)).isLessThan(members + 20L);
        }
    }

    @Test
    void an_epoch_passes_by_a_member_that_is_down() {
        int members = 150;
        GossipModel model = new GossipModel(5, members, ScaleBench.PARTITIONS);
        for (int i = 0; i < 8; i++) {
            model.death();
            GossipModel.Known known = model.spread();
            assertThat(known.nanos()).isLessThan(Kernel.SECOND / 2);
        }
    }

    @Test
    void an_epoch_gets_past_a_member_whose_silence_nobody_has_noticed() {
        GossipModel model = new GossipModel(6, 150, ScaleBench.PARTITIONS);
        model.silenceTheFirst();
        // Who was left out learns of it by a probe.
        assertThat(model.spread().nanos()).isLessThan(5 * Kernel.SECOND);
    }

    @Test
    @EnabledIfSystemProperty(named = "scale.clusters", matches = ".+")
    void prints_tables_of_clusters() {
        ScaleMain.main(arguments("clusters", "scale.clusters"));
    }

    @Test
    @EnabledIfSystemProperty(named = "scale.members", matches = ".+")
    void prints_tables_of_members() {
        ScaleMain.main(arguments("gossip", "scale.members"));
        ScaleMain.main(arguments("epochs", "scale.members"));
    }

    private static String[] arguments(String table, String property) {
        return Stream.concat(
                        Stream.of(table),
                        Arrays.stream(System.getProperty(property).split(",")))
                .toArray(String[]::new);
    }
}
